import { Form, Link } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { Icon } from '#app/components/icon.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { representationBases, representationScopes } from '#app/people/representation-rules.ts';
import type { useMistakes } from '#app/web/mistakes.ts';
import type { CandidateView, DecisionView } from './representation-view.server.ts';

interface Mistaken {
  mistakes: ReturnType<typeof useMistakes>;
}

/** Who asks, for whom, on what basis, and the documents. */
export function Asked({ one }: { one: DecisionView }) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="asked">
      <h2 id="asked">{words('records.decide.asked')}</h2>
      <SummaryList
        rows={[
          {
            term: words('records.decide.who'),
            value: words('records.flag.accountOf', { name: one.representative, email: one.email }),
          },
          { term: words('records.decide.for'), value: `${one.typed.givenName} ${one.typed.familyName}` },
          { term: words('records.field.bornOn'), value: one.typed.bornOn },
          { term: words('records.field.patientNumber'), value: one.typed.patientNumber },
          { term: words('records.field.relationship'), value: one.relationship },
          { term: words('records.queue.basis'), value: one.basisInWords },
          { term: words('records.decide.scope'), value: one.scopeInWords },
          { term: words('records.queue.asked'), value: one.asked },
          {
            term: words('records.decide.documents'),
            value:
              one.evidence.length > 0 ? (
                <ul className="grid gap-2">
                  {one.evidence.map((document) => (
                    <li key={document.id} className="flex flex-wrap items-center gap-x-3">
                      <ButtonLink
                        to={`/staff/representatives/${one.id}/evidence/${document.id}`}
                        variant="outline"
                        icon="download"
                        reloadDocument
                      >
                        {document.fileName}
                      </ButtonLink>
                      <span className="text-muted">{document.size}</span>
                    </li>
                  ))}
                </ul>
              ) : undefined,
          },
          ...(one.until ? [{ term: words('records.decide.until'), value: one.until }] : []),
          ...(one.decided ? [{ term: words('records.decide.by'), value: one.decided }] : []),
          ...(one.reason ? [{ term: words('records.reason.label'), value: one.reason }] : []),
          ...(one.endReason ? [{ term: words('records.decide.endReason'), value: one.endReason }] : []),
        ]}
      />
      {one.patientId && (
        <p>
          <Link to={`/staff/patients/${one.patientId}`} className="reach">
            {words('records.decide.openRecord')}
          </Link>
        </p>
      )}
    </section>
  );
}

