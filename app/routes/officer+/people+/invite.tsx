import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { ShownOnce } from '#app/components/shown-once.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { inviteColleague, openInvitationsOf, revokeInvitation } from '#app/people/invitations.server.ts';
import { orBusy } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';

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
  }),
  z.strictObject({ intent: z.literal('revoke'), invitation: z.uuid('errors.formUnreadable') }),
]);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'people.manage');
  requireFreshFactor(args, visit);
  const { world, locale, now } = visit;
  const [open, { timeZone }] = await Promise.all([
    openInvitationsOf(world.db, null, now),
    theFacility(world.db),
  ]);
  return {
    open: open.map(({ id, role, displayName, invitedBy, expiresAt }) => ({
      id,
      role,
      displayName,
      by: invitedBy.displayName,
      until: dayOfInstantInWords(locale, expiresAt, timeZone),
    })),
    revoked: new URL(args.request.url).searchParams.get('done') === 'revoked',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'people.manage');
  requireFreshFactor(args, visit);
  const { world, person: actor, locale } = visit;
  const form = await readForm(args.request, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent === 'revoke') {
    const revoked = await revokeInvitation(world, {
      actor,
      invitationId: value.invitation,
      patientId: null,
    });
    if (!revoked) return oneMistake('', 'errors.changedMeanwhile', { status: 409 });
    return redirect('/officer/people/invite?done=revoked');
  }
  const { timeZone } = await theFacility(world.db);
  const made = await orBusy(inviteColleague(world, { actor, role: value.role, displayName: value.name }));
  return data({
    made: {
      code: made.code,
      name: value.name,
      role: value.role,
      until: dayOfInstantInWords(locale, made.expiresAt, timeZone),
    },
  });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'crew.invite.title');

export default function Invite() {
  const words = useWords();
  const { open, revoked } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const made = answer && 'made' in answer ? answer.made : null;
  return (
    <div className="sections">
      <div className="stack">
        <Toast message={revoked && !made ? words('crew.invite.revoked') : null} />
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/officer/people', label: words('crew.people.title') }}
          title={words('crew.invite.title')}
          lead={made ? undefined : words('crew.invite.lead')}
        />
        {made ? (
          <>
            <ShownOnce
              label={words('crew.invite.codeFor', {
                name: made.name,
                role: words(`officer.role.${made.role}`),
              })}
              secret={made.code}
            >
              {words('crew.invite.how', { date: made.until })}
            </ShownOnce>
            <p className="no-print">
              <ButtonLink to="/officer/people/invite" variant="outline">
                {words('crew.invite.another')}
              </ButtonLink>
            </p>
          </>
        ) : (
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
            <p>
              <Button>{words('crew.invite.make')}</Button>
            </p>
          </Form>
        )}
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
