import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData, useSearchParams } from '@remix-run/react';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { openClaims } from '#app/people/identity-claims-reading.server.ts';
import { recordsWithNumbers } from '#app/people/records-named.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'identity.decide');
  const { timeZone } = await theFacility(world.db);
  const claims = await openClaims(world.db);
  // What was typed names a record only where its number is one.
  const patientIds = await recordsWithNumbers(world.db, claims);
  await recordListRead(world, { actor: person, list: 'identityClaims', patientIds });
  return {
    rows: claims.map((claim) => ({
      id: claim.id,
      name: `${claim.givenName} ${claim.familyName}`,
      email: claim.user.email,
      bornOn: dateInWords(locale, claim.bornOn),
      claimed: dayOfInstantInWords(locale, claim.claimedAt, timeZone),
    })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.identity.title');

export default function IdentityQueue() {
  const words = useWords();
  const { rows } = useLoaderData<typeof loader>();
  const done = useSearchParams()[0].get('done');
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={done === 'decided' ? words('records.done.decided') : null} />
        <PageHeader
          back={{ to: '/staff', label: words('site.nav.staff') }}
          title={words('records.identity.title')}
          lead={words('records.identity.lead')}
        />
      </div>
      {rows.length === 0 ? (
        <EmptyState title={words('records.identity.none')}>{words('records.identity.noneWhy')}</EmptyState>
      ) : (
        <DataTable
          caption={words('records.identity.title')}
          captionHidden
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            {
              key: 'name',
              header: words('records.patients.name'),
              rowHeader: true,
              cell: (row) => <Link to={`/staff/identity/${row.id}`}>{row.name}</Link>,
            },
            { key: 'born', header: words('records.field.bornOn'), cell: (row) => row.bornOn },
            { key: 'email', header: words('records.identity.account'), cell: (row) => row.email },
            { key: 'claimed', header: words('records.queue.asked'), cell: (row) => row.claimed },
          ]}
        />
      )}
    </div>
  );
}
