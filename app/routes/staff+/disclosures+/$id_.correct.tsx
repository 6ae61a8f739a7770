import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ChoiceGroup } from '#app/components/choice-group.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextArea, TextField } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { enterDisclosure } from '#app/disclosures/enter.server.ts';
import { ledgerEntry } from '#app/disclosures/ledger-entry.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { findPatientsByIdentifiers } from '#app/people/patients.server.ts';
import { formOf, oneMistake } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import {
  correctionOf,
  correctionSchema,
  retractionOf,
  retractionSchema,
  saysNew,
  standingFields,
} from '../_parts/correction-form.server.ts';
import { EntryFields, entryFieldIds } from '../_parts/entry-fields.tsx';
import {
  entryChoices,
  readEntryForm,
  readWithDocuments,
  refusedEntry,
  requireFreshEntry,
} from '../_parts/entry-form.server.ts';
import { entryView } from '../_parts/entry-view.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'disclosures.enter');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const row = await ledgerEntry(world, rowId(args.params.id));
  if (!row) throw notFound();
  await requireRecordOpen(args, visit, row.patientId, 'work');
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id: row.patientId },
    patientId: row.patientId,
  });
  const choices = await entryChoices(visit);
  return {
    id: row.id,
    // Only what stands can be corrected.
    stands: !row.correctedBy && !row.retracted,
    patient: `${row.patient.givenName} ${row.patient.familyName}`,
    company: row.vendor.name,
    choices,
    classified: (await entryView(row, visit)).classified,
    standing: await standingFields(world, row, choices.timeZone),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'disclosures.enter');
  const { world, person } = visit;
  const [row, { timeZone, issuer }] = await Promise.all([
    ledgerEntry(world, rowId(args.params.id)),
    theFacility(world.db),
  ]);
  if (!row) throw notFound();
  await requireRecordOpen(args, visit, row.patientId, 'work');
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  await requireFreshEntry(args, visit, sent);
  const standing = await standingFields(world, row, timeZone);
  const about = { enteredBy: person.id, timeZone };
  if (sent.get('how') === 'never') {
    const read = await readWithDocuments(args, sent, retractionSchema);
    if (!read.ok) return read.answer;
    const entry = retractionOf(read.fields, row, standing, about);
    return answerTo(
      await enterDisclosure(world, { actor: person, entry, documents: read.documents }),
      read.typed,
    );
  }
  const read = await readEntryForm(args, sent, correctionSchema, visit);
  if (!read.ok) return read.answer;
  const { fields, typed } = read;
  const other = fields.otherNumber
    ? [...(await findPatientsByIdentifiers(world.db, [{ issuer, value: fields.otherNumber }])).values()][0]
    : row.patientId;
  if (!other) return oneMistake('otherNumber', 'errors.entry.noPatient', { typed });
  await requireRecordOpen(args, visit, other, 'work');
  if (other === row.patientId && !saysNew(fields, standing) && read.documents.length === 0)
    return oneMistake('', 'errors.entry.nothingNew', { typed });
  const entry = correctionOf(fields, row, standing, { ...about, patientId: other });
  return answerTo(await enterDisclosure(world, { actor: person, entry, documents: read.documents }), typed);
}

function answerTo(entered: Awaited<ReturnType<typeof enterDisclosure>>, typed: Record<string, string[]>) {
  if (entered.ok) return redirect(`/staff/disclosures/${entered.disclosureId}?done=corrected`);
  if (entered.refusal === 'noSuchPatient' || entered.refusal === 'notThere') throw notFound();
  const [field, message] = refusedEntry[entered.refusal];
  return oneMistake(field, message, { typed, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'entries.correct.title');

export default function Correct() {
  const words = useWords();
  const { id, stands, patient, company, choices, classified, standing } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>(), { ...entryFieldIds, how: 'how-otherwise' });
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: `/staff/disclosures/${id}`, label: words('entries.one.title', { company }) }}
        title={words('entries.correct.title')}
        lead={words('entries.correct.lead')}
        status={<strong>{patient}</strong>}
      />
      {!stands && (
        <Notice tone="soon" heading={words('entries.one.standsNoMore')}>
          <p>
            <Link to={`/staff/disclosures/${id}`}>{words('entries.correct.seeWhy')}</Link>
          </p>
        </Notice>
      )}
      {/* What was typed when somebody else was first is still there to be read. */}
      {(stands || mistakes.any) && (
        <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-measure">
          <ChoiceGroup
            type="radio"
            name="how"
            id="how-otherwise"
            legend={words('entries.correct.how')}
            error={mistakes.error('how')}
            chosen={mistakes.typed('how')}
            choices={[
              { value: 'otherwise', label: words('entries.correct.otherwise') },
              {
                value: 'never',
                label: words('entries.correct.never'),
                hint: words('entries.correct.neverHint'),
              },
            ]}
          />
          <TextArea
            name="reason"
            rows={3}
            label={words('entries.correct.reason')}
            hint={words('entries.correct.reasonHint')}
            error={mistakes.error('reason')}
            defaultValue={mistakes.typed('reason')}
          />
          <TextField
            name="otherNumber"
            width="date"
            optional
            autoComplete="off"
            spellCheck={false}
            label={words('entries.correct.other')}
            hint={words('entries.correct.otherHint')}
            error={mistakes.error('otherNumber')}
            defaultValue={mistakes.typed('otherNumber')}
          />
          <EntryFields choices={choices} mistakes={mistakes} standing={standing} classified={classified} />
          <p>
            <Button>{words('entries.correct.do')}</Button>
          </p>
        </Form>
      )}
    </div>
  );
}
