import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { openInvitationsOf, revokeInvitation } from '#app/people/invitations.server.ts';
import { hasSecondOfficer } from '#app/people/officer-orders-reading.server.ts';
import { askOfficerOrder } from '#app/people/officer-orders.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { OrderReason } from '../_parts/order-reason.tsx';
import { orderRefusals } from '../_parts/order-words.ts';

const roles = ['staff', 'privacyOfficer', 'auditor'] as const;

const schema = z.discriminatedUnion('intent', [
  z.strictObject({
    intent: z.literal('invite'),
    name: z
      .string('errors.required')
      .trim()
      .min(1, 'errors.required')
      .max(100, 'errors.tooLong')
      .regex(/^[^\p{Cc}]*$/u, 'errors.required'),
    role: z.enum(roles, 'errors.choose'),
    reason: z.string('errors.required').trim().min(3, 'errors.required').max(1_000, 'errors.tooLong'),
  }),
  z.strictObject({ intent: z.literal('revoke'), invitation: z.uuid('errors.formUnreadable') }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'people.manage');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const [open, { timeZone }, second] = await Promise.all([
    openInvitationsOf(world.db, 'colleague', now),
    theFacility(world.db),
    hasSecondOfficer(world.db, person.id),
  ]);
  return {
    open: open.map(({ id, role, displayName, invitedBy, expiresAt }) => ({
      id,
      role,
      displayName,
      by: invitedBy.displayName,
      until: dayOfInstantInWords(locale, expiresAt, timeZone),
    })),
    isAlone: !second,
    revoked: new URL(args.request.url).searchParams.get('done') === 'revoked',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'people.manage');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'revoke') {
    const revoked = await revokeInvitation(world, {
      actor,
      invitationId: value.invitation,
      to: 'colleague',
    });
    if (!revoked) return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
    return redirect('/officer/people/invite?done=revoked');
  }
  const { name, role, reason } = value;
  const asked = await askOfficerOrder(world, { actor, content: { kind: 'invite', name, role }, reason });
  if (asked.ok) return redirect('/officer/orders?done=asked');
  if (asked.refusal === 'notFound') throw notFound();
  const typed = { name: [name], role: [role], reason: [reason] };
  return oneMistake('', orderRefusals[asked.refusal], { typed, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.invite.title');

export default function Invite() {
  const words = useWords();
  const { open, isAlone, revoked } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={revoked ? words('crew.invite.revoked') : null} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/officer/people', label: words('crew.people.title') }}
          title={words('crew.invite.title')}
          lead={words('crew.invite.lead')}
        />
        <Form method="post" noValidate className="stack">
          <input type="hidden" name="intent" value="invite" />
          <TextField
            name="name"
            label={words('crew.invite.name')}
            error={mistakes.error('name')}
            defaultValue={mistakes.typed('name')}
            autoComplete="off"
          />
          <ChoiceGroup
            type="radio"
            name="role"
            legend={words('crew.invite.role')}
            error={mistakes.error('role')}
            choices={roles.map((value) => ({
              value,
              label: words(`officer.role.${value}`),
              hint: words(`crew.role.${value}`),
            }))}
            chosen={mistakes.typed('role')}
          />
          <OrderReason mistakes={mistakes} isAlone={isAlone} />
          <p>
            <Button>{words('crew.orders.ask')}</Button>
          </p>
        </Form>
      </div>
      <section className="stack no-print" aria-labelledby="open">
        <h2 id="open">{words('crew.invite.open')}</h2>
        <DataTable
          caption={words('crew.invite.open')}
          captionHidden
          rows={open}
          rowKey={({ id }) => id}
          empty={
            <EmptyState title={words('crew.invite.none')} headingLevel={3}>
              {words('crew.invite.noneWhy')}
            </EmptyState>
          }
          columns={[
            {
              key: 'name',
              header: words('crew.people.name'),
              rowHeader: true,
              cell: (one) => one.displayName,
            },
            {
              key: 'role',
              header: words('crew.people.role'),
              cell: (one) => words(`officer.role.${one.role}`),
            },
            { key: 'by', header: words('crew.invite.by'), cell: (one) => one.by },
            { key: 'until', header: words('crew.invite.until'), cell: (one) => one.until },
            {
              key: 'revoke',
              header: words('crew.invite.revoke'),
              headerHidden: true,
              cell: (one) => (
                <Form method="post">
                  <input type="hidden" name="intent" value="revoke" />
                  <input type="hidden" name="invitation" value={one.id} />
                  <Button
                    variant="plain"
                    aria-label={words('crew.invite.revokeOf', { name: one.displayName })}
                  >
                    {words('crew.invite.revoke')}
                  </Button>
                </Form>
              ),
            },
          ]}
        />
      </section>
    </div>
  );
}
