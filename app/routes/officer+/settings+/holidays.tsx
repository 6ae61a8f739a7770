import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ButtonLink } from '#app/components/button.tsx';
import { useWords } from '#app/components/words.tsx';
import { YearPicture } from '#app/components/year-picture.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { allHolidays, changeHolidays, movedByChanges } from '#app/facility/holidays.server.ts';
import { settingChanges } from '#app/facility/settings.server.ts';
import { can } from '#app/people/can.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { calendarField, dayField, holidayName } from '../_parts/holiday-fields.ts';
import { emptyCalendarLines } from '../_parts/empty-calendars-view.server.ts';
import { EmptyCalendars } from '../_parts/empty-calendars.tsx';
import { AddHoliday, HolidayTable } from '../_parts/holiday-parts.tsx';
import { calendarChoices, yearView } from '../_parts/holidays-view.server.ts';
import { asFields } from '../_parts/save-setting.server.ts';
import { SettingPage } from '../_parts/setting-form.tsx';
import { historyView } from '../_parts/settings-view.server.ts';

const schema = z.strictObject({
  intent: z.enum(['add', 'remove'], 'errors.formUnreadable'),
  calendar: calendarField,
  on: dayField,
  name: holidayName.optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'settings.see');
  const query = new URL(args.request.url).searchParams;
  const words = wordsFor(locale);
  const [{ timeZone }, holidays, changes, emptyCalendars] = await Promise.all([
    theFacility(world.db),
    allHolidays(world.db),
    settingChanges(world.db, 'calendars', 5),
    emptyCalendarLines(world.db, { now, locale }),
  ]);
  const moved = await movedByChanges(
    world.db,
    changes.map(({ id }) => id),
  );
  const thisYear = Number(localDate(now, timeZone).slice(0, 4));
  const year = z.coerce
    .number()
    .int()
    .min(1900)
    .max(2199)
    .catch(thisYear)
    .parse(query.get('year') ?? thisYear);
  return {
    year,
    ...yearView(holidays, year, locale),
    calendars: calendarChoices(holidays, words),
    emptyCalendars,
    mayManage: can(person.role, 'settings.manage'),
    history: historyView(changes, { locale, timeZone }, ({ id }) => {
      const count = moved.get(id);
      return count === undefined
        ? words('settings.holidays.counting')
        : words('settings.holidays.moved', { count });
    }),
    done: query.get('done') === 'saved',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, calendar, on, name } = form.value;
  const typed = { calendar: [calendar], on: [on], ...(name ? { name: [name] } : {}) };
  if (intent === 'add' && !name) return oneMistake('name', 'errors.required', { typed });
  await requireFreshFactorFor(args, visit, asFields({ intent, calendar, on, ...(name ? { name } : {}) }));
  const changed = await changeHolidays(visit.world, {
    actor: visit.person,
    ...(intent === 'add' ? { add: [{ calendar, on, name: name ?? '' }] } : { remove: [{ calendar, on }] }),
  });
  if (changed.ok) return redirect(`/officer/settings/holidays?year=${on.slice(0, 4)}&done=saved`);
  if (changed.refusal === 'tooMany') return oneMistake('', 'errors.tooManyDays', { typed, status: 409 });
  return intent === 'add'
    ? oneMistake('on', 'errors.holidayThere', { typed, status: 409 })
    : oneMistake('', 'errors.holidayGone', { status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.holidays.title');

export default function Holidays() {
  const words = useWords();
  const { year, picture, days, calendars, emptyCalendars, mayManage, history, done } =
    useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  const yearLink = (to: number) => (
    <Link to={`/officer/settings/holidays?year=${to}`} className="reach">
      {to}
    </Link>
  );
  return (
    <SettingPage
      title={words('settings.holidays.title')}
      lead={words('settings.holidays.lead')}
      errors={mistakes.summary}
      done={done}
      history={history}
    >
      <EmptyCalendars lines={emptyCalendars} mayManage={mayManage} />
      <section className="stack" aria-labelledby="year">
        <div className="flex flex-wrap items-baseline gap-x-6 gap-y-2">
          <h2 id="year">{words('settings.holidays.year', { year: `${year}` })}</h2>
          <nav aria-label={words('settings.holidays.years')} className="flex gap-6">
            {year > 1900 && yearLink(year - 1)}
            {year < 2199 && yearLink(year + 1)}
          </nav>
        </div>
        <YearPicture {...picture} />
        <HolidayTable days={days} year={year} mayManage={mayManage} />
      </section>
      {mayManage && (
        <section className="stack" aria-labelledby="add">
          <h2 id="add">{words('settings.holidays.add')}</h2>
          <AddHoliday calendars={calendars} mistakes={mistakes} />
          <p>
            <ButtonLink to="/officer/settings/holidays/import" variant="outline">
              {words('settings.import.title')}
            </ButtonLink>
          </p>
        </section>
      )}
    </SettingPage>
  );
}
