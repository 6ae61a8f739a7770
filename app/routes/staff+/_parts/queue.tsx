import { Form, Link } from '@remix-run/react';
import { Button } from '#app/components/button.tsx';
import { DataTable, type Column } from '#app/components/data-table.tsx';
import { DueDate } from '#app/components/due-date.tsx';
import { SelectField } from '#app/components/field.tsx';
import { useWords } from '#app/components/words.tsx';
import { QueueKeys } from './queue-keys.tsx';
import type { QueueLine, QueueView } from './queue-view.server.ts';

/** Requests as rows; the row's name leads to the request. Whoever works on them ticks some, and does one thing to all of them. */
export function Queue({ page }: { page: QueueView }) {
  const words = useWords();
  const columns = useColumns();
  const { rows, standing, filter, sortTo, mayAct } = page;
  const sorted = columns.map((column) =>
    standing === 'open' && (column.key === 'due' || column.key === 'received')
      ? {
          ...column,
          sort: {
            to: sortTo[column.key],
            ...(filter.sort === column.key ? { direction: 'ascending' as const } : {}),
          },
        }
      : column,
  );
  const table = (
    <DataTable
      caption={words(standing === 'open' ? 'staff.queue.open' : 'staff.queue.ended')}
      captionHidden
      rows={rows}
      rowKey={(row) => row.id}
      columns={mayAct ? [tickColumn(words('queue.tick'), (row) => <Tick row={row} />), ...sorted] : sorted}
    />
  );
  return (
    <QueueKeys canTick={mayAct}>
      {mayAct ? (
        <Form method="post" action={page.formTo} noValidate className="stack">
          {table}
          <Bulk colleagues={page.colleagues} me={page.me} />
        </Form>
      ) : (
        table
      )}
    </QueueKeys>
  );
}

function tickColumn(header: string, cell: (row: QueueLine) => JSX.Element): Column<QueueLine> {
  return { key: 'tick', header, headerHidden: true, cell };
}

function Tick({ row }: { row: QueueLine }) {
  const words = useWords();
  return (
    <input
      type="checkbox"
      name="chosen"
      value={`${row.id}.${row.version}`}
      aria-label={words('queue.tickOne', { reference: row.reference })}
      className="size-6 cursor-pointer"
    />
  );
}

/** What can be done to all ticked requests: each its own move, each with its own answer. */
function Bulk({ colleagues, me }: Pick<QueueView, 'colleagues' | 'me'>) {
  const words = useWords();
  return (
    <fieldset className="bg-surface rounded-sm p-4">
      <legend className="sr-only">{words('queue.bulk')}</legend>
      <p aria-hidden="true" className="mb-2 font-semibold">
        {words('queue.bulk')}
      </p>
      <div className="flex flex-wrap items-end gap-x-4 gap-y-3">
        <div className="min-w-56">
          <SelectField name="assignee" label={words('queue.give')} width="full" defaultValue={me}>
            <option value="">{words('queue.nobody')}</option>
            {colleagues.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
        <Button name="intent" value="assign" variant="outline">
          {words('queue.giveAct')}
        </Button>
        <Button name="intent" value="acknowledge" variant="outline">
          {words('queue.acknowledgeAct')}
        </Button>
      </div>
    </fieldset>
  );
}

/** What the queue says of a request. */
export function useColumns(): Column<QueueLine>[] {
  const words = useWords();
  return [
    {
      key: 'request',
      header: words('staff.column.request'),
      rowHeader: true,
      cell: (row) => (
        <>
          <Link to={`/staff/requests/${row.id}`}>{row.reference}</Link>
          <span className="block font-normal">{row.kind}</span>
        </>
      ),
    },
    {
      key: 'patient',
      header: words('staff.column.patient'),
      cell: (row) => (
        <>
          {row.patient}
          {row.askedBy && <span className="text-muted text-note block">{row.askedBy}</span>}
        </>
      ),
    },
    {
      key: 'due',
      header: words('staff.column.due'),
      cell: (row) =>
        row.due ? (
          <>
            <DueDate {...row.due} />
            {row.dueNote && <span className="text-muted text-note block">{row.dueNote}</span>}
          </>
        ) : (
          <span className="text-muted">{words('staff.due.notAnyMore')}</span>
        ),
    },
    {
      key: 'turn',
      header: words('staff.column.turn'),
      cell: (row) => (
        <>
          <span className="block">{row.turn}</span>
          <span className="text-muted text-note block">{row.status}</span>
        </>
      ),
    },
    {
      key: 'owner',
      header: words('staff.column.owner'),
      cell: (row) => row.owner ?? <span className="text-muted">{words('staff.owner.nobody')}</span>,
    },
    { key: 'received', header: words('staff.column.received'), cell: (row) => row.received },
  ];
}
