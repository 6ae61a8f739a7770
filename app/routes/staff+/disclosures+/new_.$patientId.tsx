import {
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, useActionData, useLoaderData } from '@remix-run/react';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { enterDisclosure } from '#app/disclosures/enter.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { formOf, oneMistake } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { EntryFields, entryFieldIds } from '../_parts/entry-fields.tsx';
import {
  entryChoices,
  entryOf,
  entrySchema,
  readEntryForm,
  refusedEntry,
  requireFreshEntry,
} from '../_parts/entry-form.server.ts';

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'disclosures.enter');
  requireFreshFactor(args, visit);
  const id = rowId(args.params.patientId);
  await requireRecordOpen(args, visit, id, 'work');
  const patient = await patientRecord(visit.world.db, id);
  if (!patient) throw notFound();
  await recordRead(visit.world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  return { patient: `${patient.givenName} ${patient.familyName}`, choices: await entryChoices(visit) };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'disclosures.enter');
  const { world, person } = visit;
  const patientId = rowId(args.params.patientId);
  await requireRecordOpen(args, visit, patientId, 'work');
  const sent = await formOf(args);
  if (!sent) return oneMistake('', 'errors.formUnreadable');
  await requireFreshEntry(args, visit, sent);
  const read = await readEntryForm(args, sent, entrySchema, visit);
  if (!read.ok) return read.answer;
  const { timeZone } = await theFacility(world.db);
  const about = { enteredBy: person.id, patientId, timeZone, corrects: null, occurredAt: null };
  const entered = await enterDisclosure(world, {
    actor: person,
    entry: entryOf(read.fields, about),
    documents: read.documents,
  });
  if (entered.ok)
    return redirect(`/staff/disclosures/${entered.disclosureId}?done=${entered.isNew ? 'entered' : 'known'}`);
  if (entered.refusal === 'noSuchPatient' || entered.refusal === 'notThere') throw notFound();
  const [field, message] = refusedEntry[entered.refusal];
  return oneMistake(field, message, { typed: read.typed, status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'entries.new.title');

export default function NewEntry() {
  const words = useWords();
  const { patient, choices } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>(), entryFieldIds);
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/staff/disclosures', label: words('ledger.list.title') }}
        status={<strong>{patient}</strong>}
        title={words('entries.new.title')}
        lead={words('entries.form.lead')}
      />
      <Form method="post" encType="multipart/form-data" noValidate className="stack max-w-measure">
        <EntryFields choices={choices} mistakes={mistakes} />
        <p>
          <Button>{words('entries.form.enter')}</Button>
        </p>
      </Form>
    </div>
  );
}
