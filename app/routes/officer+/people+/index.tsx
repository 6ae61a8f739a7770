import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { accountsWithoutMail } from '#app/notices/delivery.server.ts';
import { can } from '#app/people/can.ts';
import { peopleList, peoplePageSize } from '#app/people/people-admin.server.ts';
import { recordsOfAccounts } from '#app/people/records-named.server.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { requirePerson, type Visit } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { personLine } from '../_parts/people-view.server.ts';

const roles = ['staff', 'privacyOfficer', 'auditor', 'patient'] as const;

const schema = z.strictObject({
  search: z.string().trim().max(100, 'errors.tooLong').default(''),
  role: z.enum(['', ...roles], 'errors.required').default(''),
  state: z.enum(['', 'open', 'disabled'], 'errors.required').default(''),
  page: z.coerce.number('errors.formUnreadable').int().min(1).max(100_000).default(1),
});
type Asked = z.infer<typeof schema>;

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'people.see');
  return { ...(await list(visit, schema.parse({}))), mayManage: can(visit.person.role, 'people.manage') };
}

/** A search is a form that is sent, not an address: names and addresses of mail stay out of addresses and logs. */
export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'people.see');
  const form = await readForm(args, { schema });
  return form.ok ? list(visit, form.value) : formMistakes(form.mistakes);
}

async function list({ world, person, locale, now }: Visit, asked: Asked) {
  const { search, role, state, page } = asked;
  const [{ timeZone }, { total, people }] = await Promise.all([
    theFacility(world.db),
    peopleList(world.db, { search, role: role || null, state: state || null, page }, now),
  ]);
  const listed = people.map(({ id }) => id);
  await recordListRead(world, {
    actor: person,
    list: 'accounts',
    patientIds: await recordsOfAccounts(world.db, listed),
  });
  const withoutMail = await accountsWithoutMail(world.db, listed);
  return {
    asked,
    total,
    lastPage: Math.max(1, Math.ceil(total / peoplePageSize)),
    people: people.map((one) => personLine(one, { timeZone, locale, mailFails: withoutMail.has(one.id) })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.people.title');

export default function People() {
  const words = useWords();
  const { mayManage, ...everybody } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const { asked, lastPage, total, people } = answer && 'people' in answer ? answer : everybody;
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        title={words('crew.people.title')}
        lead={words('crew.people.lead')}
        action={
          mayManage && <ButtonLink to="/officer/people/invite">{words('crew.invite.title')}</ButtonLink>
        }
      />
      {mayManage && (
        <p>
          <Link to="/officer/orders">{words('crew.orders.title')}</Link>
        </p>
      )}
      <Form method="post" role="search" noValidate className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <TextField
          key={asked.search}
          name="search"
          label={words('crew.people.search')}
          hint={words('crew.people.searchHint')}
          defaultValue={mistakes.typed('search') ?? asked.search}
          error={mistakes.error('search')}
          autoComplete="off"
          spellCheck={false}
        />
        <SelectField name="role" width="date" label={words('crew.people.role')} defaultValue={asked.role}>
          <option value="">{words('crew.people.allRoles')}</option>
          {roles.map((one) => (
            <option key={one} value={one}>
              {words(`officer.role.${one}`)}
            </option>
          ))}
        </SelectField>
        <SelectField name="state" width="date" label={words('crew.people.state')} defaultValue={asked.state}>
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
        <OtherPages asked={asked} lastPage={lastPage} />
      </section>
    </div>
  );
}

/** The pages before and after are the same search once more. */
function OtherPages({ asked, lastPage }: { asked: Asked; lastPage: number }) {
  const words = useWords();
  const { page, ...search } = asked;
  if (lastPage === 1) return null;
  return (
    <nav aria-label={words('crew.people.pages')}>
      <Form method="post" className="flex flex-wrap gap-4">
        {Object.entries(search).map(([name, value]) => (
          <input key={name} type="hidden" name={name} value={value} />
        ))}
        {page > 1 && (
          <Button variant="outline" name="page" value={page - 1}>
            {words('site.pagination.previous')}
          </Button>
        )}
        {page < lastPage && (
          <Button variant="outline" name="page" value={page + 1}>
            {words('site.pagination.next')}
          </Button>
        )}
      </Form>
    </nav>
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
