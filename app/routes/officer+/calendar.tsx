import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { lastDays } from '#app/requests/oversight-calendar.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { localDate } from '#app/words/dates.ts';
import { monthSpan } from './_parts/calendar-month.ts';
import { calendarView } from './_parts/calendar-view.server.ts';
import { Agenda, MonthTable } from './_parts/calendar.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale, now } = await requirePerson(args, 'deadlines.see');
  const { timeZone } = await theFacility(world.db);
  const today = localDate(now, timeZone);
  const span = monthSpan(new URL(args.request.url).searchParams.get('month'), today);
  const days = await lastDays(world.db, span);
  return {
    calendar: calendarView(days, span, { today, now, locale }),
    previous: span.previous,
    next: span.next,
    isNow: span.month === today.slice(0, 7),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'oversight.calendar.title');

export default function Calendar() {
  const words = useWords();
  const { calendar, previous, next, isNow } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: '/officer', label: words('site.nav.officer') }}
        title={words('oversight.calendar.title')}
        lead={words('oversight.calendar.lead')}
        action={
          <ButtonLink to="/officer/calendar/address" variant="outline" icon="calendar">
            {words('oversight.calendar.subscribe')}
          </ButtonLink>
        }
      />
      <section className="stack" aria-labelledby="month">
        <div className="flex flex-wrap items-center gap-x-6 gap-y-2">
          <h2 id="month">{calendar.title}</h2>
          <nav aria-label={words('oversight.calendar.months')} className="flex flex-wrap gap-x-6">
            <Link to={`?month=${previous}`} className="reach">
              {words('oversight.calendar.previous')}
            </Link>
            {!isNow && (
              <Link to="/officer/calendar" className="reach">
                {words('oversight.calendar.now')}
              </Link>
            )}
            <Link to={`?month=${next}`} className="reach">
              {words('oversight.calendar.next')}
            </Link>
          </nav>
        </div>
        <MonthTable calendar={calendar} />
      </section>
      <section className="stack" aria-labelledby="agenda">
        <h2 id="agenda">{words('oversight.calendar.agenda')}</h2>
        <Agenda days={calendar.agenda} />
      </section>
    </div>
  );
}
