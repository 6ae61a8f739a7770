import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { recordRead } from '#app/audit/reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { SelectField, TextField } from '#app/components/field.tsx';
import { Icon } from '#app/components/icon.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { SummaryList } from '#app/components/summary-list.tsx';
import { useWords } from '#app/components/words.tsx';
import { patientFile } from '#app/people/patients.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { allowedForm, answerAllowed } from '../_parts/allowed-view.server.ts';
import { purposesAsked, type AllowedAnswer } from '../_parts/allowed-question.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

/** Whose record it is, once it was opened for the one who looks. */
async function opened(args: LoaderFunctionArgs | ActionFunctionArgs) {
  const visit = await requirePerson(args, 'patients.see');
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
  return { visit, id, file };
}

/** "On 3 May at 10:00, was sending study S to vendor V for training allowed, and by which record?" */
export async function loader(args: LoaderFunctionArgs) {
  const { visit, id, file } = await opened(args);
  return { id, name: nameOf(file), ...(await allowedForm(visit, id)) };
}

/** Changes nothing: it is a form that is sent, so that a patient's study and days stand in no address. */
export async function action(args: ActionFunctionArgs) {
  const { visit, id } = await opened(args);
  return answerAllowed(args, visit, id);
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.allowed.title');

export default function Allowed() {
  const words = useWords();
  const { id, name, today, companies, studies } = useLoaderData<typeof loader>();
  const sent = useActionData<typeof action>();
  const mistakes = useMistakes(sent && 'mistakes' in sent ? sent : undefined);
  const answered = sent && 'answers' in sent ? sent : undefined;
  const answers = answered?.answers ?? [];
  const typed = (field: keyof NonNullable<typeof answered>['asked']) =>
    mistakes.typed(field) ?? answered?.asked[field];
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: `/staff/patients/${id}`, label: name }}
          title={words('records.allowed.title')}
          lead={words('records.allowed.lead')}
        />
      </div>
      {answers.length > 0 && (
        <section className="stack gap-y-8" aria-labelledby="answer">
          <h2 id="answer">{words('records.allowed.answer')}</h2>
          {answers.map((answer) => (
            <Answer key={answer.heading} answer={answer} />
          ))}
        </section>
      )}
      <Form method="post" noValidate className="stack max-w-2xl gap-y-6">
        <div className="flex flex-wrap gap-x-6 gap-y-4">
          <TextField
            name="on"
            type="date"
            width="date"
            autoComplete="off"
            label={words('records.allowed.on')}
            error={mistakes.error('on')}
            defaultValue={typed('on') ?? today}
          />
          <TextField
            name="time"
            type="time"
            width="code"
            autoComplete="off"
            label={words('records.allowed.time')}
            error={mistakes.error('time')}
            defaultValue={typed('time')}
          />
        </div>
        <SelectField
          name="company"
          label={words('records.allowed.company')}
          error={mistakes.error('company')}
          defaultValue={typed('company')}
        >
          {companies.map((one) => (
            <option key={one.slug} value={one.slug}>
              {one.name}
            </option>
          ))}
        </SelectField>
        <SelectField
          name="purpose"
          label={words('records.allowed.purpose')}
          error={mistakes.error('purpose')}
          defaultValue={typed('purpose')}
        >
          {purposesAsked.map(({ code, label }) => (
            <option key={code} value={code}>
              {words(label)}
            </option>
          ))}
        </SelectField>
        <SelectField
          name="study"
          label={words('records.allowed.study')}
          error={mistakes.error('study')}
          defaultValue={typed('study')}
        >
          <option value="">{words('records.allowed.anyStudy')}</option>
          {studies.map(({ uid, name: study }) => (
            <option key={uid} value={uid}>
              {study}
            </option>
          ))}
        </SelectField>
        <SelectField
          name="identity"
          label={words('records.allowed.identity')}
          error={mistakes.error('identity')}
          defaultValue={typed('identity')}
        >
          <option value="with">{words('records.allowed.withName')}</option>
          <option value="without">{words('records.allowed.withoutName')}</option>
        </SelectField>
        <div className="flex flex-wrap items-end gap-x-6 gap-y-4">
          <TextField
            name="knownOn"
            type="date"
            width="date"
            optional
            autoComplete="off"
            label={words('records.allowed.knownOn')}
            hint={words('records.allowed.knownHint')}
            error={mistakes.error('knownOn')}
            defaultValue={typed('knownOn')}
          />
          <TextField
            name="knownTime"
            type="time"
            width="code"
            optional
            autoComplete="off"
            label={words('records.allowed.knownTime')}
            error={mistakes.error('knownTime')}
            defaultValue={typed('knownTime')}
          />
        </div>
        <p>
          <Button>{words('records.allowed.ask')}</Button>
        </p>
      </Form>
    </div>
  );
}

function Answer({ answer }: { answer: AllowedAnswer }) {
  const words = useWords();
  return (
    <article className="grid gap-3">
      <h3 className="flex gap-2.5">
        <Icon name={answer.isAllowed ? 'tick' : 'stop'} className="text-act mt-1" />
        <span>{answer.heading}</span>
      </h3>
      <SummaryList
        rows={[
          { term: words('records.allowed.says'), value: answer.says },
          { term: words('records.allowed.why'), value: answer.why },
          ...(answer.record
            ? [
                {
                  term: words('records.allowed.record'),
                  value: (
                    <>
                      <Link to={`/staff/requests/${answer.record.requestId}`} className="reach">
                        {answer.record.reference}
                      </Link>{' '}
                      {answer.record.since}
                    </>
                  ),
                },
              ]
            : []),
          { term: words('records.allowed.rule'), value: answer.rule },
        ]}
      />
    </article>
  );
}
