import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { readHolidayFile } from '#app/facility/holiday-file.ts';
import { allHolidays, changeHolidays, mostHolidays } from '#app/facility/holidays.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, formOf, oneMistake, readFields } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { takeCalendarFile } from '#app/web/uploads.server.ts';
import { localDate } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { calendarField, dayField, holidayName } from '../_parts/holiday-fields.ts';
import { ChooseFile, ImportPreview } from '../_parts/holiday-import.tsx';
import { calendarChoices, importView } from '../_parts/holidays-view.server.ts';

/** A day as the preview sends it back: its date, a space, its name. */
const sentDay = z
  .string('errors.formUnreadable')
  .transform((text) => ({ on: text.slice(0, 10), name: text.slice(11) }))
  .pipe(z.strictObject({ on: dayField, name: holidayName }));
const schema = z.discriminatedUnion(
  'intent',
  [
    z.strictObject({ intent: z.literal('look'), calendar: calendarField }),
    z.strictObject({
      intent: z.literal('save'),
      calendar: calendarField,
      days: z.array(sentDay).min(1, 'errors.calendarFileEmpty').max(mostHolidays, 'errors.tooManyDays'),
    }),
  ],
  'errors.formUnreadable',
);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  // Asked for before the file is chosen: a browser cannot keep a file while it asks.
  requireFreshFactor(args, visit);
  return { calendars: calendarChoices(await allHolidays(visit.world.db), wordsFor(visit.locale)) };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'settings.manage');
  requireFreshFactor(args, visit);
  const { world, person: actor, locale, now } = visit;
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  const file = await takeCalendarFile(sent, 'file');
  const form = await readFields(args, sent, { schema, lists: sent.get('intent') === 'save' ? ['days'] : [] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { calendar } = form.value;
  if (form.value.intent === 'save') {
    const add = form.value.days.map((day) => ({ ...day, calendar }));
    const changed = await changeHolidays(world, { actor, add });
    if (changed.ok) return redirect(`/officer/settings/holidays?year=${add[0]?.on.slice(0, 4)}&done=saved`);
    const why = changed.refusal === 'tooMany' ? 'errors.tooManyDays' : 'errors.calendarFileEmpty';
    return oneMistake('', why, { status: 409 });
  }
  const typed = { calendar: [calendar] };
  if (!file.ok) return oneMistake('file', file.message, { typed });
  const { timeZone } = await theFacility(world.db);
  const read = readHolidayFile(file.text, Number(localDate(now, timeZone).slice(0, 4)));
  if (!read.ok)
    return oneMistake(
      'file',
      read.refusal === 'tooManyEvents' ? 'errors.calendarFileEvents' : 'errors.calendarFile',
      { typed },
    );
  const known = new Set(
    (await allHolidays(world.db)).filter((day) => day.calendar === calendar).map(({ on }) => on),
  );
  return data({ preview: importView(read, { calendar, known, locale }) });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'settings.import.title');

export default function ImportHolidays() {
  const words = useWords();
  const { calendars } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const preview = answer && 'preview' in answer ? answer.preview : null;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/officer/settings/holidays', label: words('settings.holidays.title') }}
          title={words('settings.import.title')}
          lead={words('settings.import.lead')}
        />
      </div>
      {preview && <ImportPreview preview={preview} />}
      <ChooseFile calendars={calendars} mistakes={mistakes} again={preview !== null} />
    </div>
  );
}
