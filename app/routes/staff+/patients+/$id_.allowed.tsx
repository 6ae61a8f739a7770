import { data, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { Form, Link, useLoaderData } from '@remix-run/react';
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
import { allowedView, readAllowed } from '../_parts/allowed-view.server.ts';
import { purposesAsked, type AllowedAnswer } from '../_parts/allowed-question.ts';
import { nameOf } from '../_parts/patient-view.server.ts';

/** "On 3 May at 10:00, was sending study S to vendor V for training allowed, and by which record?" */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'patients.see');
  const { world, person, locale, now } = visit;
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
  const asked = readAllowed(new URL(args.request.url).searchParams);
  const view = await allowedView(world, { id, asked, now, locale });
  return data({ id, name: nameOf(file), ...view }, { status: view.mistakes ? 400 : 200 });
}

export const meta: MetaFunction<typeof loader> = (args) =>
  pageTitle(args, 'records.allowed.title', { mistakes: args.data?.mistakes !== undefined });

export default function Allowed() {
  const words = useWords();
  const page = useLoaderData<typeof loader>();
  const { id, name, typed, companies, studies, answers } = page;
  const mistakes = useMistakes({ mistakes: page.mistakes });
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
      <Form method="get" noValidate className="stack max-w-2xl gap-y-6">
        <input type="hidden" name="asked" value="yes" />
        <div className="flex flex-wrap gap-x-6 gap-y-4">
          <TextField
            name="on"
            type="date"
            width="date"
            autoComplete="off"
            label={words('records.allowed.on')}
            error={mistakes.error('on')}
            defaultValue={typed.on}
          />
          <TextField
            name="time"
            type="time"
            width="code"
            autoComplete="off"
            label={words('records.allowed.time')}
            error={mistakes.error('time')}
            defaultValue={typed.time}
          />
        </div>
        <SelectField
          name="company"
          label={words('records.allowed.company')}
          error={mistakes.error('company')}
          defaultValue={typed.company}
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
          defaultValue={typed.purpose}
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
          defaultValue={typed.study}
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
          defaultValue={typed.identity}
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
            defaultValue={typed.knownOn}
          />
          <TextField
            name="knownTime"
            type="time"
            width="code"
            optional
            autoComplete="off"
            label={words('records.allowed.knownTime')}
            error={mistakes.error('knownTime')}
            defaultValue={typed.knownTime}
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
