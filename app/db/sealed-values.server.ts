import type pg from 'pg';
import { KeyRingError, open, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo, sealedColumns, sealedTables, type SealedTable } from '#app/crypto/sealed-columns.ts';
import type { Database } from './client.server.ts';

// `v1.KEY.…`: the key's name, without reading the whole value.
export const keyIn = (column: string) => `split_part(left(${column}, 24), '.', 2)`;

/** How many values each key holds, over all tables. Reads every row: minutes where there are millions. */
export async function valuesByKey(database: Database): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const table of sealedTables) {
    const { column } = sealedColumns[table];
    const rows = await atLeisure(database, async (client) => {
      const found = await client.query<{ key: string; count: number }>(
        `select ${keyIn(column)} as key, count(*)::int as count from ${table} where ${column} is not null group by 1`,
      );
      return found.rows;
    });
    for (const { key, count } of rows) counts.set(key, (counts.get(key) ?? 0) + count);
  }
  return counts;
}

/** Names of keys that hold something, as far as a look at both ends of each table tells: cheap enough for each start. */
export async function keysInUse(database: Database): Promise<string[]> {
  const ends = sealedTables.flatMap((table) => {
    const { column, id } = sealedColumns[table];
    return ['asc', 'desc'].map(
      (order) =>
        `(select ${keyIn(column)} as key from ${table} where ${column} is not null order by ${id} ${order} limit 200)`,
    );
  });
  const { rows } = await database.pool.query<{ key: string }>(
    `select distinct key from (${ends.join(' union all ')}) as sealed order by 1`,
  );
  return rows.map(({ key }) => key);
}

/** Where a re-sealing run stands: the table, and the last row of it that was looked at. */
export interface Place {
  table: SealedTable;
  after: string | null;
}

export interface Resealed {
  resealed: number;
  /** Values that do not open: they keep their key. */
  broken: { table: SealedTable; id: string }[];
  /** Where to go on; null at the end of the last table. */
  next: Place | null;
}

/**
 * Seals some values of older keys anew with the current one. A value that somebody else writes meanwhile is left as they wrote it.
 * @param from null begins with the first table
 */
export async function resealSome(
  database: Database,
  keys: KeyRing,
  from: Place | null,
  atMost: number,
): Promise<Resealed> {
  const [firstTable] = sealedTables;
  if (!firstTable) throw new Error('no table holds sealed values');
  const { table, after } = from ?? { table: firstTable, after: null };
  const { column, id, idType } = sealedColumns[table];
  return atLeisure(database, async (client) => {
    const { rows } = await client.query<{ id: string; value: string }>(
      `select ${id}::text as id, ${column} as value from ${table}
        where ${column} is not null and ${keyIn(column)} <> $1 and ($2::${idType} is null or ${id} > $2::${idType})
        order by ${id} limit $3`,
      [keys.currentId, after, atMost],
    );
    const broken: Resealed['broken'] = [];
    const changed: { id: string; old: string; new: string }[] = [];
    for (const row of rows) {
      const bound = boundTo(table, row.id);
      try {
        changed.push({ id: row.id, old: row.value, new: seal(keys, open(keys, row.value, bound), bound) });
      } catch (error) {
        if (!(error instanceof KeyRingError)) throw error;
        broken.push({ table, id: row.id });
      }
    }
    const { rowCount } = await client.query(
      `update ${table} set ${column} = t.new from unnest($1::${idType}[], $2::text[], $3::text[]) as t (id, old, new)
        where ${table}.${id} = t.id and ${table}.${column} = t.old`,
      [changed.map((row) => row.id), changed.map((row) => row.old), changed.map((row) => row.new)],
    );
    return { resealed: rowCount ?? 0, broken, next: nextPlace(table, rows.at(-1)?.id, rows.length < atMost) };
  });
}

function nextPlace(table: SealedTable, lastId: string | undefined, isDone: boolean): Place | null {
  if (!isDone && lastId !== undefined) return { table, after: lastId };
  const nextTable = sealedTables[sealedTables.indexOf(table) + 1];
  return nextTable ? { table: nextTable, after: null } : null;
}

/** In a transaction that may take its time: the limit that keeps pages quick would end a look over a whole table. */
async function atLeisure<T>(database: Database, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await database.pool.connect();
  try {
    await client.query(`begin; set local statement_timeout = '30min'`);
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    client.release(true); // the server takes back what was not committed
    throw error;
  }
}
