type Cell =
  | string
  | number
  | boolean
  | null
  | undefined
  | Date
  | readonly Cell[]
  | { readonly [name: string]: unknown };

/**
 * Rows for `json_populate_recordset(null::a_table, …)`, named as the columns are: many rows as one parameter of one statement. The ORM binds
 * each cell by itself, which takes several times as long as PostgreSQL needs for the rows (docs/decisions/024). What is undefined is not
 * written, and null in the table. Half a character, which no column can hold, becomes U+FFFD, as the driver does it.
 */
export function rowsAsJson(rows: readonly Readonly<Record<string, Cell>>[]): string {
  const text = JSON.stringify(rows);
  // The plain search is quicker than the expression, and finds nothing in nearly all of them.
  if (!text.includes('\\ud') || !/\\ud[89a-f]/.test(text)) return text;
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? value.toWellFormed() : value,
  );
}
