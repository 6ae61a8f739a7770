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
import { TextArea } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { inviteToRecord, openInvitationsOf, revokeInvitation } from '#app/people/invitations.server.ts';
import { askInvitedSheet, inviteWithSheet, sheetsOf } from '#app/people/invited-sheets.server.ts';
import { patientFile } from '#app/people/patients.server.ts';
import { orBusy, waitingHeaders } from '#app/web/busy.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dayOfInstantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

const schema = z.strictObject({
  intent: z.enum(['make', 'revoke', 'sheet'], 'errors.formUnreadable'),
  delivery: z.enum(['desk', 'post'], 'errors.choose').optional(),
  invitation: z.uuid('errors.formUnreadable').optional(),
  sheet: z.literal('yes', 'errors.formUnreadable').optional(),
  identityCheck: z.string().trim().max(1_000, 'errors.tooLong').default(''),
});
/** What it takes at least to say how somebody was looked at. */
const shortestCheck = 3;

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
  const sheets = await sheetsOf(
    world.db,
    open.map((one) => one.id),
    now,
  );
  const done = new URL(args.request.url).searchParams.get('done');
  return {
    id,
    name: nameOf(file),
    open: open.map((one) => ({
      id: one.id,
      words: words('records.invite.open', {
        date: dayOfInstantInWords(locale, one.expiresAt, timeZone),
        name: one.invitedBy.displayName,
      }),
      sheet: sheetInWords(sheets.get(one.id)),
    })),
    done: done === 'revoked' ? ('revoked' as const) : done === 'sheetAsked' ? ('sheetAsked' as const) : null,
  };

  function sheetInWords(sheet: { waits: boolean; issuedAt: Date | null } | undefined) {
    const made = sheet?.issuedAt ? dayOfInstantInWords(locale, sheet.issuedAt, timeZone) : null;
    const said = [
      ...(made ? [words('records.invite.sheetMade', { date: made })] : []),
      ...(sheet?.waits ? [words('records.invite.sheetWaits')] : []),
    ].join(' ');
    return { said, waits: sheet?.waits ?? false, made: made !== null };
  }
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'invitations.issue');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const patientId = rowId(args.params.id);
  await requireRecordOpen(args, visit, patientId);
  const form = await readForm(args.request, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, delivery, invitation, sheet, identityCheck } = form.value;
  const checked = identityCheck.length >= shortestCheck;
  if (intent === 'revoke') {
    if (!invitation) return oneMistake('', 'errors.formUnreadable');
    const revoked = await revokeInvitation(world, { actor: person, invitationId: invitation, patientId });
    if (!revoked) throw notFound();
    return redirect(`/staff/patients/${patientId}/invite?done=revoked`);
  }
  if (intent === 'sheet') {
    if (!invitation) return oneMistake('', 'errors.formUnreadable');
    if (!checked) return oneMistake(`${sheetCheck}${invitation}`, 'errors.required');
    const order = { actor: person, invitationId: invitation, patientId, identityCheck };
    const asked = await askInvitedSheet(world, order);
    if (asked.ok) return redirect(`/staff/patients/${patientId}/invite?done=sheetAsked`);
    if (asked.refusal === 'notFound') throw notFound();
    return oneMistake('', 'errors.sheetWaiting', { status: 409 });
  }
  const typed = {
    delivery: delivery ? [delivery] : [],
    sheet: sheet ? [sheet] : [],
    identityCheck: [identityCheck],
  };
  if (!delivery) return oneMistake('delivery', 'errors.choose', { typed });
  if (sheet && !checked) return oneMistake('identityCheck', 'errors.required', { typed });
  const made = await orBusy(
    sheet
      ? inviteWithSheet(world, { actor: person, patientId, delivery, identityCheck })
      : inviteToRecord(world, { actor: person, patientId, delivery }),
  );
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
    withSheet: sheet === 'yes',
  });
}

/** The field of an open invitation's own form, which shares its name with no other on the page. */
const sheetCheck = 'check-';

export const headers = waitingHeaders;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.invite.title');

export default function Invite() {
  const words = useWords();
  const { id, name, open, done } = useLoaderData<typeof loader>();
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
            <li>{words(made.withSheet ? 'records.invite.step3Sheet' : 'records.invite.step3')}</li>
          </ol>
        </div>
        <p className="text-muted">{words('records.invite.once')}</p>
        {made.withSheet && <p className="no-print max-w-measure">{words('records.invite.sheetAsked')}</p>}
      </div>
    );
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
          chosen={mistakes.typed('delivery')}
        />
        <ChoiceGroup
          type="checkbox"
          name="sheet"
          legend={words('records.invite.sheetTick')}
          choices={[
            {
              value: 'yes',
              label: words('records.invite.sheetNone'),
              hint: words('records.invite.sheetHint'),
            },
          ]}
          chosen={mistakes.typed('sheet')}
        />
        <TextArea
          name="identityCheck"
          rows={2}
          optional
          label={words('records.invite.checked')}
          hint={words('records.invite.checkedHint')}
          error={mistakes.error('identityCheck')}
          defaultValue={mistakes.typed('identityCheck')}
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
            <div key={one.id} className="border-rule stack border-t pt-3">
              <Form method="post" className="flex flex-wrap items-center gap-4">
                <input type="hidden" name="intent" value="revoke" />
                <input type="hidden" name="invitation" value={one.id} />
                <span>
                  {one.words}
                  {one.sheet.said && <span className="text-muted block">{one.sheet.said}</span>}
                </span>
                <Button variant="outline">{words('records.invite.revoke')}</Button>
              </Form>
              {!one.sheet.waits && (
                <Form method="post" noValidate className="stack">
                  <input type="hidden" name="intent" value="sheet" />
                  <input type="hidden" name="invitation" value={one.id} />
                  <TextArea
                    name="identityCheck"
                    id={`${sheetCheck}${one.id}`}
                    rows={2}
                    label={words('records.invite.checked')}
                    error={mistakes.error(`${sheetCheck}${one.id}`)}
                  />
                  <p>
                    <Button variant="outline">
                      {words(one.sheet.made ? 'records.invite.sheetAgain' : 'records.invite.sheetAsk')}
                    </Button>
                  </p>
                </Form>
              )}
            </div>
          ))}
        </section>
      )}
    </div>
  );
}
