import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { daysReported, lastDays, sourceGaps, sourcesHealth } from '#app/disclosures/source-health.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { GapTable, StandingBadge } from '../_parts/source-parts.tsx';
import { SourceStrips } from '../_parts/source-strips.tsx';
import { gapView, sourceView, stripsView } from '../_parts/sources-view.server.ts';

const drawnDays = 90;
/** Those that need somebody come first; the table has all of them. */
const mostDrawn = 12;
const mostGaps = 100;

export async function loader(args: LoaderFunctionArgs) {
  const { world, locale, now } = await requirePerson(args, 'sources.see');
  const { db } = world;
  const { timeZone } = await theFacility(db);
  const days = lastDays(now, timeZone, drawnDays);
  const [sources, gaps] = await Promise.all([
    sourcesHealth(db, now),
    sourceGaps(db, { since: startOfLocalDate(days[0]!, timeZone), most: mostGaps }),
  ]);
  const drawn = sources.slice(0, mostDrawn).map(({ auditSourceId }) => auditSourceId);
  const reported = await daysReported(db, drawn, days, timeZone);
  const reader = { locale, timeZone, now };
  return {
    sources: sources.map((source) => sourceView(source, reader)),
    silent: sources.filter(({ standing }) => standing === 'silent').length,
    strips: stripsView(sources, { gaps, reported, days, most: mostDrawn }, reader),
    gaps: gaps.map((gap) => gapView(gap, reader)),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'sources.title');

export default function Sources() {
  const words = useWords();
  const { sources, silent, strips, gaps } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: '/officer', label: words('site.nav.officer') }}
        title={words('sources.title')}
        lead={words('sources.lead', { silent, count: sources.length })}
      />
      {sources.length > 0 && (
        <section className="stack" aria-labelledby="days">
          <h2 id="days">{words('sources.strip.heading', { days: strips.days })}</h2>
          <SourceStrips strips={strips} named />
        </section>
      )}
      <section className="stack" aria-labelledby="sources">
        <h2 id="sources">{words('sources.list')}</h2>
        <DataTable
          caption={words('sources.list')}
          captionHidden
          rows={sources}
          rowKey={({ to }) => to}
          empty={<EmptyState title={words('sources.none')}>{words('sources.noneWhy')}</EmptyState>}
          columns={[
            {
              key: 'source',
              header: words('sources.source'),
              rowHeader: true,
              cell: ({ to, name }) => (
                <Link to={to} className="reach wrap-anywhere">
                  {name}
                </Link>
              ),
            },
            {
              key: 'standing',
              header: words('sources.standing'),
              cell: ({ standing }) => <StandingBadge standing={standing} />,
            },
            {
              key: 'last',
              header: words('sources.lastAt'),
              cell: ({ lastAt, ago }) => (
                <>
                  {ago}
                  {lastAt && <span className="text-note text-muted block">{lastAt}</span>}
                </>
              ),
            },
            { key: 'rhythm', header: words('sources.rhythm'), cell: ({ rhythm }) => rhythm },
            {
              key: 'messages',
              header: words('sources.messages'),
              align: 'end',
              cell: ({ messages }) => (messages === 0 ? '–' : messages),
            },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="gaps">
        <h2 id="gaps">{words('sources.gaps.recent', { days: strips.days })}</h2>
        <p className="text-muted max-w-measure">{words('sources.gaps.hint')}</p>
        <GapTable gaps={gaps} caption={words('sources.gaps.recent', { days: strips.days })} named />
      </section>
    </div>
  );
}
