import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { researchPeople, researchProtocols } from '#app/disclosures/research.server.ts';
import { can } from '#app/people/can.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'disclosures.see');
  const words = wordsFor(locale);
  const protocols = await researchProtocols(world.db);
  return {
    studies: protocols.map(({ protocolId, name, version, people, firstOn, lastOn, withdrawn }) => ({
      id: protocolId,
      name,
      version,
      people,
      period:
        lastOn === null
          ? words('disclosures.accounting.research.goesOn', { from: dateInWords(locale, firstOn) })
          : words('disclosures.accounting.coverage.gap', {
              from: dateInWords(locale, firstOn),
              to: dateInWords(locale, lastOn),
            }),
      listed: withdrawn
        ? ('withdrawn' as const)
        : people < researchPeople
          ? ('tooFew' as const)
          : ('yes' as const),
    })),
    mayManage: can(person.role, 'research.manage'),
    saved: new URL(args.request.url).searchParams.get('done') === 'saved',
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.studies.title');

export default function Studies() {
  const words = useWords();
  const { studies, mayManage, saved } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={saved ? words('ledger.studies.saved') : null} />
        <PageHeader
          back={{ to: '/staff/disclosures', label: words('ledger.list.title') }}
          title={words('ledger.studies.title')}
          lead={words('ledger.studies.lead')}
          action={
            mayManage && (
              <ButtonLink to="/staff/disclosures/studies/new">{words('ledger.studies.new')}</ButtonLink>
            )
          }
        />
      </div>
      <DataTable
        caption={words('ledger.studies.title')}
        captionHidden
        rows={studies}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={words('ledger.studies.none')}>{words('ledger.studies.noneWhy')}</EmptyState>
        }
        columns={[
          {
            key: 'name',
            header: words('ledger.studies.name'),
            rowHeader: true,
            cell: ({ id, name }) =>
              mayManage ? <Link to={`/staff/disclosures/studies/${id}`}>{name}</Link> : name,
          },
          {
            key: 'period',
            header: words('disclosures.accounting.research.period'),
            cell: ({ period }) => period,
          },
          {
            key: 'people',
            header: words('ledger.studies.people'),
            align: 'end',
            cell: ({ people }) => people,
          },
          {
            key: 'listed',
            header: words('ledger.studies.listed'),
            cell: ({ listed }) => words(`ledger.studies.listed.${listed}`),
          },
          {
            key: 'version',
            header: words('ledger.studies.version'),
            align: 'end',
            cell: ({ version }) => version,
          },
        ]}
      />
    </div>
  );
}
