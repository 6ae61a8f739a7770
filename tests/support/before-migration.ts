import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type pg from 'pg';
import { applyMigrations } from '#app/db/migrate.server.ts';
import { migrationNames, projectFolder } from '#app/db/schema-engine.server.ts';
import { connected, freshDatabase } from './database.ts';

/** A row id that tells rows apart at a glance. */
export const rowId = (kind: number, n: number) =>
  `0198a5c0-0000-7000-8000-${String(kind * 100 + n).padStart(12, '0')}`;

/** Where a column of time is not given. */
export const longAgo = '2026-01-01T00:00:00Z';

const quiet = { say: () => undefined };

/** A database as it was before a migration, to be filled and then brought up to date. */
export async function databaseBefore(migration: string) {
  const database = await freshDatabase('template0');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'migrations-'));
  try {
    for (const name of (await migrationNames()).filter((one) => one < migration)) {
      await mkdir(path.join(folder, name));
      await cp(path.join(projectFolder(), 'prisma', 'migrations', name), path.join(folder, name), {
        recursive: true,
      });
    }
    await applyMigrations(database.url, { ...quiet, folder });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return {
    ...database,
    /** Rows as the application of then wrote them, without all that they hang on. */
    fill: (work: (insert: Insert) => Promise<void>) =>
      connected(database.url, async (client) => {
        await client.query("set session_replication_role = 'replica'");
        await work((table, rows) => insertRows(client, table, rows));
      }),
    bringUpToDate: () => applyMigrations(database.url, quiet),
  };
}

type Insert = (table: string, rows: Record<string, unknown>[]) => Promise<void>;

/** What a column must have and a row does not say is made up. */
async function insertRows(client: pg.Client, table: string, rows: Record<string, unknown>[]): Promise<void> {
  const { rows: needed } = await client.query<{ name: string; type: string; label: string | null }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
            (select e.enumlabel from pg_enum e where e.enumtypid = a.atttypid order by e.enumsortorder limit 1) as label
       from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = $1::text::regclass and a.attnum > 0 and a.attnotnull and d.oid is null and a.attidentity = ''`,
    [table],
  );
  for (const [place, row] of rows.entries()) {
    const filled: Record<string, unknown> = {};
    for (const { name, type, label } of needed) filled[name] = label ?? madeUp(type, `${table} ${place}`);
    Object.assign(filled, row);
    const names = Object.keys(filled);
    await client.query(
      `insert into ${table} (${names.join(', ')}) values (${names.map((_, at) => `$${at + 1}`).join(', ')})`,
      Object.values(filled),
    );
  }
}

function madeUp(type: string, text: string): unknown {
  if (type.startsWith('timestamp') || type === 'date') return longAgo;
  if (type === 'uuid') return rowId(9, 9);
  if (type === 'jsonb') return '{}';
  if (type === 'boolean') return false;
  if (type.endsWith('[]')) return [];
  return /int|numeric/.test(type) ? 1 : text;
}
