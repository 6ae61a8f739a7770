import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { useWords } from '#app/components/words.tsx';
import type { Load } from '#app/requests/oversight.server.ts';

/** Who has how many open requests. Each name opens their list. */
export function LoadTable({ load }: { load: Load[] }) {
  const words = useWords();
  const count = (key: 'open' | 'overdue' | 'soon' | 'extended') => ({
    key,
    header: words(`oversight.load.${key}`),
    align: 'end' as const,
    cell: (row: Load) => row[key],
  });
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
          cell: ({ person }) => (
            <Link to={`/staff?assignee=${person?.id ?? 'nobody'}`}>
              {person?.name ?? words('oversight.load.nobody')}
            </Link>
          ),
        },
        count('open'),
        count('overdue'),
        count('soon'),
        count('extended'),
      ]}
    />
  );
}
