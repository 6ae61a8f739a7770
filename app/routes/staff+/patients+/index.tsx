import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import { Form, Link, useActionData, useLoaderData } from '@remix-run/react';
import { z } from 'zod';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { searchPatients } from '#app/people/patients-search.server.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import { requirePerson } from '#app/web/guard.server.ts';
import { useMistakes } from '#app/web/mistakes.ts';
import { pageTitle } from '#app/web/title.ts';
import { dateInWords } from '#app/words/dates.ts';

const text = z.string().trim().max(120, 'errors.tooLong').default('');
const schema = z.strictObject({
  name: text,
  bornOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  number: text,
  issuer: text,
  after: z.uuid('errors.formUnreadable').optional(),
});

export async function loader(args: LoaderFunctionArgs) {
  const { world } = await requirePerson(args, 'patients.see');
  return { issuer: (await theFacility(world.db)).issuer };
}

/** A search is a form that is sent, not an address: names and birth dates stay out of addresses and logs. */
export async function action(args: ActionFunctionArgs) {
  const { world, person, locale } = await requirePerson(args, 'patients.see');
  const form = await readForm(args.request, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { after, ...typed } = form.value;
  if (!typed.name && !typed.bornOn && !typed.number)
    return oneMistake('name', 'errors.searchEmpty', { typed: { issuer: [typed.issuer] } });
  const { found, next } = await searchPatients(world, person, { ...typed, after: after ?? null });
  return {
    typed,
    isFirst: after === undefined,
    next,
    found: found.map((one) => ({ ...one, bornOn: dateInWords(locale, one.bornOn) })),
  };
}

export const meta: MetaFunction<typeof loader> = (args) => pageTitle(args, 'records.patients.title');

export default function Patients() {
  const words = useWords();
  const { issuer } = useLoaderData<typeof loader>();
  const answer = useActionData<typeof action>();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const result = answer && 'found' in answer ? answer : null;
  const typed = (name: 'name' | 'bornOn' | 'number' | 'issuer') =>
    result ? result.typed[name] : (mistakes.typed(name) ?? (name === 'issuer' ? issuer : undefined));
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader
        back={{ to: '/staff', label: words('site.nav.staff') }}
        title={words('records.patients.title')}
        lead={words('records.patients.lead')}
      />
      <Form method="post" role="search" noValidate className="grid gap-4">
        <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
          <TextField
            name="name"
            label={words('records.patients.name')}
            defaultValue={typed('name')}
            error={mistakes.error('name')}
            autoComplete="off"
            spellCheck={false}
          />
          <TextField
            name="bornOn"
            type="date"
            width="date"
            label={words('records.field.bornOn')}
            defaultValue={typed('bornOn')}
            error={mistakes.error('bornOn')}
            autoComplete="off"
          />
          <TextField
            name="number"
            width="date"
            label={words('records.field.patientNumber')}
            defaultValue={typed('number')}
            error={mistakes.error('number')}
            autoComplete="off"
            spellCheck={false}
          />
          <TextField
            name="issuer"
            width="date"
            label={words('records.field.issuer')}
            defaultValue={typed('issuer')}
            error={mistakes.error('issuer')}
            autoComplete="off"
            spellCheck={false}
          />
        </div>
        <p>
          <Button>{words('records.patients.search')}</Button>
        </p>
      </Form>
      {result && <Found result={result} />}
    </div>
  );
}

interface Result {
  typed: Record<'name' | 'bornOn' | 'number' | 'issuer', string>;
  isFirst: boolean;
  next: string | null;
  found: {
    id: string;
    name: string;
    bornOn: string;
    identifiers: { issuer: string; value: string }[];
    hasAccount: boolean;
    merged: boolean;
  }[];
}

function Found({ result }: { result: Result }) {
  const words = useWords();
  const { found, next, typed, isFirst } = result;
  if (found.length === 0 && isFirst)
    return (
      <div role="status">
        <EmptyState title={words('records.patients.none')}>{words('records.patients.noneWhy')}</EmptyState>
      </div>
    );
  return (
    <section className="stack" aria-labelledby="found">
      <h2 id="found" role="status">
        {words(isFirst ? 'records.patients.found' : 'records.patients.foundMore', { count: found.length })}
      </h2>
      <DataTable
        caption={words('records.patients.caption')}
        captionHidden
        rows={found}
        rowKey={(row) => row.id}
        columns={[
          {
            key: 'name',
            header: words('records.patients.name'),
            rowHeader: true,
            cell: (row) => <Link to={`/staff/patients/${row.id}`}>{row.name}</Link>,
          },
          { key: 'born', header: words('records.field.bornOn'), cell: (row) => row.bornOn },
          {
            key: 'numbers',
            header: words('records.patients.numbers'),
            cell: (row) =>
              row.identifiers.map(({ issuer, value }) => (
                <span key={`${issuer} ${value}`} className="block">
                  {words('disclosures.accounting.fact.identifier', { issuer, value })}
                </span>
              )),
          },
          {
            key: 'account',
            header: words('records.patients.account'),
            cell: (row) =>
              words(
                row.merged
                  ? 'records.patients.merged'
                  : row.hasAccount
                    ? 'records.patients.hasAccount'
                    : 'records.patients.noAccount',
              ),
          },
        ]}
      />
      {next && (
        <Form method="post">
          {Object.entries(typed).map(([name, value]) => (
            <input key={name} type="hidden" name={name} value={value} />
          ))}
          <input type="hidden" name="after" value={next} />
          <Button variant="outline">{words('site.pagination.next')}</Button>
        </Form>
      )}
    </section>
  );
}
