import { Link } from '@remix-run/react';
import { DataTable } from '#app/components/data-table.tsx';
import { EmptyState } from '#app/components/empty-state.tsx';
import { Pagination } from '#app/components/pagination.tsx';
import { useWords } from '#app/components/words.tsx';
import { lineFilters, type LineFilter } from '#app/disclosures/imports/imports.ts';
import type { ImportView, LinesView } from './import-view.server.ts';

/** What became of each row of a file, by how it ended. */
export function ImportLines({
  file,
  result,
  filter,
}: {
  file: ImportView;
  result: LinesView;
  filter: LineFilter | null;
}) {
  const words = useWords();
  const page = `/staff/imports/${file.id}`;
  const only = filter ? `only=${filter}` : '';
  const way = (one: LineFilter | null, label: string, count: number) => (
    <li key={one ?? 'all'}>
      <Link
        to={one ? `${page}?only=${one}` : page}
        aria-current={one === filter ? 'true' : undefined}
        className="reach aria-[current]:font-semibold"
      >
        {label}
      </Link>{' '}
      <span className="text-muted tabular-nums">{count}</span>
    </li>
  );
  const { unmatched, refused } = file.counts;
  return (
    <section className="stack" aria-labelledby="lines">
      <h2 id="lines">{words('imports.lines.heading')}</h2>
      <p className="text-muted">{words('imports.preview.rowsCounted')}</p>
      <ul className="flex flex-wrap gap-x-6 gap-y-2">
        {way(null, words('imports.lines.all'), file.taken)}
        {lineFilters.map((one) => way(one, words(`imports.lines.${one}`), file.counts[one]))}
      </ul>
      {unmatched + refused > 0 && (
        <p>
          <Link to={`${page}/lines.csv`} reloadDocument className="reach">
            {words('imports.lines.download')}
          </Link>
        </p>
      )}
      <DataTable
        caption={words('imports.lines.heading')}
        captionHidden
        rows={result.lines}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={words('imports.lines.none')} headingLevel={3}>
            {words('imports.lines.noneWhy')}
          </EmptyState>
        }
        columns={[
          { key: 'row', header: words('imports.preview.row'), rowHeader: true, cell: (line) => line.row },
          {
            key: 'state',
            header: words('imports.result'),
            cell: (line) => words(`imports.lines.${line.filter}`),
          },
          { key: 'why', header: words('imports.lines.why'), cell: (line) => line.why || '–' },
          {
            key: 'decide',
            header: words('imports.lines.decide'),
            headerHidden: true,
            cell: (line) =>
              line.groupId ? (
                <Link to={`/staff/unmatched/${line.groupId}`} className="reach">
                  {words('imports.lines.decide')}
                  <span className="sr-only">
                    {' '}
                    {words('imports.preview.row')} {line.row}
                  </span>
                </Link>
              ) : line.filter === 'unmatched' ? (
                words('imports.lines.settled')
              ) : null,
          },
        ]}
      />
      <Pagination
        {...(result.last === null
          ? {}
          : { nextTo: `${page}?${[only, `after=${result.last}`].filter(Boolean).join('&')}` })}
      />
    </section>
  );
}
