import {
  data,
  redirect,
  type ActionFunctionArgs,
  type LoaderFunctionArgs,
  type MetaFunction,
} from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { Button } from '#app/components/button.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { addPatient } from '#app/people/patients.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords, localDate } from '#app/words/dates.ts';

const plain = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;
const name = z
  .string('errors.required')
  .trim()
  .min(1, 'errors.required')
  .max(120, 'errors.tooLong')
  .regex(plain, 'errors.formUnreadable');
const optional = z
  .string()
  .trim()
  .max(64, 'errors.tooLong')
  .regex(plain, 'errors.formUnreadable')
  .default('');
const schema = z.strictObject({
  givenName: name,
  familyName: name,
  bornOn: z.iso.date('errors.date').refine((date) => date >= '1900-01-01', 'errors.date'),
  number: optional,
  issuer: optional,
  lookedAt: z.array(z.uuid('errors.formUnreadable')).max(20, 'errors.formUnreadable').default([]),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'patients.manage');
  return { issuer: (await theFacility(world.db)).issuer };
}

export async function action(args: ActionFunctionArgs) {
  const { world, person: actor, locale, now } = await requirePerson(args, 'patients.manage');
  const form = await readForm(args, { schema, lists: ['lookedAt'] });
  if (!form.ok) return formMistakes(form.mistakes);
  const { number, issuer, lookedAt, ...person } = form.value;
  const typed = Object.fromEntries(
    Object.entries({ ...person, number, issuer }).map(([field, value]) => [field, [value]]),
  );
  const { timeZone } = await theFacility(world.db);
  if (person.bornOn > localDate(now, timeZone)) return oneMistake('bornOn', 'errors.dateInFuture', { typed });
  if (number && !issuer) return oneMistake('issuer', 'errors.required', { typed });
  const added = await addPatient(world, {
    actor,
    person: { ...person, number: number ? { issuer, value: number } : null },
    lookedAt,
  });
  if (added.ok) return redirect(`/staff/intake/${added.patientId}`);
  if (added.refusal === 'notYours') return oneMistake('', 'errors.forbiddenTitle', { typed, status: 403 });
  if (added.refusal === 'numberTaken')
    return data(
      { mistakes: { errors: { number: 'intake.new.numberTaken' as const }, typed }, taken: added.otherId },
      { status: 409 },
    );
  await recordListRead(world, { actor, list: 'patientSearch', patientIds: added.alike.map(({ id }) => id) });
  const alike = added.alike.map((one) => ({ ...one, bornOn: dateInWords(locale, one.bornOn) }));
  return data({ mistakes: { errors: {}, typed }, alike }, { status: 409 });
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'intake.new.title');

export default function NewPatient() {
  const words = useWords();
  const { issuer } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer);
  const alike = answer && 'alike' in answer ? answer.alike : [];
  const taken = answer && 'taken' in answer ? answer.taken : null;
  const field = (part: 'givenName' | 'familyName' | 'number' | 'issuer', from?: string) => (
    <TextField
      name={part}
      label={words(part === 'number' ? 'records.field.patientNumber' : `records.field.${part}`)}
      optional={part === 'number' || part === 'issuer'}
      autoComplete="off"
      spellCheck={false}
      error={mistakes.error(part)}
      defaultValue={mistakes.typed(part) ?? from}
    />
  );
  return (
    <div className="sections">
      <div className="stack">
        <ErrorSummary errors={mistakes.summary} />
        <PageHeader
          back={{ to: '/staff/intake', label: words('intake.find.title') }}
          title={words('intake.new.title')}
          lead={words('intake.new.lead')}
        />
      </div>
      {taken && (
        <p>
          <Link to={`/staff/intake/${taken}`} className="reach">
            {words('intake.new.openTaken')}
          </Link>
        </p>
      )}
      <Form method="post" noValidate className="stack max-w-measure gap-y-6">
        {alike.length > 0 && (
          <Notice tone="soon" heading={words('intake.new.alike', { count: alike.length })}>
            <p>{words('intake.new.alikeWhy')}</p>
            <ul className="grid gap-2">
              {alike.map((one) => (
                <li key={one.id}>
                  <Link to={`/staff/intake/${one.id}`} className="reach font-semibold">
                    {one.name}
                  </Link>{' '}
                  {words('intake.new.born', { date: one.bornOn })}
                  <input type="hidden" name="lookedAt" value={one.id} />
                </li>
              ))}
            </ul>
          </Notice>
        )}
        <div className="flex flex-wrap gap-x-6 gap-y-4">
          {field('givenName')}
          {field('familyName')}
        </div>
        <TextField
          name="bornOn"
          type="date"
          width="date"
          min="1900-01-01"
          autoComplete="off"
          label={words('records.field.bornOn')}
          error={mistakes.error('bornOn')}
          defaultValue={mistakes.typed('bornOn')}
        />
        <div className="flex flex-wrap gap-x-6 gap-y-4">
          {field('number')}
          {field('issuer', issuer)}
        </div>
        <p>
          <Button>{words(alike.length > 0 ? 'intake.new.actAnyway' : 'intake.new.act')}</Button>
        </p>
      </Form>
    </div>
  );
}
