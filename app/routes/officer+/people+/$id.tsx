import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import type { Person } from '#app/audit/actor.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { accountsWithoutMail } from '#app/notices/delivery.server.ts';
import { can } from '#app/people/can.ts';
import {
  changeRole,
  disablePerson,
  enablePerson,
  endSessionsOfPerson,
  eventsAboutAccount,
  facilityRoles,
  personById,
  recordAccountRead,
  type PeopleRefusal,
} from '#app/people/people-admin.server.ts';
import { hasSecondOfficer } from '#app/people/officer-orders-reading.server.ts';
import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { givesMore, type FacilityRole } from '#app/people/officer-orders.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { OrderReason } from '../_parts/order-reason.tsx';
import { orderRefusals } from '../_parts/order-words.ts';
import { personLine, type PersonLine } from '../_parts/people-view.server.ts';
import { eventNames } from '../_parts/trail-words.ts';

const schema = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('role'),
    from: z.enum(facilityRoles, 'errors.formUnreadable'),
    role: z.enum(facilityRoles, 'errors.choose'),
    reason: z.string().trim().max(1_000, 'errors.tooLong').default(''),
  }),
  z.strictObject({ intent: z.literal('disable') }),
  z.strictObject({ intent: z.literal('enable') }),
  z.strictObject({ intent: z.literal('endSessions') }),
]);

const done = z.enum(['role', 'disable', 'enable', 'endSessions']).nullable().catch(null);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'people.see');
  const { world, person: officer, locale, now } = visit;
  const id = rowId(args.params.id);
  const mayManage = can(officer.role, 'people.manage');
  if (mayManage) requireFreshFactor(args, visit);
  const [person, events, { timeZone }] = await Promise.all([
    personById(world.db, id, now),
    eventsAboutAccount(world.db, id, 20),
    theFacility(world.db),
  ]);
  if (!person) throw notFound();
  await recordAccountRead(world, { actor: officer, userId: id });
  const withoutMail = await accountsWithoutMail(world.db, [id]);
  const words = wordsFor(locale);
  return {
    person: personLine(person, { timeZone, locale, mailFails: withoutMail.has(id) }),
    madeAt: instantInWords(locale, person.createdAt, timeZone),
    events: events.map(({ id: event, at, type, actorName }) => ({
      id: event.toString(),
      at: instantInWords(locale, at, timeZone),
      what: Object.hasOwn(eventNames, type) ? words(eventNames[type as keyof typeof eventNames]) : type,
      who: actorName,
    })),
    mayManage,
    isAlone: !(await hasSecondOfficer(world.db, officer.id)),
    isOneself: officer.id === id,
    done: done.parse(new URL(args.request.url).searchParams.get('done')),
  };
}

const refusals: Record<Exclude<PeopleRefusal, 'notFound'>, MessageId> = {
  self: 'errors.ownAccount',
  lastOfficer: 'errors.lastOfficer',
  changedMeanwhile: 'errors.changedMeanwhile',
  secondOfficer: 'errors.secondOfficer',
  recordHasAccount: 'errors.enableHasAccount',
};

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'people.manage');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const userId = rowId(args.params.id);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  const change = () => {
    switch (value.intent) {
      case 'role':
        return changeRole(world, { actor, userId, from: value.from, to: value.role });
      case 'disable':
        return disablePerson(world, { actor, userId });
      case 'enable':
        return enablePerson(world, { actor, userId });
      case 'endSessions':
        return endSessionsOfPerson(world, { actor, userId });
    }
  };
  if (value.intent === 'role' && givesMore(value.from, value.role))
    return askForRole(world, actor, { ...value, userId });
  const changed = await change();
  if (changed.ok) return redirect(`/officer/people/${userId}?done=${value.intent}`);
  if (changed.refusal === 'notFound') throw notFound();
  return oneMistake('', refusals[changed.refusal], { status: 409 });
}

