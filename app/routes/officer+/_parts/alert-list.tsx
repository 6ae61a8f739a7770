import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { DueDate } from '#app/components/due-date.tsx';
import { useWords } from '#app/components/words.tsx';
import type { AlertView } from './alerts-view.server.ts';

/** Transfers that a "no" in force should have stopped, each with its last day or what came of it. */
export function AlertTable({ alerts }: { alerts: readonly AlertView[] }) {
  const words = useWords();
  return (
    <DataTable
      caption={words('ledger.alerts.title')}
      captionHidden
      rows={alerts}
      rowKey={({ id }) => id}
      columns={[
        {
          key: 'vendor',
          header: words('officer.against.vendor'),
          rowHeader: true,
          cell: ({ id, vendor }) => (
            <Link to={`/officer/alerts/${id}`} className="reach">
              {vendor}
            </Link>
          ),
        },
        { key: 'at', header: words('officer.against.at'), cell: ({ at }) => at },
        { key: 'patient', header: words('staff.column.patient'), cell: ({ patient }) => patient.name },
        {
          key: 'purpose',
          header: words('disclosures.accounting.column.purpose'),
          cell: ({ purpose }) => purpose,
        },
        {
          key: 'no',
          header: words('officer.against.no'),
          cell: ({ no, lackedYes }) =>
            no ? (
              <Link to={`/staff/requests/${no.requestId}`} className="reach">
                {no.reference}
              </Link>
            ) : (
              words(lackedYes ? 'officer.against.lackedYes' : 'officer.against.noUnknown')
            ),
        },
        {
          key: 'due',
          header: words('ledger.alerts.due'),
          cell: ({ due, stateInWords, closed }) => (
            <>
              {due && <DueDate {...due} />}
              <span className="text-note text-muted block">{closed ? closed.outcome : stateInWords}</span>
            </>
          ),
        },
      ]}
    />
  );
}
