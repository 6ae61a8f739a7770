import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { inviteToRecord } from '#app/people/invitations.server.ts';
import { inviteWithSheet } from '#app/people/invited-sheets.server.ts';
import { patientFile } from '#app/people/patients.server.ts';
import { orBusy, waitingHeaders } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
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
import { nameOf } from '../_parts/patient-view.server.ts';

const schema = z.strictObject(invitationFields);

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id);
  const file = await patientFile(world.db, id);
  if (!file) throw notFound();
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  const view = await invitationsView(visit, { patientId: id }, new URL(args.request.url));
  return { id, name: nameOf(file), ...view };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const patientId = rowId(args.params.id);
  await requireRecordOpen(args, visit, patientId);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { value } = form;
  if (value.intent !== 'make')
    return changeInvitation(visit, value, { patientId }, `/staff/patients/${patientId}/invite`);
  const asked = invitationAsked(value);
  if ('mistake' in asked) return asked.mistake;
  const { delivery, identityCheck } = asked;
  const made = await orBusy(
    identityCheck === null
      ? inviteToRecord(world, { actor, patientId, delivery })
      : inviteWithSheet(world, { actor, patientId, delivery, identityCheck }),
  );
  if (made.ok) return data(await madeInvitation(visit, made, identityCheck !== null));
  if (made.refusal === 'notFound') throw notFound();
  const message = made.refusal === 'hasAccount' ? 'errors.recordHasAccount' : 'errors.recordMergedAway';
  return oneMistake('', message, { status: 409 });
}

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.invite.title');

export default function Invite() {
  const words = useWords();
  const { id, name, open, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const back = { to: `/staff/patients/${id}`, label: name };
  if (answer && 'code' in answer) return <MadeSheet made={answer} name={name} back={back} />;
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words(`records.done.${done}`) : null} />
        <PageHeader
          back={back}
          title={words('records.invite.title')}
          lead={words('records.invite.lead', { name })}
        />
      </div>
      <InvitationForm mistakes={mistakes} replaces={open.length > 0} />
      <OpenInvitations open={open} mistakes={mistakes} />
    </div>
  );
}