/** A role that may do more waits for a second officer. */
async function askForRole(
  world: World,
  actor: Person,
  { userId, from, role, reason }: { userId: string; from: FacilityRole; role: FacilityRole; reason: string },
) {
  const typed = { role: [role], reason: [reason] };
  if (reason.length < 3) return oneMistake('reason', 'errors.required', { typed });
  const content = { kind: 'role' as const, userId, from, to: role };
  const asked = await askOfficerOrder(world, { actor, content, reason });
  if (asked.ok) return redirect('/officer/orders?done=asked');
  if (asked.refusal === 'notFound') throw notFound();
  return oneMistake('', orderRefusals[asked.refusal], { typed, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'crew.person.title', { values: { name: args.data?.person.name ?? '' } });

export default function PersonPage() {
  const words = useWords();
  const { person, madeAt, events, mayManage, isOneself, done: said } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={said && words(`crew.person.done.${said}`)} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader back={{ to: '/officer/people', label: words('crew.people.title') }} title={person.name} />
        <SummaryList
          rows={[
            {
              term: words('crew.people.email'),
              value: <EmailOf person={person} />,
            },
            { term: words('crew.people.role'), value: words(`officer.role.${person.role}`) },
            {
              term: words('crew.people.state'),
              value: words(person.isOpen ? 'crew.people.open' : 'crew.people.disabled'),
            },
            {
              term: words('crew.people.factors'),
              value: person.factors.length > 0 ? person.factors.join(' · ') : words('crew.factors.none'),
            },
            { term: words('crew.people.lastSignIn'), value: person.lastSignIn ?? words('crew.people.never') },
            { term: words('crew.people.sessions'), value: person.sessions },
            { term: words('crew.person.made'), value: madeAt },
          ]}
        />
      </div>
      {mayManage && isOneself && <p className="text-muted">{words('crew.person.oneself')}</p>}
      {mayManage && !isOneself && <Acts />}
      <section className="stack" aria-labelledby="events">
        <h2 id="events">{words('crew.person.events')}</h2>
        <ul className="border-rule border-t">
          {events.map(({ id, at, what, who }) => (
            <li
              key={id}
              className="border-rule grid max-w-none gap-x-6 border-b py-2 sm:grid-cols-[18rem_1fr_auto]"
            >
              <span className="text-muted">{at}</span>
              <span>{what}</span>
              <span className="text-muted">{who}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function EmailOf({ person }: { person: PersonLine }) {
  const words = useWords();
  if (!person.mailFails) return person.email;
  return (
    <>
      {person.email} <StatusBadge tone="late">{words('notices.account.broken')}</StatusBadge>
      <span className="text-note block">{words('notices.account.brokenWhy')}</span>
    </>
  );
}

function Acts() {
  const words = useWords();
  const { person, isAlone } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <>
      {person.role !== 'patient' && (
        <section className="stack" aria-labelledby="change-role">
          <h2 id="change-role">{words('crew.person.role')}</h2>
          <Form method="post" noValidate className="stack">
            <input type="hidden" name="intent" value="role" />
            <input type="hidden" name="from" value={person.role} />
            <ChoiceGroup
              type="radio"
              name="role"
              legend={words('crew.person.roleLegend')}
              hint={words('crew.person.roleHint')}
              error={mistakes.error('role')}
              choices={facilityRoleChoices.map((value) => ({
                value,
                label: words(`officer.role.${value}`),
                hint: words(`crew.role.${value}`),
              }))}
              chosen={mistakes.typed('role') ?? person.role}
            />
            <OrderReason mistakes={mistakes} isAlone={isAlone} />
            <p>
              <Button variant="outline">{words('crew.person.saveRole')}</Button>
            </p>
          </Form>
        </section>
      )}
      <section className="stack" aria-labelledby="access">
        <h2 id="access">{words('crew.person.access')}</h2>
        <p className="max-w-measure">
          {words(person.isOpen ? 'crew.person.disableHint' : 'crew.person.enableHint')}
        </p>
        <div className="flex flex-wrap gap-4">
          <Form method="post">
            <input type="hidden" name="intent" value={person.isOpen ? 'disable' : 'enable'} />
            <Button variant={person.isOpen ? 'danger' : 'outline'}>
              {words(person.isOpen ? 'crew.person.disable' : 'crew.person.enable')}
            </Button>
          </Form>
          {person.isOpen && person.sessions > 0 && (
            <Form method="post">
              <input type="hidden" name="intent" value="endSessions" />
              <Button variant="outline">{words('crew.person.endSessions')}</Button>
            </Form>
          )}
        </div>
      </section>
      {person.isOpen && (
        <section className="stack" aria-labelledby="sign-in-help">
          <h2 id="sign-in-help">{words('crew.person.help')}</h2>
          <p className="max-w-measure">{words('crew.person.helpHint')}</p>
          <p>
            <ButtonLink to={`/staff/sign-in-help/new?person=${person.id}`} variant="outline">
              {words('crew.person.askHelp')}
            </ButtonLink>
          </p>
        </section>
      )}
    </>
  );
}

const facilityRoleChoices = ['staff', 'privacyOfficer', 'auditor'] as const;
