import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { useLoaderData } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { answerValidFor } from '#app/optouts/answering.ts';
import { ownLists } from '#app/optouts/receipts.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { ListCleaner } from '../_parts/list-cleaner.tsx';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'lists.clean');
  const [vendors, lists, { timeZone }] = await Promise.all([
    allVendors(world.db),
    ownLists(world.db, person.id, 10),
    theFacility(world.db),
  ]);
  const asked = new URL(args.request.url).searchParams;
  return {
    vendors: vendors.map(({ slug, name }) => ({ slug, name })),
    lists: lists.map(({ id, beganAt, vendor, end, rowCount, permitted }) => ({
      id,
      when: instantInWords(locale, beganAt, timeZone),
      vendor: vendor?.name ?? null,
      end: end ?? ('underWay' as const),
      rows: Number(rowCount),
      permitted: Number(permitted),
    })),
    minutes: answerValidFor / 60_000,
    mistake: asked.get('mistake'),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'lists.title');

export default function Lists() {
  const words = useWords();
  const { vendors, lists, minutes, mistake } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack">
        <PageHeader title={words('lists.title')} lead={words('lists.lead')} />
        <ListCleaner vendors={vendors} mistaken={mistake} />
        <p className="text-muted max-w-measure">{words('lists.valid', { minutes })}</p>
      </div>
      <section className="stack" aria-labelledby="lists">
        <h2 id="lists">{words('lists.own')}</h2>
        <DataTable
          caption={words('lists.own')}
          captionHidden
          rows={lists}
          rowKey={({ id }) => id}
          empty={<EmptyState title={words('lists.none')}>{words('lists.noneWhy')}</EmptyState>}
          columns={[
            { key: 'when', header: words('lists.when'), rowHeader: true, cell: ({ when }) => when },
            { key: 'for', header: words('lists.for'), cell: ({ vendor }) => vendor ?? '–' },
            { key: 'state', header: words('lists.state'), cell: ({ end }) => words(`lists.state.${end}`) },
            {
              key: 'counts',
              header: words('lists.counts'),
              cell: ({ rows, permitted }) => words('lists.countsText', { rows, permitted }),
            },
            {
              key: 'receipt',
              header: words('lists.receipt'),
              cell: ({ id, when }) => (
                <a href={`/staff/list-cleaner/${id}/receipt.json`} className="reach" download>
                  {words('lists.receipt')}
                  <span className="sr-only">{` ${words('lists.receiptOf', { when })}`}</span>
                </a>
              ),
            },
          ]}
        />
      </section>
    </div>
  );
}
