import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { chainState } from '#app/audit/inspection.server.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { ButtonLink } from '#app/components/button.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { transfersAgainstOptOut } from '#app/disclosures/against-opt-out.server.ts';
import { heldMessages } from '#app/disclosures/disclosures.server.ts';
import { sourcesHealth } from '#app/disclosures/source-health.server.ts';
import { heartbeats } from '#app/facility/heartbeat.server.ts';
import { holidaysBetween, theFacility } from '#app/facility/facility.server.ts';
import { localDays } from '#app/requests/local-days.server.ts';
import { mostUrgent } from '#app/requests/queue.server.ts';
import { answeredRequests, queuePageSize } from '#app/requests/reading.server.ts';
import { deadlineCounts, dueDays, loadPerPerson, timelinessByMonth } from '#app/requests/oversight.server.ts';
import { endingCounts } from '#app/optouts/ending.server.ts';
import { can } from '#app/people/can.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { localDate } from '#app/words/dates.ts';
import { AlertTable } from './_parts/alert-list.tsx';
import { alertView } from './_parts/alerts-view.server.ts';
import { Answered } from './_parts/answered.tsx';
import { ChainCheck } from './_parts/chain-check.tsx';
import { Beat, Glance } from './_parts/glance.tsx';
import { emptyCalendarLines } from './_parts/empty-calendars-view.server.ts';
import { EmptyCalendars } from './_parts/empty-calendars.tsx';
import { EndingCountsList } from './_parts/ending.tsx';
import { daysAfter } from './_parts/horizon-days.ts';
import { horizonLength, horizonView, mostNamed } from './_parts/horizon-view.server.ts';
import { Horizon } from './_parts/horizon.tsx';
import { LoadTable } from './_parts/load.tsx';
import { Pace } from './_parts/pace.tsx';
import { beatView, paceView, yearBefore } from './_parts/oversight-view.server.ts';
import { answeredView, chainView } from './_parts/officer-view.server.ts';

/** The first to be due; the others are in their own list. */
const mostAlerts = 10;

