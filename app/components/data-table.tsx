import { Link } from '@remix-run/react';
import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { useWords } from './words.tsx';

export interface Column<Row> {
  key: string;
  /** Plain text: on a narrow screen it names each cell. */
  header: string;
  cell: (row: Row) => ReactNode;
  /** The cell that names the row; it becomes a `<th scope="row">`. One a table. */
  rowHeader?: boolean;
  /** Numbers stand at the end of their cell. */
  align?: 'start' | 'end';
  /** The header becomes a link that sorts; `direction` is how the rows are sorted by it now. */
  sort?: { to: string; direction?: 'ascending' | 'descending' };
  /** Header for screen readers only (a column of links or boxes). */
  headerHidden?: boolean;
}

export interface DataTableProps<Row> {
  caption: ReactNode;
  captionHidden?: boolean;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  id?: string;
  /** Below 640 px: `cards` turns each row into a card, `scroll` keeps the table in a scrolling region. */
  narrow?: 'cards' | 'scroll';
  /** Name of the scrolling region; needed with `narrow="scroll"`. */
  scrollLabel?: string;
  /** In place of the table when there are no rows. */
  empty?: ReactNode;
}

/** Facts in rows. The roles are spelled out because a row shown as a card stops being a row to some browsers. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { caption, captionHidden, columns, rows, rowKey, id, narrow = 'cards', scrollLabel, empty } = props;
  if (rows.length === 0 && empty) return <>{empty}</>;
  const table = (
    <table role="table" id={id} className="data-table" data-narrow={narrow}>
      <caption className={captionHidden ? 'sr-only' : 'text-h3 pb-2 text-start font-bold'}>{caption}</caption>
      <thead>
        <tr role="row">
          {columns.map((column) => (
            <HeaderCell key={column.key} column={column} />
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)} role="row">
            {columns.map((column) =>
              column.rowHeader ? (
                <th key={column.key} scope="row" role="rowheader" className="font-semibold">
                  {column.cell(row)}
                </th>
              ) : (
                <td
                  key={column.key}
                  role="cell"
                  data-label={column.header}
                  className={column.align === 'end' ? 'cell-end' : undefined}
                >
                  <div>{column.cell(row)}</div>
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
  if (narrow === 'cards') return table;
  return (
    <div role="region" aria-label={scrollLabel} tabIndex={0} className="overflow-x-auto">
      {table}
    </div>
  );
}

function HeaderCell<Row>({ column }: { column: Column<Row> }) {
  const words = useWords();
  const { sort } = column;
  const direction = sort?.direction;
  return (
    <th
      scope="col"
      role="columnheader"
      aria-sort={direction}
      className={column.align === 'end' ? 'cell-end' : undefined}
    >
      {sort ? (
        <Link to={sort.to} className="text-text visited:text-text reach">
          {column.header}
          {direction && (
            <Icon
              name={direction === 'ascending' ? 'arrowUp' : 'arrowDown'}
              className="ms-1 align-[-0.15em]"
            />
          )}
          <span className="sr-only">{words('site.table.sort')}</span>
        </Link>
      ) : (
        <span className={column.headerHidden ? 'sr-only' : undefined}>{column.header}</span>
      )}
    </th>
  );
}
