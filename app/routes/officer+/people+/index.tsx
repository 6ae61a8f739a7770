import type { LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { accountsWithoutMail } from '#app/notices/delivery.server.ts';
import { can } from '#app/people/can.ts';
import { peopleList, peoplePageSize } from '#app/people/people-admin.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { pageTitle } from '#app/web/title.ts';
import { personLine } from '../_parts/people-view.server.ts';

const roles = ['staff', 'privacyOfficer', 'auditor', 'patient'] as const;

const query = z.object({
  search: z
    .string()
    .trim()
    .transform((text) => text.replaceAll('\0', '').slice(0, 100))
    .catch(''),
  role: z.enum(roles).nullable().catch(null),
  state: z.enum(['open', 'disabled']).nullable().catch(null),
  page: z.coerce.number().int().min(1).max(100_000).catch(1),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world, person, locale, now } = await requirePerson(args, 'people.see');
  const asked = query.parse(Object.fromEntries(new URL(args.request.url).searchParams));
  const [{ timeZone }, { total, people }] = await Promise.all([
    theFacility(world.db),
    peopleList(world.db, asked, now),
  ]);
  const withoutMail = await accountsWithoutMail(
    world.db,
    people.map(({ id }) => id),
  );
  return {
    ...asked,
    total,
    lastPage: Math.max(1, Math.ceil(total / peoplePageSize)),
    people: people.map((one) => personLine(one, { timeZone, locale, mailFails: withoutMail.has(one.id) })),
    mayManage: can(person.role, 'people.manage'),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.people.title');

export default function People() {
  const words = useWords();
  const { search, role, state, page, lastPage, total, people, mayManage } = useLoaderData<typeof loader>();
  const pageTo = (to: number) =>
    `/officer/people?${new URLSearchParams({ search, role: role ?? '', state: state ?? '', page: `${to}` }).toString()}`;
  return (
    <div className="sections">
      <PageHeader
        title={words('crew.people.title')}
        lead={words('crew.people.lead')}
        action={
          mayManage && <ButtonLink to="/officer/people/invite">{words('crew.invite.title')}</ButtonLink>
        }
      />
      <Form method="get" role="search" className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <TextField
          key={search}
          name="search"
          label={words('crew.people.search')}
          hint={words('crew.people.searchHint')}
          defaultValue={search}
          autoComplete="off"
        />
        <SelectField name="role" width="date" label={words('crew.people.role')} defaultValue={role ?? ''}>
          <option value="">{words('crew.people.allRoles')}</option>
          {roles.map((one) => (
            <option key={one} value={one}>
              {words(`officer.role.${one}`)}
            </option>
          ))}
        </SelectField>
        <SelectField name="state" width="date" label={words('crew.people.state')} defaultValue={state ?? ''}>
          <option value="">{words('crew.people.allStates')}</option>
          <option value="open">{words('crew.people.open')}</option>
          <option value="disabled">{words('crew.people.disabled')}</option>
        </SelectField>
        <Button variant="outline">{words('crew.people.show')}</Button>
      </Form>
      <section className="stack" aria-labelledby="found">
        <h2 id="found">{words('crew.people.found', { count: total })}</h2>
        <DataTable
          caption={words('crew.people.title')}
          captionHidden
          rows={people}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title={words('crew.people.none')} headingLevel={3}>
              {words('crew.people.noneWhy')}
            </EmptyState>
          }
          columns={[
            {
              key: 'name',
              header: words('crew.people.name'),
              rowHeader: true,
              cell: (one) => (
                <>
                  <Link to={`/officer/people/${one.id}`}>{one.name}</Link>
                  <span className="text-muted text-note block font-normal break-all">{one.email}</span>
                  {one.mailFails && <StatusBadge tone="late">{words('notices.account.broken')}</StatusBadge>}
                </>
              ),
            },
            {
              key: 'role',
              header: words('crew.people.role'),
              cell: (one) => words(`officer.role.${one.role}`),
            },
            {
              key: 'state',
              header: words('crew.people.state'),
              cell: ({ isOpen }) => <AccountState isOpen={isOpen} />,
            },
            {
              key: 'factors',
              header: words('crew.people.factors'),
              cell: ({ factors }) => <Factors factors={factors} />,
            },
            {
              key: 'lastSignIn',
              header: words('crew.people.lastSignIn'),
              cell: ({ lastSignIn }) =>
                lastSignIn ?? <span className="text-muted">{words('crew.people.never')}</span>,
            },
            {
              key: 'sessions',
              header: words('crew.people.sessions'),
              align: 'end',
              cell: ({ sessions }) => sessions,
            },
          ]}
        />
        <Pagination
          label={words('crew.people.pages')}
          previousTo={page > 1 ? pageTo(page - 1) : undefined}
          nextTo={page < lastPage ? pageTo(page + 1) : undefined}
        />
      </section>
    </div>
  );
}

function AccountState({ isOpen }: { isOpen: boolean }) {
  const words = useWords();
  return isOpen ? (
    <StatusBadge tone="good">{words('crew.people.open')}</StatusBadge>
  ) : (
    <StatusBadge tone="none" icon="lock">
      {words('crew.people.disabled')}
    </StatusBadge>
  );
}

function Factors({ factors }: { factors: string[] }) {
  const words = useWords();
  if (factors.length === 0) return <span className="text-muted">{words('crew.factors.none')}</span>;
  return (
    <ul>
      {factors.map((factor) => (
        <li key={factor}>{factor}</li>
      ))}
    </ul>
  );
}