const query = z.object({
  kind: z.string().nullable().catch(null).default(null),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

/** A last day may have passed long ago, and is shown with what kind of day it was. */
const longAgo = new Date('1900-01-01');

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'deadlines.see');
  const { db } = world;
  const asked = query.parse(Object.fromEntries(new URL(args.request.url).searchParams));
  const { timeZone } = await theFacility(db);
  const todayOn = localDate(now, timeZone);
  const days = await localDays(db, now, timeZone);
  const horizonEndsOn = daysAfter(todayOn, horizonLength - 1);
  const [
    due,
    holidays,
    worst,
    against,
    unmatched,
    sources,
    chain,
    found,
    counts,
    load,
    pace,
    beats,
    ending,
    emptyCalendars,
  ] = await Promise.all([
    dueDays(db, days, { lastOn: horizonEndsOn, mostNamed }),
    holidaysBetween(db, { from: longAgo, to: new Date(daysAfter(horizonEndsOn, 1)), owner: null }),
    mostUrgent(db),
    transfersAgainstOptOut(db, { list: 'waiting', after: null, most: mostAlerts }),
    heldMessages(db),
    sourcesHealth(db, now),
    chainState(world, now),
    answeredRequests(db, asked.page),
    deadlineCounts(db, days),
    loadPerPerson(db, days),
    timelinessByMonth(db, yearBefore(todayOn)),
    heartbeats(db, now),
    endingCounts(db, now),
    emptyCalendarLines(db, { now, locale }),
  ]);
  await recordListRead(world, {
    actor: person,
    list: 'alerts',
    patientIds: against.transfers.map(({ patient }) => patient.id),
  });
  const lastPage = Math.max(1, Math.ceil(found.total / queuePageSize));
  const page = Math.min(asked.page, lastPage);
  const { rows } = page === asked.page ? found : await answeredRequests(db, page);
  return {
    emptyCalendars,
    mayManage: can(person.role, 'settings.manage'),
    horizon: horizonView(due, { todayOn, holidays, locale }),
    counts,
    load,
    pace: paceView(pace, { today: todayOn, shown: asked.kind, locale }),
    beat: beatView(beats, { now, locale }),
    worst,
    against: {
      total: against.total,
      alerts: against.transfers.map((one) => alertView(one, { now, locale })),
    },
    unmatched,
    ending,
    silent: sources.filter(({ standing }) => standing === 'silent').length,
    chain: chainView(chain, timeZone, locale),
    answered: {
      rows: answeredView(rows, now, locale),
      total: found.total,
      firstShown: (page - 1) * queuePageSize + 1,
      page,
      lastPage,
    },
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'site.nav.officer');

export default function OfficerHome() {
  const words = useWords();
  const {
    emptyCalendars,
    mayManage,
    counts,
    load,
    pace,
    beat,
    horizon,
    worst,
    against,
    unmatched,
    silent,
    ending,
    chain,
    answered,
  } = useLoaderData<typeof loader>();
  const { page, lastPage, firstShown, total } = answered;
  const pageTo = (to: number) => `/officer?page=${to}#answered`;
  return (
    <div className="sections">
      <PageHeader
        title={words('site.nav.officer')}
        lead={words('officer.home.lead', {
          late: counts.overdue,
          near: counts.today + counts.week,
          against: against.total,
        })}
        action={
          worst && (
            <ButtonLink to={`/staff/requests/${worst.id}`} icon="arrowRight" iconSide="end">
              {words('officer.home.openWorst')}
            </ButtonLink>
          )
        }
      />
      <EmptyCalendars lines={emptyCalendars} mayManage={mayManage} />
      <section className="stack" aria-labelledby="glance">
        <h2 id="glance">{words('oversight.glance.heading')}</h2>
        <Glance counts={counts} />
        <Beat beat={beat} />
      </section>
      <section className="stack" aria-labelledby="horizon">
        <h2 id="horizon">{words('officer.horizon.heading')}</h2>
        <Horizon horizon={horizon} />
      </section>
      <section className="stack" aria-labelledby="pace">
        <h2 id="pace">{words('oversight.pace.heading')}</h2>
        <Pace pace={pace} />
      </section>
      <section className="stack" aria-labelledby="load">
        <h2 id="load">{words('oversight.load.heading')}</h2>
        <LoadTable load={load} />
      </section>
      <section className="stack" aria-labelledby="against">
        <h2 id="against">{words('officer.against.heading')}</h2>
        {against.total === 0 ? (
          <p>{words('officer.against.none')}</p>
        ) : (
          <>
            <p className="text-muted">{words('officer.against.intro')}</p>
            <AlertTable alerts={against.alerts} />
          </>
        )}
        <p className="flex flex-wrap gap-x-8 gap-y-2">
          <Link to="/officer/alerts" className="reach font-semibold">
            {words('ledger.alerts.open')} ({against.total})
          </Link>
          <Link to="/officer/suspensions" className="reach font-semibold">
            {words('ledger.suspensions.title')}
          </Link>
        </p>
      </section>
      <section className="stack" aria-labelledby="unmatched">
        <h2 id="unmatched">{words('officer.unmatched.heading')}</h2>
        <p>
          <Link to="/staff/unmatched" className="reach">
            {words('officer.unmatched.count', { count: unmatched })}
          </Link>
        </p>
        <p>
          <Link to="/officer/sources" className="reach">
            {words('sources.home.count', { silent })}
          </Link>
        </p>
      </section>
      <section className="stack" aria-labelledby="ending">
        <h2 id="ending">{words('officer.ending.title')}</h2>
        <EndingCountsList counts={ending} />
      </section>
      <section className="stack" aria-labelledby="answered">
        <h2 id="answered">{words('officer.answered.heading')}</h2>
        <Answered rows={answered.rows} />
        <Pagination
          label={words('officer.answered.pages')}
          previousTo={page > 1 ? pageTo(page - 1) : undefined}
          nextTo={page < lastPage ? pageTo(page + 1) : undefined}
          position={words('staff.queue.position', {
            from: firstShown,
            to: firstShown + answered.rows.length - 1,
            total,
          })}
        />
      </section>
      <ChainCheck chain={chain} />
    </div>
  );
}
