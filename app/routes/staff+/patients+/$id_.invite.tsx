import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { inviteToRecord, openInvitationsOf, revokeInvitation } from '#app/people/invitations.server.ts';
import { patientFile } from '#app/people/patients.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

const schema = z.strictObject({
  intent: z.enum(['make', 'revoke'], 'errors.formUnreadable'),
  delivery: z.enum(['desk', 'post'], 'errors.choose').optional(),
  invitation: z.uuid('errors.formUnreadable').optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  const { world, locale, now } = visit;
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id);
  const file = await patientFile(world.db, id);
  if (!file) throw notFound();
  await recordRead(world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  const { timeZone } = await theFacility(world.db);
  const words = wordsFor(locale);
  const open = await openInvitationsOf(world.db, id, now);
  return {
    id,
    name: nameOf(file),
    open: open.map((one) => ({
      id: one.id,
      words: words('records.invite.open', {
        date: dayOfInstantInWords(locale, one.expiresAt, timeZone),
        name: one.invitedBy.displayName,
      }),
    })),
    revoked: new URL(args.request.url).searchParams.get('done') === 'revoked',
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const patientId = rowId(args.params.id);
  await requireRecordOpen(args, visit, patientId);
  const form = await readForm(args.request, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, delivery, invitation } = form.value;
  if (intent === 'revoke') {
    if (!invitation) return oneMistake('', 'errors.formUnreadable');
    const revoked = await revokeInvitation(world, { actor: person, invitationId: invitation, patientId });
    if (!revoked) throw notFound();
    return redirect(`/staff/patients/${patientId}/invite?done=revoked`);
  }
  if (!delivery) return oneMistake('delivery', 'errors.choose');
  const made = await inviteToRecord(world, { actor: person, patientId, delivery });
  if (!made.ok) {
    if (made.refusal === 'notFound') throw notFound();
    const message = made.refusal === 'hasAccount' ? 'errors.recordHasAccount' : 'errors.recordMergedAway';
    return oneMistake('', message, { status: 409 });
  }
  const { timeZone } = await theFacility(world.db);
  // Shown in the answer to the form and nowhere else: no address leads to it again.
  return data({
    code: made.code,
    until: dayOfInstantInWords(locale, made.expiresAt, timeZone),
    site: world.appOrigin,
  });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.invite.title');

export default function Invite() {
  const words = useWords();
  const { id, name, open, revoked } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const made = answer && 'code' in answer ? answer : null;
  const back = { to: `/staff/patients/${id}`, label: name };
  if (made)
    return (
      <div className="sections">
        <div className="stack">
          <PageHeader back={back} title={words('records.invite.sheetTitle', { name })} />
          <SummaryList
            rows={[
              {
                term: words('records.invite.code'),
                value: <strong className="text-h2 tracking-wider tabular-nums">{made.code}</strong>,
              },
              { term: words('records.invite.until'), value: made.until },
              { term: words('records.invite.where'), value: `${made.site}/sign-up` },
            ]}
          />
          <ol className="grid list-decimal gap-2 ps-5">
            <li>{words('records.invite.step1', { site: `${made.site}/sign-up` })}</li>
            <li>{words('records.invite.step2')}</li>
            <li>{words('records.invite.step3')}</li>
          </ol>
        </div>
        <p className="text-muted">{words('records.invite.once')}</p>
      </div>
    );
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={revoked && !mistakes.any ? words('records.done.revoked') : null} />
        <PageHeader
          back={back}
          title={words('records.invite.title')}
          lead={words('records.invite.lead', { name })}
        />
      </div>
      <Form method="post" noValidate className="stack gap-y-6">
        <input type="hidden" name="intent" value="make" />
        <ChoiceGroup
          type="radio"
          name="delivery"
          legend={words('records.invite.delivery')}
          error={mistakes.error('delivery')}
          choices={[
            { value: 'desk', label: words('records.invite.desk'), hint: words('records.invite.deskHint') },
            { value: 'post', label: words('records.invite.post'), hint: words('records.invite.postHint') },
          ]}
        />
        {open.length > 0 && <p>{words('records.invite.replaces')}</p>}
        <p>
          <Button>{words('records.invite.make')}</Button>
        </p>
      </Form>
      {open.length > 0 && (
        <section className="stack" aria-labelledby="open">
          <h2 id="open">{words('records.invite.openHeading')}</h2>
          {open.map((one) => (
            <Form
              key={one.id}
              method="post"
              className="border-rule flex flex-wrap items-center gap-4 border-t pt-3"
            >
              <input type="hidden" name="intent" value="revoke" />
              <input type="hidden" name="invitation" value={one.id} />
              <span>{one.words}</span>
              <Button variant="outline">{words('records.invite.revoke')}</Button>
            </Form>
          ))}
        </section>
      )}
    </div>
  );
}