/** Match to a record and grant, or refuse. */
export function Decide({
  one,
  candidates,
  today,
  mistakes,
}: Mistaken & { one: DecisionView; candidates: readonly CandidateView[]; today: string }) {
  const words = useWords();
  const [best] = candidates;
  const prefilled = one.basis === 'parentOfMinor' ? (best?.minorUntil ?? undefined) : undefined;
  return (
    <>
      <section className="stack" aria-labelledby="match">
        <h2 id="match">{words('records.decide.match')}</h2>
        {candidates.length === 0 ? (
          <p>{words('records.decide.noMatch')}</p>
        ) : (
          <div className="grid gap-6 md:grid-cols-2">
            {candidates.map((candidate) => (
              <CandidateCard key={candidate.id} candidate={candidate} />
            ))}
          </div>
        )}
      </section>
      {candidates.length > 0 && (
        <section className="stack" aria-labelledby="grant">
          <h2 id="grant">{words('records.decide.grant')}</h2>
          <Form method="post" noValidate className="stack gap-y-6">
            <input type="hidden" name="intent" value="grant" />
            <ChoiceGroup
              type="radio"
              name="patient"
              legend={words('records.decide.which')}
              error={mistakes.error('patient')}
              chosen={mistakes.chosen('patient')}
              choices={candidates.map((candidate) => ({
                value: candidate.id,
                label: words('records.decide.thisIs', {
                  name: candidate.name,
                  born: candidate.rows[2]?.value ?? '',
                }),
                hint: candidate.minor,
              }))}
            />
            <ChoiceGroup
              type="radio"
              name="basis"
              legend={words('records.decide.basis')}
              error={mistakes.error('basis')}
              chosen={mistakes.chosen('basis') ?? one.basis}
              choices={representationBases.map((value) => ({
                value,
                label: words(`records.basis.${value}`),
              }))}
            />
            <ChoiceGroup
              type="radio"
              name="scope"
              legend={words('records.decide.scope')}
              error={mistakes.error('scope')}
              chosen={mistakes.chosen('scope') ?? one.scope}
              choices={representationScopes.map((value) => ({
                value,
                label: words(`records.scope.${value}`),
              }))}
            />
            <div className="flex flex-wrap gap-x-6 gap-y-4">
              <TextField
                name="startsOn"
                type="date"
                width="date"
                max={today}
                label={words('records.decide.startsOn')}
                error={mistakes.error('startsOn')}
                defaultValue={mistakes.typed('startsOn') ?? today}
                autoComplete="off"
              />
              <TextField
                name="endsOn"
                type="date"
                width="date"
                optional
                label={words('records.decide.endsOn')}
                error={mistakes.error('endsOn')}
                defaultValue={mistakes.typed('endsOn') ?? prefilled}
                autoComplete="off"
              />
            </div>
            <p className="text-muted">{words('records.decide.endHint')}</p>
            <TextArea
              name="reason"
              id="why"
              rows={3}
              optional
              label={words('records.decide.why')}
              hint={words('records.decide.whyHint')}
              error={mistakes.error('why')}
              defaultValue={mistakes.typed('reason')}
            />
            {one.evidence.length === 0 && (
              <TextArea
                name="paper"
                rows={3}
                optional
                label={words('records.decide.paper')}
                hint={words('records.decide.paperHint')}
                error={mistakes.error('paper')}
                defaultValue={mistakes.typed('paper')}
              />
            )}
            <p>
              <Button>{words('records.decide.grantAct')}</Button>
            </p>
          </Form>
        </section>
      )}
      <section className="stack" aria-labelledby="refuse">
        <h2 id="refuse">{words('records.decide.refuse')}</h2>
        <Form method="post" noValidate className="stack gap-y-4">
          <input type="hidden" name="intent" value="refuse" />
          <TextArea
            name="reason"
            id="refusal"
            rows={3}
            label={words('records.decide.refuseReason')}
            hint={words('records.decide.refuseHint')}
            error={mistakes.error('refusal')}
            defaultValue={mistakes.typed('reason')}
          />
          <p>
            <Button variant="outline">{words('records.decide.refuseAct')}</Button>
          </p>
        </Form>
      </section>
    </>
  );
}

function CandidateCard({ candidate }: { candidate: CandidateView }) {
  const words = useWords();
  return (
    <section aria-labelledby={`candidate-${candidate.id}`} className="border-line rounded-sm border-2 p-4">
      <h3 id={`candidate-${candidate.id}`}>{candidate.name}</h3>
      <p className="text-muted">{candidate.minor}</p>
      <AgreementRows rows={candidate.rows} />
      {candidate.flags.map((flag) => (
        <p key={flag} className="text-late mt-2 flex gap-2 font-semibold">
          <Icon name="warning" className="mt-1" />
          <span>{flag}</span>
        </p>
      ))}
      <p className="mt-2">
        <Link to={`/staff/patients/${candidate.id}`} className="reach">
          {words('records.decide.openRecord')}
        </Link>
      </p>
    </section>
  );
}

/** A record's fields, each with whether it is what was typed. */
export function AgreementRows({
  rows,
}: {
  rows: readonly { term: string; value: string; agrees: boolean | null }[];
}) {
  const words = useWords();
  return (
    <dl className="mt-2">
      {rows.map((row) => (
        <div key={row.term} className="border-rule border-t py-2">
          <dt className="text-muted flex flex-wrap justify-between gap-x-3">
            <span>{row.term}</span>
            {row.agrees === true && (
              <span className="text-good inline-flex items-center gap-1 font-semibold">
                <Icon name="tick" />
                {words('records.agrees')}
              </span>
            )}
            {row.agrees === false && (
              <span className="text-soon inline-flex items-center gap-1 font-semibold">
                <Icon name="cross" />
                {words('records.differs')}
              </span>
            )}
          </dt>
          <dd>{row.value || words('site.summary.notGiven')}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Ends an authority that counts. */
export function EndIt({ mistakes }: Mistaken) {
  const words = useWords();
  return (
    <section className="stack" aria-labelledby="end">
      <h2 id="end">{words('records.decide.end')}</h2>
      <p>{words('records.decide.endText')}</p>
      <Form method="post" noValidate className="stack gap-y-4">
        <input type="hidden" name="intent" value="end" />
        <TextArea
          name="reason"
          rows={3}
          label={words('records.reason.label')}
          error={mistakes.error('reason')}
          defaultValue={mistakes.typed('reason')}
        />
        <p>
          <Button variant="danger">{words('records.decide.endAct')}</Button>
        </p>
      </Form>
    </section>
  );
}
