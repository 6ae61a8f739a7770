import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import type { AgainstNoLine } from './officer-view.server.ts';

/** Transfers that a "no" in force should have stopped. */
export function AgainstNo({ total, lines }: { total: number; lines: AgainstNoLine[] }) {
  const words = useWords();
  if (total === 0) return <p>{words('officer.against.none')}</p>;
  return (
    <>
      <p className="text-muted">
        {words('officer.against.intro')}
        {total > lines.length && ` ${words('officer.against.newest', { shown: lines.length, total })}`}
      </p>
      <DataTable
        caption={words('officer.against.heading')}
        captionHidden
        rows={lines}
        rowKey={(line) => line.id}
        columns={[
          {
            key: 'at',
            header: words('officer.against.at'),
            rowHeader: true,
            cell: (line) => line.at,
          },
          { key: 'vendor', header: words('officer.against.vendor'), cell: (line) => line.vendor },
          { key: 'patient', header: words('staff.column.patient'), cell: (line) => line.patient },
          {
            key: 'purpose',
            header: words('disclosures.accounting.column.purpose'),
            cell: (line) => line.purpose,
          },
          {
            key: 'no',
            header: words('officer.against.no'),
            cell: (line) =>
              line.no ? (
                <Link to={`/staff/requests/${line.no.requestId}`} className="reach">
                  {line.no.reference}
                </Link>
              ) : (
                words('officer.against.noUnknown')
              ),
          },
        ]}
      />
    </>
  );
}
