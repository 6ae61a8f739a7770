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
import { accountsNear, liftFlag, mayDecide, openFlags, setFlag } from '#app/people/flags.server.ts';
import { patientFile } from '#app/people/patients.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { reasonField } from '../_parts/reason.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

const schema = z.strictObject({
  intent: z.enum(['set', 'lift'], 'errors.formUnreadable'),
  kind: z.enum(['conflict', 'doNotDisclose', 'retentionHold', 'closedToStaff'], 'errors.choose').optional(),
  personName: z.string().trim().max(200, 'errors.tooLong').default(''),
  account: z.union([z.literal(''), z.uuid()], 'errors.formUnreadable').default(''),
  flag: z.uuid('errors.formUnreadable').optional(),
  reason: reasonField,
});

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  requireFreshFactor(args, visit);
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id);
  const { db } = visit.world;
  const file = await patientFile(db, id);
  if (!file) throw notFound();
  await recordRead(visit.world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  const [flags, accounts] = await Promise.all([openFlags(db, id), accountsNear(db, id)]);
  return {
    id,
    name: nameOf(file),
    accounts,
    flags: flags.map((flag) => ({
      id: flag.id,
      kind: flag.kind,
      person: flag.against?.displayName ?? flag.personName ?? '',
      reason: flag.reason,
      mayLift: mayDecide(visit.person, flag.kind),
    })),
    mayClose: mayDecide(visit.person, 'closedToStaff'),
  };
}

export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const patientId = rowId(args.params.id);
  await requireRecordOpen(args, visit, patientId);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { intent, kind, personName, account, flag, reason } = form.value;
  const typed = {
    reason: [reason],
    personName: [personName],
    account: [account],
    ...(kind ? { kind: [kind] } : {}),
  };
  if (intent === 'lift') {
    if (!flag) return oneMistake('', 'errors.formUnreadable', { typed });
    const lifted = await liftFlag(world, { actor: person, patientId, flagId: flag, reason });
    if (!lifted) throw notFound();
    return redirect(`/staff/patients/${patientId}?done=flagLifted`);
  }
  if (!kind) return oneMistake('kind', 'errors.choose', { typed });
  if (kind === 'doNotDisclose' && !personName && !account)
    return oneMistake('personName', 'errors.flagPerson', { typed });
  const isForOne = kind === 'doNotDisclose';
  const set = await setFlag(world, {
    actor: person,
    patientId,
    flag: {
      kind,
      reason,
      personName: isForOne ? personName || null : null,
      againstId: isForOne ? account || null : null,
    },
  });
  if (set.ok) return redirect(`/staff/patients/${patientId}?done=flagSet`);
  if (set.refusal === 'notFound') throw notFound();
  if (set.refusal === 'officerOnly') return oneMistake('kind', 'errors.flagOfficer', { typed, status: 403 });
  const message = set.refusal === 'alreadySet' ? 'errors.flagAlready' : 'errors.formUnreadable';
  return oneMistake('', message, { typed, status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.flag.title');

export default function FlagsPage() {
  const words = useWords();
  const { id, name, flags, accounts, mayClose } = useLoaderData<typeof loader>();
  const mistakes = useMistakes(useActionData<typeof action>());
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: `/staff/patients/${id}`, label: name }}
          title={words('records.flag.title')}
          lead={words('records.flag.lead')}
        />
      </div>
      {flags.map((flag) => (
        <section key={flag.id} className="stack" aria-labelledby={`flag-${flag.id}`}>
          <h2 id={`flag-${flag.id}`} className="text-h3">
            {words(`records.flag.${flag.kind}`, { name: flag.person })}
          </h2>
          <p>{flag.reason}</p>
          {flag.mayLift && (
            <Form method="post" noValidate className="grid gap-3">
              <input type="hidden" name="intent" value="lift" />
              <input type="hidden" name="flag" value={flag.id} />
              <TextField
                name="reason"
                id={`lift-${flag.id}`}
                label={words('records.flag.liftReason')}
                autoComplete="off"
              />
              <p>
                <Button variant="outline">{words('records.flag.lift')}</Button>
              </p>
            </Form>
          )}
        </section>
      ))}
      <section className="stack" aria-labelledby="set">
        <h2 id="set">{words('records.flag.new')}</h2>
        <Form method="post" noValidate className="stack gap-y-6">
          <input type="hidden" name="intent" value="set" />
          <ChoiceGroup
            type="radio"
            name="kind"
            legend={words('records.flag.which')}
            error={mistakes.error('kind')}
            chosen={mistakes.chosen('kind')}
            choices={[
              {
                value: 'conflict',
                label: words('records.flag.conflict'),
                hint: words('records.flag.conflictHint'),
              },
              {
                value: 'doNotDisclose',
                label: words('records.flag.doNotDiscloseChoice'),
                hint: words('records.flag.doNotDiscloseHint'),
              },
              {
                value: 'retentionHold',
                label: words('records.flag.retentionHold'),
                hint: words('records.flag.retentionHoldHint'),
              },
              ...(mayClose
                ? [
                    {
                      value: 'closedToStaff',
                      label: words('records.flag.closedToStaff'),
                      hint: words('records.flag.closedToStaffHint'),
                    },
                  ]
                : []),
            ]}
          />
          <TextField
            name="personName"
            optional
            label={words('records.flag.person')}
            error={mistakes.error('personName')}
            defaultValue={mistakes.typed('personName')}
            autoComplete="off"
          />
          {accounts.length > 0 && (
            <SelectField
              name="account"
              optional
              label={words('records.flag.account')}
              hint={words('records.flag.accountHint')}
              defaultValue={mistakes.typed('account') ?? ''}
            >
              <option value="">{words('records.flag.noAccount')}</option>
              {accounts.map((one) => (
                <option key={one.id} value={one.id}>
                  {words('records.flag.accountOf', { name: one.name, email: one.email })}
                </option>
              ))}
            </SelectField>
          )}
          <TextArea
            name="reason"
            rows={3}
            label={words('records.reason.label')}
            error={mistakes.error('reason')}
            defaultValue={mistakes.typed('reason')}
          />
          <p>
            <Button>{words('records.flag.setAct')}</Button>
          </p>
        </Form>
      </section>
    </div>
  );
}
