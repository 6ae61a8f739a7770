import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { recordsWithNumbers } from '#app/people/records-named.server.ts';
import { openAsks } from '#app/people/representations-reading.server.ts';
import { requirePerson, rowId } from '#app/web/guard.server.ts';
import { representationView } from '#app/web/present-representations.server.ts';
import { pageTitle } from '#app/web/title.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'representatives.decide');
  const after = new URL(args.request.url).searchParams.get('after');
  const { timeZone } = await theFacility(world.db);
  const { rows, next } = await openAsks(world.db, after ? rowId(after) : null);
  const patientIds = await recordsWithNumbers(
    world.db,
    rows.map(({ patientNumber }) => ({ issuer: null, value: patientNumber ?? '' })),
  );
  await recordListRead(world, { actor: person, list: 'representatives', patientIds });
  return { rows: rows.map((one) => representationView(one, { locale, timeZone })), next, isFirst: !after };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.queue.title');

export default function RepresentativesQueue() {
  const words = useWords();
  const { rows, next, isFirst } = useLoaderData<typeof loader>();
  const done = useSearchParams()[0].get('done');
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done === 'decided' ? words('records.done.decided') : null} />
        <PageHeader
          back={{ to: '/staff', label: words('site.nav.staff') }}
          title={words('records.queue.title')}
          lead={words('records.queue.lead')}
          action={
            <ButtonLink to="/staff/representatives/invite" variant="outline">
              {words('records.inviteActing.link')}
            </ButtonLink>
          }
        />
      </div>
      {rows.length === 0 ? (
        <EmptyState title={words('records.queue.none')}>{words('records.queue.noneWhy')}</EmptyState>
      ) : (
        <DataTable
          caption={words('records.queue.title')}
          captionHidden
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'who',
              header: words('records.queue.who'),
              rowHeader: true,
              cell: (row) => (
                <>
                  <Link to={`/staff/representatives/${row.id}`}>{row.representative}</Link>
                  <span className="block font-normal">{row.relationship}</span>
                </>
              ),
            },
            { key: 'patient', header: words('records.queue.for'), cell: (row) => row.patient },
            { key: 'basis', header: words('records.queue.basis'), cell: (row) => row.basisInWords },
            { key: 'asked', header: words('records.queue.asked'), cell: (row) => row.asked },
          ]}
        />
      )}
      <Pagination
        label={words('records.queue.pages')}
        previousTo={isFirst ? undefined : '/staff/representatives'}
        nextTo={next ? `/staff/representatives?after=${next}` : undefined}
      />
    </div>
  );
}
