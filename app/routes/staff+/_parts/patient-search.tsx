import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { ErrorSummary } from '#app/components/error-summary.tsx';
import { TextField } from '#app/components/field.tsx';
import { PageHeader, type PageHeaderProps } from '#app/components/page-header.tsx';
import { useWords } from '#app/components/words.tsx';
import { useMistakes, type FormMistakes } from '#app/web/mistakes.ts';

/** A page that finds a patient. @param props.to where a patient who was found leads, without the id */
export function PatientSearch({
  header,
  issuer,
  answer,
  to,
  addTo,
}: {
  header: PageHeaderProps;
  issuer: string;
  answer: Result | { mistakes: FormMistakes } | undefined;
  to: string;
  /** Where a record is made for somebody who is not found. */
  addTo?: string;
}) {
  const words = useWords();
  const mistakes = useMistakes(answer && 'mistakes' in answer ? answer : undefined);
  const result = answer && 'found' in answer ? answer : null;
  const typed = (name: 'name' | 'bornOn' | 'number' | 'issuer') =>
    result ? result.typed[name] : (mistakes.typed(name) ?? (name === 'issuer' ? issuer : undefined));
  return (
    <div className="sections">
      <ErrorSummary errors={mistakes.summary} />
      <PageHeader {...header} />
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
      {result && <Found result={result} to={to} />}
      {result && addTo && (
        <p>
          <Link to={addTo} className="reach">
            {words('intake.new.link')}
          </Link>
        </p>
      )}
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

function Found({ result, to }: { result: Result; to: string }) {
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
            cell: (row) => <Link to={`${to}/${row.id}`}>{row.name}</Link>,
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
