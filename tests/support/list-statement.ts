import { rowsWithRecords, type AskedRows } from '#app/optouts/cohort-question.server.ts';
import { connected } from './database.ts';

/** Rows of a list of these numbers of RIVERBEND, by the statement of such a list: what is said in front of a row, and its number. */
export function rowsOfList(
  databaseUrl: string,
  numbers: readonly string[],
  list: AskedRows,
): Promise<[said: string | null, number: string][]> {
  const shape = { delimiter: ',', columns: 2, at: { patient_id: 0, issuer: 1, study_uid: null } } as const;
  const [, statement = ''] = /^copy \(([\s\S]*)\) to stdout/.exec(rowsWithRecords(shape, list)) ?? [];
  return connected(databaseUrl, async (client) => {
    await client.query('create temporary table cohort_asked (c0 text, c1 text)');
    await client.query(`insert into cohort_asked select n, 'RIVERBEND' from unnest($1::text[]) n`, [numbers]);
    return (await client.query<[string | null, string]>({ text: statement, rowMode: 'array' })).rows;
  });
}
