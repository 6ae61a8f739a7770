import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { inviteRepresentative } from '#app/people/invitations.server.ts';
import { inviteRepresentativeWithSheet } from '#app/people/invited-sheets.server.ts';
import { orBusy, waitingHeaders } from '#app/web/busy.server.ts';
import { formMistakes, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { InvitationForm, MadeSheet, OpenInvitations } from '../_parts/invitation-parts.tsx';
import {
  changeInvitation,
  invitationAsked,
  invitationFields,
  invitationsView,
  madeInvitation,
} from '../_parts/invitations.server.ts';

const schema = z.strictObject({
  ...invitationFields,
  name: z
    .string()
    .trim()
    .max(100, 'errors.tooLong')
    .regex(/^[^\p{Cc}]*$/u, 'errors.required')
    .default(''),
});
const to = 'representative';
const page = '/staff/representatives/invite';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  return invitationsView(visit, to, new URL(args.request.url));
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent !== 'make') return changeInvitation(visit, value, to, page);
  const displayName = value.name;
  const asked = invitationAsked(value, displayName);
  if ('mistake' in asked) return asked.mistake;
  const { delivery, identityCheck } = asked;
  const made = await orBusy(
    identityCheck === null
      ? inviteRepresentative(world, { actor, displayName, delivery })
      : inviteRepresentativeWithSheet(world, { actor, displayName, delivery, identityCheck }),
  );
  // It is about no record that could refuse it.
  if (!made.ok) throw notFound();
  return data({ ...(await madeInvitation(visit, made, identityCheck !== null)), name: displayName });
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.inviteActing.title');

export default function InviteRepresentative() {
  const words = useWords();
  const { open, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const back = { to: '/staff/representatives', label: words('records.queue.title') };
  if (answer && 'code' in answer)
    return (
      <MadeSheet made={answer} name={answer.name} back={back}>
        <li>{words('records.inviteActing.step4')}</li>
      </MadeSheet>
    );
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words(`records.done.${done}`) : null} />
        <PageHeader
          back={back}
          title={words('records.inviteActing.title')}
          lead={words('records.inviteActing.lead')}
        />
      </div>
      <InvitationForm mistakes={mistakes} replaces={false} hasRecord={false}>
        <TextField
          name="name"
          label={words('records.inviteActing.name')}
          error={mistakes.error('name')}
          defaultValue={mistakes.typed('name')}
          autoComplete="off"
        />
      </InvitationForm>
      <OpenInvitations open={open} mistakes={mistakes} />
    </div>
  );
}
