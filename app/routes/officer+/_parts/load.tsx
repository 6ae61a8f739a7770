import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import { CountLink } from './count-link.tsx';
import type { Load } from '#app/requests/oversight.server.ts';

const numbers = [
  ['open', ''],
  ['overdue', '&due=overdue'],
  ['soon', '&risk=soon'],
  ['extended', '&time=extended'],
] as const;

/** Who has how many open requests. Each name and each number opens its list. */
export function LoadTable({ load }: { load: Load[] }) {
  const words = useWords();
  const listOf = ({ person }: Load, query = '') => `/staff?assignee=${person?.id ?? 'nobody'}${query}`;
  const nameOf = ({ person }: Load) => person?.name ?? words('oversight.load.nobody');
  return (
    <DataTable
      caption={words('oversight.load.heading')}
      captionHidden
      rows={load}
      rowKey={({ person }) => person?.id ?? 'nobody'}
      empty={<p>{words('oversight.load.none')}</p>}
      columns={[
        {
          key: 'person',
          header: words('oversight.load.person'),
          rowHeader: true,
          cell: (row) => <Link to={listOf(row)}>{nameOf(row)}</Link>,
        },
        ...numbers.map(([key, query]) => ({
          key,
          header: words(`oversight.load.${key}`),
          align: 'end' as const,
          cell: (row: Load) => <CountLink to={listOf(row, query)} count={row[key]} />,
        })),
      ]}
    />
  );
}
