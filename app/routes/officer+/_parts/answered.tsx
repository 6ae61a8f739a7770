import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { LawTag } from '#app/components/law-tag.tsx';
import { StatusBadge } from '#app/components/status-badge.tsx';
import { useWords } from '#app/components/words.tsx';
import type { AnsweredLine } from './officer-view.server.ts';

/** Answered requests: how long each took against its last day. The row's name leads to its audit trail. */
export function Answered({ rows }: { rows: AnsweredLine[] }) {
  const words = useWords();
  return (
    <DataTable
      caption={words('officer.answered.heading')}
      captionHidden
      rows={rows}
      rowKey={(row) => row.id}
      empty={<p>{words('officer.answered.none')}</p>}
      columns={[
        {
          key: 'request',
          header: words('staff.column.request'),
          rowHeader: true,
          cell: (row) => (
            <>
              <Link to={`/officer/audit?request=${row.reference}`}>{row.reference}</Link>
              <span className="block font-normal">{row.kind}</span>
            </>
          ),
        },
        { key: 'received', header: words('staff.column.received'), cell: (row) => row.received },
        { key: 'answered', header: words('officer.answered.at'), cell: (row) => row.answered },
        {
          key: 'days',
          header: words('officer.answered.daysUsed'),
          align: 'end',
          cell: (row) => row.daysUsed,
        },
        {
          key: 'due',
          header: words('staff.column.due'),
          cell: (row) => (
            <>
              {row.due} · <LawTag basis={row.basis} />
            </>
          ),
        },
        {
          key: 'result',
          header: words('officer.answered.result'),
          cell: (row) => (
            <>
              <StatusBadge tone={row.onTime ? 'good' : 'late'}>
                {words(row.onTime ? 'officer.answered.onTime' : 'officer.answered.late')}
              </StatusBadge>
              <span className="text-muted text-note block">{row.distance}</span>
            </>
          ),
        },
      ]}
    />
  );
}
