import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { alertLists, transfersAgainstOptOut } from '#app/disclosures/against-opt-out.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { AlertTable } from '../_parts/alert-list.tsx';
import { alertView } from '../_parts/alerts-view.server.ts';

const query = z.object({
  list: z.enum(alertLists).catch('waiting').default('waiting'),
  after: z.uuid().nullable().catch(null).default(null),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'alerts.see');
  const { list, after } = query.parse(Object.fromEntries(new URL(args.request.url).searchParams));
  const other = list === 'waiting' ? 'closed' : 'waiting';
  const [found, rest] = await Promise.all([
    transfersAgainstOptOut(world.db, { list, after }),
    transfersAgainstOptOut(world.db, { list: other, after: null, most: 0 }),
  ]);
  await recordListRead(world, {
    actor: person,
    list: 'alerts',
    patientIds: found.transfers.map(({ patient }) => patient.id),
  });
  return {
    list,
    totals: { [list]: found.total, [other]: rest.total } as Record<typeof list, number>,
    alerts: found.transfers.map((one) => alertView(one, { now, locale })),
    isFirst: after === null,
    next: found.next,
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.alerts.title');

export default function Alerts() {
  const words = useWords();
  const { list, totals, alerts, next, isFirst } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        back={{ to: '/officer', label: words('site.nav.officer') }}
        title={words('ledger.alerts.title')}
        lead={words('ledger.alerts.lead')}
      />
      <nav aria-label={words('ledger.alerts.lists')} className="flex flex-wrap gap-x-8 gap-y-2">
        {(['waiting', 'closed'] as const).map((one) => (
          <Link
            key={one}
            to={`/officer/alerts?list=${one}`}
            aria-current={one === list ? 'page' : undefined}
            className="reach font-semibold aria-[current=page]:no-underline"
          >
            {words(`ledger.alerts.${one}`, { count: totals[one] })}
          </Link>
        ))}
      </nav>
      {alerts.length === 0 ? (
        <EmptyState
          title={words(list === 'waiting' ? 'ledger.alerts.noneWaiting' : 'ledger.alerts.noneClosed')}
        >
          {words(list === 'waiting' ? 'ledger.alerts.noneWaitingWhy' : 'ledger.alerts.noneClosedWhy')}
        </EmptyState>
      ) : (
        <AlertTable alerts={alerts} />
      )}
      <Pagination
        previousTo={isFirst ? undefined : `/officer/alerts?list=${list}`}
        nextTo={next ? `/officer/alerts?list=${list}&after=${next}` : undefined}
      />
    </div>
  );
}
