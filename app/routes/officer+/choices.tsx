import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { endingChoices, endingCounts } from '#app/optouts/ending.server.ts';
import { endingPageSize, endingStandings } from '#app/optouts/ending.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { EndingCountsList, EndingBadge } from './_parts/ending.tsx';

const query = z.object({
  standing: z.enum(endingStandings).nullable().catch(null).default(null),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale, now } = await requirePerson(args, 'deadlines.see');
  const { db } = world;
  const { standing, page } = query.parse(Object.fromEntries(new URL(args.request.url).searchParams));
  const [counts, { timeZone }, choices] = await Promise.all([
    endingCounts(db, now),
    theFacility(db),
    endingChoices(db, { standing, page, now }),
  ]);
  const day = (at: Date) => dayOfInstantInWords(locale, at, timeZone);
  return {
    counts,
    standing,
    page,
    total: standing === null ? counts.choices : (counts.by[standing]?.choices ?? 0),
    choices: choices.map(({ endsAt, askFrom, askedAt, ...choice }) => ({
      ...choice,
      endsOn: day(endsAt),
      // A "no" stays beyond its day until its patient was asked.
      isPast: endsAt <= now,
      asked: askedAt && day(askedAt),
      askFrom: day(askFrom),
    })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'officer.ending.title');

export default function EndingChoices() {
  const words = useWords();
  const { counts, standing, page, total, choices } = useLoaderData<typeof loader>();
  const from = (page - 1) * endingPageSize;
  const to = (other: number) => `/officer/choices?${standing ? `standing=${standing}&` : ''}page=${other}`;
  return (
    <div className="stack">
      <PageHeader
        back={{ to: '/officer', label: words('site.nav.officer') }}
        title={words('officer.ending.title')}
        lead={words('officer.ending.lead')}
      />
      {counts.choices > 0 && <EndingCountsList counts={counts} current={standing} />}
      <DataTable
        caption={words('officer.ending.title')}
        captionHidden
        rows={choices}
        rowKey={({ id }) => id}
        empty={
          counts.choices === 0 ? (
            <EmptyState title={words('officer.ending.none')}>{words('officer.ending.noneWhy')}</EmptyState>
          ) : (
            <EmptyState title={words('officer.ending.noneHere')}>
              {words('officer.ending.noneHereWhy')}
            </EmptyState>
          )
        }
        columns={[
          {
            key: 'request',
            header: words('officer.ending.request'),
            rowHeader: true,
            cell: ({ request, act }) => (
              <>
                <Link to={`/staff/requests/${request.id}`} className="reach">
                  {request.reference}
                </Link>
                <span className="text-note text-muted block font-normal">
                  {words(`officer.ending.act.${act}`)}
                </span>
              </>
            ),
          },
          {
            key: 'ends',
            header: words('officer.ending.ends'),
            cell: ({ endsOn, isPast }) => (
              <>
                {endsOn}
                {isPast && (
                  <span className="text-note text-muted block">{words('officer.ending.stillCounts')}</span>
                )}
              </>
            ),
          },
          {
            key: 'asked',
            header: words('officer.ending.asked'),
            cell: ({ asked, askFrom, standing: stands }) => (
              <>
                <EndingBadge standing={stands} />
                <span className="text-note mt-1 block">
                  {asked ?? (stands === 'later' ? words('officer.ending.askFrom', { date: askFrom }) : null)}
                </span>
              </>
            ),
          },
        ]}
      />
      <Pagination
        label={words('officer.ending.pages')}
        previousTo={page > 1 ? to(page - 1) : undefined}
        nextTo={from + choices.length < total ? to(page + 1) : undefined}
        position={
          choices.length > 0
            ? words('staff.queue.position', { from: from + 1, to: from + choices.length, total })
            : undefined
        }
      />
    </div>
  );
}
