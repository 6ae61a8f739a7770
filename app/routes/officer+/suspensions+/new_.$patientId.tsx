import {
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
import { SelectField, TextArea, TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { agencyKinds, statementForms, type SuspensionRefusal } from '#app/disclosures/suspension-rules.ts';
import { recordSuspension } from '#app/disclosures/suspensions.server.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';

const text = (most: number) =>
  z
    .string('errors.required')
    .transform((value) => value.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().min(1, 'errors.required').max(most, 'errors.tooLong'));

const schema = z.strictObject({
  agency: z.uuid('errors.choose'),
  kind: z.enum(agencyKinds, 'errors.choose'),
  form: z.enum(statementForms, 'errors.choose'),
  statedOn: z.iso.date('errors.date'),
  endsOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  official: text(200),
  says: text(2_000),
});

const fieldOf: Record<SuspensionRefusal, 'endsOn' | 'statedOn'> = {
  endMissing: 'endsOn',
  endBeforeStatement: 'endsOn',
  endedAlready: 'endsOn',
  oralTooLong: 'endsOn',
  statementInFuture: 'statedOn',
};

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'suspensions.manage');
  requireFreshFactor(args, visit);
  const { db } = visit.world;
  const patientId = rowId(args.params.patientId);
  await requireRecordOpen(args, visit, patientId, 'work');
  const patient = await patientRecord(db, patientId);
  if (!patient) throw notFound();
  await recordRead(visit.world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id: patientId },
    patientId,
  });
  return {
    patient: `${patient.givenName} ${patient.familyName}`,
    agencies: (await allVendors(db)).map(({ id, name }) => ({ id, name })),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'suspensions.manage');
  requireFreshFactor(args, visit);
  const patientId = rowId(args.params.patientId);
  await requireRecordOpen(args, visit, patientId, 'work');
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { agency, kind, endsOn, ...statement } = form.value;
  const recorded = await recordSuspension(visit.world, visit.person, {
    ...statement,
    patientId,
    vendorId: agency,
    agencyKind: kind,
    endsOn: endsOn || null,
  });
  if (recorded.ok) throw redirect('/officer/suspensions?done=recorded');
  if (recorded.refusal === 'unknown') throw notFound();
  const typed = Object.fromEntries(Object.entries(form.value).map(([name, value]) => [name, [value]]));
  return oneMistake(fieldOf[recorded.refusal], `errors.suspension.${recorded.refusal}`, { typed });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'ledger.suspensions.new');

export default function NewSuspension() {
  const words = useWords();
  const { patient, agencies } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>(), {
    kind: 'kind-healthOversight',
    form: 'form-written',
  });
  return (
    <div className="stack">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/officer/suspensions', label: words('ledger.suspensions.title') }}
        title={words('ledger.suspensions.new')}
        lead={patient}
      />
      <Form method="post" noValidate className="stack">
        <SelectField
          name="agency"
          label={words('ledger.suspensions.agency')}
          hint={words('ledger.suspensions.agencyHint')}
          error={mistakes.error('agency')}
          defaultValue={mistakes.typed('agency') ?? ''}
        >
          <option value="" />
          {agencies.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <ChoiceGroup
          type="radio"
          name="kind"
          id="kind-healthOversight"
          legend={words('ledger.suspensions.kind')}
          error={mistakes.error('kind')}
          choices={agencyKinds.map((value) => ({ value, label: words(`ledger.suspensions.kind.${value}`) }))}
          chosen={mistakes.typed('kind')}
        />
        <ChoiceGroup
          type="radio"
          name="form"
          id="form-written"
          legend={words('ledger.suspensions.form')}
          hint={words('ledger.suspensions.formHint')}
          error={mistakes.error('form')}
          choices={statementForms.map((value) => ({
            value,
            label: words(`ledger.suspensions.form.${value}`),
          }))}
          chosen={mistakes.typed('form')}
        />
        <TextField
          name="statedOn"
          type="date"
          width="date"
          label={words('ledger.suspensions.statedOn')}
          error={mistakes.error('statedOn')}
          defaultValue={mistakes.typed('statedOn')}
          autoComplete="off"
        />
        <TextField
          name="endsOn"
          type="date"
          width="date"
          label={words('ledger.suspensions.endsOn')}
          hint={words('ledger.suspensions.endsOnHint')}
          error={mistakes.error('endsOn')}
          defaultValue={mistakes.typed('endsOn')}
          autoComplete="off"
        />
        <TextField
          name="official"
          label={words('ledger.suspensions.official')}
          hint={words('ledger.suspensions.officialHint')}
          error={mistakes.error('official')}
          defaultValue={mistakes.typed('official')}
          autoComplete="off"
        />
        <TextArea
          name="says"
          label={words('ledger.suspensions.says')}
          error={mistakes.error('says')}
          defaultValue={mistakes.typed('says')}
          rows={4}
        />
        <p>
          <Button>{words('ledger.suspensions.record')}</Button>
        </p>
      </Form>
    </div>
  );
}
