import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { agreesInFull } from '#app/people/identity-claims.ts';
import { refuseClaim, verifyClaim, type ClaimDecided } from '#app/people/identity-claims.server.ts';
import { claimForStaff } from '#app/people/identity-claims-reading.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { notFound, requireFreshFactor, requirePerson, rowId, type Visit } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { AgreementRows } from '../_parts/representation-parts.tsx';

const schema = z.strictObject({
  intent: z.enum(['confirm', 'refuse'], 'errors.formUnreadable'),
  patient: z.uuid('errors.chooseRecord').optional(),
  reason: z
    .string()
    .default('')
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(1_000, 'errors.tooLong')),
});

const refusals: Record<Exclude<Extract<ClaimDecided, { ok: false }>['refusal'], 'notFound'>, MessageId> = {
  decided: 'errors.claimDecided',
  hasAccount: 'errors.recordHasAccount',
  mergedAway: 'errors.recordMergedAway',
  notCandidate: 'errors.chooseRecord',
  claimantBound: 'errors.claimantBound',
};

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'identity.decide');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const found = await claimForStaff(world.db, rowId(args.params.id));
  if (!found) throw notFound();
  const { claim, candidates } = found;
  const shown = claim.state === 'pending' ? candidates : [];
  await requireAllOpen(args, visit, shown);
  for (const { patientId } of shown) {
    await recordRead(world, {
      type: 'records.read',
      actor: person,
      subject: { kind: 'patient', id: patientId },
      patientId,
    });
  }
  const words = wordsFor(locale);
  const { timeZone } = await theFacility(world.db);
  const number = (key: { issuer: string; value: string }) =>
    words('disclosures.accounting.fact.identifier', { issuer: key.issuer, value: key.value });
  return {
    state: claim.state,
    name: `${claim.givenName} ${claim.familyName}`,
    facts: [
      { term: words('records.field.givenName'), value: claim.givenName },
      { term: words('records.field.familyName'), value: claim.familyName },
      { term: words('records.field.bornOn'), value: dateInWords(locale, claim.bornOn) },
      { term: words('records.field.patientNumber'), value: number(claim) },
      { term: words('records.identity.account'), value: claim.user.email },
      {
        term: words('records.identity.accountSince'),
        value: dayOfInstantInWords(locale, claim.user.createdAt, timeZone),
      },
      ...(claim.reason ? [{ term: words('records.reason.label'), value: claim.reason }] : []),
    ],
    candidates: shown.map(({ patientId, agreement, hasAccount, ...record }) => ({
      patientId,
      hasAccount,
      name: `${record.givenName} ${record.familyName}`,
      inFull: agreesInFull(agreement),
      rows: [
        { term: words('records.field.givenName'), value: record.givenName, agrees: agreement.givenName },
        { term: words('records.field.familyName'), value: record.familyName, agrees: agreement.familyName },
        {
          term: words('records.field.bornOn'),
          value: dateInWords(locale, record.bornOn),
          agrees: agreement.bornOn,
        },
        {
          term: words('records.field.patientNumber'),
          value: record.identifiers.map(number).join(', '),
          agrees: agreement.identifier,
        },
      ],
    })),
  };
}

/** Of several records that may be meant, a closed one asks before any is compared with what was typed, or decided about. */
async function requireAllOpen(args: DoorArgs, visit: Visit, candidates: { patientId: string }[]) {
  for (const { patientId } of candidates) await requireRecordOpen(args, visit, patientId, 'work');
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'identity.decide');
  requireFreshFactor(args, visit);
  const { world, person: actor } = visit;
  const claimId = rowId(args.params.id);
  const found = await claimForStaff(world.db, claimId);
  if (!found) throw notFound();
  if (found.claim.state === 'pending') await requireAllOpen(args, visit, found.candidates);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, patient, reason } = form.value;
  const typed = { reason: [reason] };
  if (intent === 'refuse' && !reason) return oneMistake('reason', 'errors.reason', { typed });
  if (intent === 'confirm' && !patient) return oneMistake('', 'errors.chooseRecord', { typed });
  if (intent === 'confirm' && patient && !reason) {
    const candidate = found.candidates.find(({ patientId }) => patientId === patient);
    if (candidate && !agreesInFull(candidate.agreement))
      return oneMistake(`why-${patient}`, 'errors.reasonDiffers', { typed });
  }
  const decided =
    intent === 'confirm' && patient
      ? await verifyClaim(world, { actor, claimId, patientId: patient, ...(reason ? { reason } : {}) })
      : await refuseClaim(world, { actor, claimId, reason });
  if (decided.ok) return redirect('/staff/identity?done=decided');
  if (decided.refusal === 'notFound') throw notFound();
  return oneMistake('', refusals[decided.refusal], { typed, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.identity.title');

export default function IdentityClaim() {
  const words = useWords();
  const { state, name, facts, candidates } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/staff/identity', label: words('records.identity.title') }}
          title={words('records.identity.is', { name })}
          lead={words(`records.identity.state.${state}`)}
        />
      </div>
      <section className="stack" aria-labelledby="typed">
        <h2 id="typed">{words('records.identity.typed')}</h2>
        <SummaryList rows={facts} />
      </section>
      {state === 'pending' && (
        <>
          <section className="stack" aria-labelledby="match">
            <h2 id="match">{words('records.decide.match')}</h2>
            {candidates.length === 0 && <p>{words('records.identity.noMatch')}</p>}
            <div className="grid gap-6 md:grid-cols-2">
              {candidates.map((one) => (
                <section
                  key={one.patientId}
                  aria-labelledby={`record-${one.patientId}`}
                  className="border-line rounded-sm border-2 p-4"
                >
                  <h3 id={`record-${one.patientId}`}>
                    <Link to={`/staff/patients/${one.patientId}`} className="reach">
                      {one.name}
                    </Link>
                  </h3>
                  <AgreementRows rows={one.rows} />
                  {one.hasAccount ? (
                    <p className="mt-2 font-semibold">{words('records.identity.taken')}</p>
                  ) : (
                    <Form method="post" noValidate className="mt-3 grid gap-3">
                      <input type="hidden" name="intent" value="confirm" />
                      <input type="hidden" name="patient" value={one.patientId} />
                      {!one.inFull && (
                        <TextField
                          name="reason"
                          id={`why-${one.patientId}`}
                          label={words('records.identity.whyStill')}
                          error={mistakes.error(`why-${one.patientId}`)}
                          autoComplete="off"
                        />
                      )}
                      <p>
                        <Button variant={one.inFull ? 'act' : 'outline'}>
                          {words('records.identity.confirm', { name: one.name })}
                        </Button>
                      </p>
                    </Form>
                  )}
                </section>
              ))}
            </div>
            <p className="text-muted">{words('records.identity.effect')}</p>
          </section>
          <section className="stack" aria-labelledby="refuse">
            <h2 id="refuse">{words('records.identity.refuse')}</h2>
            <Form method="post" noValidate className="stack gap-y-4">
              <input type="hidden" name="intent" value="refuse" />
              <TextArea
                name="reason"
                rows={3}
                label={words('records.decide.refuseReason')}
                hint={words('records.decide.refuseHint')}
                error={mistakes.error('reason')}
                defaultValue={mistakes.typed('reason')}
              />
              <p>
                <Button variant="outline">{words('records.identity.refuseAct')}</Button>
              </p>
            </Form>
          </section>
        </>
      )}
    </div>
  );
}
