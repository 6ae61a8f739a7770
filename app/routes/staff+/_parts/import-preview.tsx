import { Form } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable } from '#app/components/data-table.tsx';
import { SelectField } from '#app/components/field.tsx';
import { Notice } from '#app/components/notice.tsx';
import { useWords } from '#app/components/words.tsx';
import { csvColumns } from '#app/disclosures/ingest/csv/limits.ts';
import type { ImportView, PreviewView } from './import-view.server.ts';

interface Shown {
  file: ImportView;
  preview: PreviewView;
}

/** A file that waits: how its columns are read, its first rows, its problems; then it is taken in, or thrown away. */
export function ImportPreview({ file, preview, lookFirst }: Shown & { lookFirst: boolean }) {
  const words = useWords();
  const fields = <ColumnFields columns={preview.columns} />;
  return (
    <>
      <Form method="post" className="sections" noValidate>
        <input type="hidden" name="shown" value={preview.columns.map(({ field }) => field ?? '').join(',')} />
        {lookFirst && <Notice tone="soon" heading={words('imports.columns.lookFirst')} />}
        <section className="stack" aria-labelledby="columns">
          <h2 id="columns">{words('imports.columns.heading')}</h2>
          {preview.why && (
            <Notice
              tone="late"
              headingLevel={3}
              heading={words(
                preview.why === 'repeatedColumns' ? 'imports.columns.twice' : 'imports.columns.missing',
              )}
            />
          )}
          {preview.isOurs ? (
            <>
              <p>{words('imports.columns.ours')}</p>
              <details>
                <summary>{words('imports.columns.change')}</summary>
                <div className="mt-4">{fields}</div>
              </details>
            </>
          ) : (
            <>
              <p>
                {words(
                  preview.from === 'kept'
                    ? 'imports.columns.kept'
                    : preview.from === 'person'
                      ? 'imports.columns.person'
                      : 'imports.columns.likely',
                )}
              </p>
              {fields}
            </>
          )}
        </section>
        {preview.read && <ReadRows read={preview.read} total={file.rowCount ?? 0} />}
        {preview.read && (
          <p>
            <Button name="intent" value="confirm">
              {words('imports.confirm', { count: file.rowCount ?? 0 })}
            </Button>
          </p>
        )}
      </Form>
      <Form method="post" noValidate>
        <Button variant="outline" name="intent" value="throwAway">
          {words('imports.throwAway')}
        </Button>
      </Form>
    </>
  );
}

function ColumnFields({ columns }: { columns: PreviewView['columns'] }) {
  const words = useWords();
  return (
    <div className="stack">
      <div className="grid gap-x-6 gap-y-4 sm:grid-cols-2 lg:grid-cols-3">
        {columns.map(({ name, field, example }, at) => (
          <SelectField
            key={at}
            id={`use-${at}`}
            name="use"
            width="full"
            label={
              <span className="wrap-anywhere">
                {name || words('imports.columns.noName', { number: at + 1 })}
              </span>
            }
            hint={
              example && (
                <span className="wrap-anywhere">{words('imports.columns.example', { text: example })}</span>
              )
            }
            defaultValue={field ?? ''}
          >
            <option value="">{words('imports.columns.leaveOut')}</option>
            {csvColumns.map((one) => (
              <option key={one} value={one}>
                {words(`imports.field.${one}`)}
              </option>
            ))}
          </SelectField>
        ))}
      </div>
      <p>
        <Button variant="outline" name="intent" value="show">
          {words('imports.columns.show')}
        </Button>
      </p>
    </div>
  );
}

function ReadRows({ read, total }: { read: NonNullable<PreviewView['read']>; total: number }) {
  const words = useWords();
  const cell = (text: string) => <span className="wrap-anywhere">{text || '–'}</span>;
  return (
    <>
      <section className="stack" aria-labelledby="rows">
        <h2 id="rows">{words('imports.preview.heading')}</h2>
        <p className="text-muted">{words('imports.preview.rowsCounted')}</p>
        <DataTable
          caption={words('imports.preview.heading')}
          captionHidden
          rows={read.rows}
          rowKey={({ row }) => String(row)}
          columns={[
            { key: 'row', header: words('imports.preview.row'), rowHeader: true, cell: ({ row }) => row },
            { key: 'when', header: words('imports.preview.when'), cell: ({ when }) => cell(when) },
            {
              key: 'patient',
              header: words('imports.preview.patient'),
              cell: ({ patient }) => cell(patient),
            },
            { key: 'to', header: words('imports.preview.to'), cell: ({ to }) => cell(to) },
            { key: 'study', header: words('imports.preview.study'), cell: ({ study }) => cell(study) },
            {
              key: 'problem',
              header: words('imports.preview.problem'),
              cell: ({ problem }) => cell(problem),
            },
          ]}
        />
      </section>
      <section className="stack" aria-labelledby="problems">
        <h2 id="problems">{words('imports.problems.heading')}</h2>
        <p className="max-w-measure">
          {read.problemCount === 0
            ? words('imports.problems.none')
            : words('imports.problems.some', { count: read.problemCount })}
        </p>
        {read.lookedAt < total && <p>{words('imports.problems.part', { lookedAt: read.lookedAt, total })}</p>}
        {read.problems.length < read.problemCount && (
          <p>{words('imports.problems.more', { count: read.problems.length })}</p>
        )}
        {read.problems.length > 0 && (
          <ul className="grid gap-1">
            {read.problems.map(({ row, problem }) => (
              <li key={row}>
                {words('imports.preview.row')} {row}: {problem}
              </li>
            ))}
          </ul>
        )}
      </section>
    </>
  );
}
