import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button, ButtonLink } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { Toast } from '#app/components/toast.tsx';
import { T, useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import { addIdentifier } from '#app/people/patients.server.ts';
import { afterRefusal } from '#app/web/after-refusal.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { notFound, requireFreshFactorFor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { Choices, Flags, Merges, Readers, Representatives, Requests } from '../_parts/patient-sections.tsx';
import { patientView } from '../_parts/patient-view.server.ts';

const part = z.string('errors.required').trim().min(1, 'errors.required').max(64, 'errors.tooLong');
const schema = z.strictObject({ issuer: part, value: part });

const doneWords = {
  added: 'records.done.added',
  merged: 'records.done.merged',
  parted: 'records.done.parted',
  flagSet: 'records.done.flagSet',
  flagLifted: 'records.done.flagLifted',
} as const;
const dones = ['added', 'merged', 'parted', 'flagSet', 'flagLifted'] as const;

export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'patients.see');
  const { world, person, locale, now } = visit;
  const id = rowId(args.params.id);
  await requireRecordOpen(args, visit, id);
  const patient = await patientView(world, { id, now, locale });
  if (!patient) throw notFound();
  await recordRead(world, {
    type: 'records.read',
    actor: person,
    subject: { kind: 'patient', id },
    patientId: id,
  });
  const done = z.enum(dones).safeParse(new URL(args.request.url).searchParams.get('done'));
  return {
    patient,
    issuer: (await theFacility(world.db)).issuer,
    mayManage: can(person.role, 'patients.manage'),
    mayInvite: can(person.role, 'invitations.issue'),
    done: done.success ? done.data : null,
  };
}

/** Adds a patient number. */
export async function action(args: ActionFunctionArgs) {
  const visit = await requirePerson(args, 'patients.manage');
  const { world, person } = visit;
  const patientId = rowId(args.params.id);
  await requireRecordOpen(args, visit, patientId);
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { issuer, value } = form.value;
  await requireFreshFactorFor(args, visit, { issuer, value });
  const added = await addIdentifier(world, { actor: person, patientId, issuer, value });
  if (added.ok) return redirect(`/staff/patients/${patientId}?done=added`);
  if (added.refusal === 'notFound') throw notFound();
  const typed = { issuer: [issuer], value: [value] };
  if (added.refusal === 'already') return oneMistake('value', 'errors.numberAlready', { typed, status: 409 });
  const mistake = oneMistake('value', 'errors.numberOfAnother', { typed });
  return data({ ...mistake.data, other: added.otherId }, { status: 409 });
}

export const shouldRevalidate = afterRefusal;

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'records.patient.title', { values: { name: args.data?.patient.name ?? '' } });

export default function Patient() {
  const words = useWords();
  const { patient, issuer, mayManage, mayInvite, done } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer);
  const other = answer && 'other' in answer && typeof answer.other === 'string' ? answer.other : null;
  const numbers = patient.identifiers.map((one) =>
    words('disclosures.accounting.fact.identifier', { ...one }),
  );
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <Toast message={done && !mistakes.any ? words(doneWords[done]) : null} />
        <PageHeader
          back={{ to: '/staff/patients', label: words('records.patients.title') }}
          title={patient.name}
          lead={words('records.patient.lead', { date: patient.bornOn })}
          action={
            mayInvite &&
            !patient.hasAccount &&
            !patient.survivor && (
              <ButtonLink to={`/staff/patients/${patient.id}/invite`}>
                {words('records.invite.make')}
              </ButtonLink>
            )
          }
        />
        {patient.survivor && (
          <Notice tone="info" heading={words('records.patient.mergedInto', { name: patient.survivor.name })}>
            <p>
              <Link to={`/staff/patients/${patient.survivor.id}`} className="reach">
                {words('records.patient.openSurvivor')}
              </Link>
            </p>
          </Notice>
        )}
        {other && (
          <Notice tone="soon" heading={words('records.number.ofAnother')}>
            <p>{words('records.number.ofAnotherText')}</p>
            <p>
              <Link to={`/staff/patients/${patient.id}/merge?with=${other}`} className="reach">
                {words('records.number.compare')}
              </Link>
            </p>
          </Notice>
        )}
      </div>
      <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,22rem)]">
        <div className="sections content-start">
          <Requests patient={patient} />
          <Choices patient={patient} />
          <Representatives patient={patient} />
          <Merges patient={patient} mayManage={mayManage} />
        </div>
        <div className="sections content-start">
          <section className="stack" aria-labelledby="facts">
            <h2 id="facts">{words('records.patient.facts')}</h2>
            <SummaryList
              rows={[
                { term: words('records.field.bornOn'), value: patient.bornOn },
                { term: words('records.patients.numbers'), value: numbers.join(', ') },
                ...patient.others.map((one) => ({
                  term: words('records.patient.also', { name: one.name }),
                  value: one.identifiers
                    .map((key) => words('disclosures.accounting.fact.identifier', { ...key }))
                    .join(', '),
                })),
                { term: words('records.patients.account'), value: patient.account },
                { term: words('records.patient.since'), value: patient.since },
              ]}
            />
            {patient.invitations.length > 0 && (
              <p>
                <T
                  id="records.invite.waiting"
                  values={{
                    a: (text) => <Link to={`/staff/patients/${patient.id}/invite`}>{text}</Link>,
                  }}
                />
              </p>
            )}
          </section>
          <Flags patient={patient} mayManage={mayManage} />
          {mayManage && (
            <section className="stack" aria-labelledby="add">
              <h2 id="add">{words('records.number.heading')}</h2>
              <Form method="post" noValidate className="grid gap-3">
                <TextField
                  name="issuer"
                  label={words('records.field.issuer')}
                  defaultValue={mistakes.typed('issuer') ?? issuer}
                  error={mistakes.error('issuer')}
                  autoComplete="off"
                  spellCheck={false}
                />
                <TextField
                  name="value"
                  label={words('records.field.patientNumber')}
                  defaultValue={mistakes.typed('value')}
                  error={mistakes.error('value')}
                  autoComplete="off"
                  spellCheck={false}
                />
                <p>
                  <Button variant="outline">{words('records.number.add')}</Button>
                </p>
              </Form>
            </section>
          )}
          <Readers patient={patient} />
        </div>
      </div>
    </div>
  );
}
