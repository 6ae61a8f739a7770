import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Link, useLoaderData } from '@remix-run/react';
import { ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { machineClients } from '#app/people/machine-clients.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { KeyStateBadge } from '../_parts/key-state.tsx';
import { programView } from '../_parts/keys-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'apiKeys.see');
  const [clients, { timeZone }] = await Promise.all([machineClients(world.db), theFacility(world.db)]);
  return {
    programs: clients.map((client) => programView(client, { now, timeZone, locale })),
    mayManage: can(person.role, 'apiKeys.manage'),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.keys.title');

export default function Keys() {
  const words = useWords();
  const { programs, mayManage } = useLoaderData<typeof loader>();
  return (
    <div className="sections">
      <PageHeader
        title={words('crew.keys.title')}
        lead={words('crew.keys.lead')}
        action={mayManage && <ButtonLink to="/officer/keys/new">{words('crew.keys.new')}</ButtonLink>}
      />
      {mayManage && (
        <p>
          <Link to="/officer/orders">{words('crew.orders.title')}</Link>
        </p>
      )}
      <DataTable
        caption={words('crew.keys.title')}
        captionHidden
        rows={programs}
        rowKey={({ id }) => id}
        empty={<EmptyState title={words('crew.keys.none')}>{words('crew.keys.noneWhy')}</EmptyState>}
        columns={[
          {
            key: 'name',
            header: words('crew.keys.program'),
            rowHeader: true,
            cell: (one) => <Link to={`/officer/keys/${one.id}`}>{one.name}</Link>,
          },
          {
            key: 'may',
            header: words('crew.keys.may'),
            cell: ({ scopes }) => (
              <ul>
                {scopes.map((scope) => (
                  <li key={scope}>{scope}</li>
                ))}
              </ul>
            ),
          },
          {
            key: 'vendor',
            header: words('crew.keys.vendor'),
            cell: ({ vendor }) => vendor ?? <span className="text-muted">{words('crew.keys.own')}</span>,
          },
          {
            key: 'state',
            header: words('crew.keys.state'),
            cell: ({ state }) => <KeyStateBadge state={state} />,
          },
          { key: 'ends', header: words('crew.keys.ends'), cell: ({ ends }) => ends ?? '–' },
          {
            key: 'lastUsed',
            header: words('crew.keys.lastUsed'),
            cell: ({ lastUsed }) =>
              lastUsed ?? <span className="text-muted">{words('crew.keys.neverUsed')}</span>,
          },
        ]}
      />
    </div>
  );
}
