import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { DueDate } from '#app/components/due-date.tsx';
import { useWords } from '#app/components/words.tsx';
import type { QueueLine } from './queue-view.server.ts';

/** Requests as rows; the row's name leads to the request. */
export function Queue({ rows, standing }: { rows: QueueLine[]; standing: 'open' | 'ended' }) {
  const words = useWords();
  return (
    <DataTable
      caption={words(standing === 'open' ? 'staff.queue.open' : 'staff.queue.ended')}
      captionHidden
      rows={rows}
      rowKey={(row) => row.id}
      columns={[
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
              <DueDate {...row.due} />
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
      ]}
    />
  );
}
