import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { withClient } from '../migrate.server.ts';
import { keyIn } from '../sealed-values.server.ts';
import type { BackupWriter } from './file.server.ts';
import type { BackupFacts } from './manifest.ts';

/** So that COPY writes, and reads, the same on every server (what `pg_dump` sets too). */
export const copySettings = `set client_encoding = 'UTF8'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres';
  set timezone = 'UTC'; set extra_float_digits = 3; set bytea_output = 'hex'; set statement_timeout = 0`;

/**
 * Reads every table as of one instant, while others write (one REPEATABLE READ transaction), and gives them to the writer. The queue's
 * jobs come as what `add_job` takes, because its tables are another program's and change with its version.
 * @param ownerUrl of the login that owns the tables
 */
export function takeSnapshot(ownerUrl: string, writer: BackupWriter): Promise<BackupFacts> {
  return withClient(ownerUrl, async (client) => {
    await client.query(copySettings);
    const names = await tablesOf(client);
    await client.query('begin transaction isolation level repeatable read, read only');
    // A lock takes no snapshot yet: what the next statement sees cannot be changed in its form until the end.
    const locked = [...names.map(quoted), 'graphile_worker._private_jobs'];
    await client.query(`lock table ${locked.join(', ')} in access share mode`);
    const tables = await tablesOf(client);
    if (tables.join() !== names.join())
      throw new Error('Tables were added or removed just now: take the back-up again.');
    const facts = await factsOf(client);
    for (const table of tables) {
      const columns = await columnsOf(client, table);
      const rows = client.query(
        copyTo(`copy ${quoted(table)} (${columns.map(quoted).join(', ')}) to stdout`),
      );
      await writer.add({ kind: 'table', name: table, columns }, rows, () => rows.rowCount);
    }
    const jobs = client.query(copyTo(`copy (${jobsQuery}) to stdout`));
    await writer.add({ kind: 'jobs', name: 'jobs', columns: [...jobColumns] }, jobs, () => jobs.rowCount);
    // Sequences stand outside of transactions: read last, they are ahead of every row.
    const sequences = await sequencesOf(client);
    await client.query('commit');
    return { ...facts, sequences };
  });
}

export const jobColumns = [
  'identifier',
  'payload',
  'queue_name',
  'run_at',
  'max_attempts',
  'job_key',
  'priority',
] as const;

const jobsQuery = `select t.identifier, j.payload, q.queue_name, j.run_at, j.max_attempts, j.key, j.priority
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
  left join graphile_worker._private_job_queues q on q.id = j.job_queue_id order by j.id`;

export const quoted = (name: string) => pg.escapeIdentifier(name);

/** Tables of ours, by name. Prisma's list of migrations is not among them: a restore applies those, and that writes it. */
export async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and relname <> '_prisma_migrations' order by relname`,
  );
  return rows.map(({ name }) => name);
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' order by attnum`,
    [quoted(table)],
  );
  return rows.map(({ name }) => name);
}

async function sequencesOf(client: pg.Client): Promise<BackupFacts['sequences']> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname`,
  );
  const sequences: BackupFacts['sequences'] = [];
  for (const { name } of rows) {
    const found = await client.query<{ value: string; isCalled: boolean }>(
      `select last_value::text as value, is_called as "isCalled" from ${quoted(name)}`,
    );
    sequences.push(...found.rows.map((row) => ({ name, ...row })));
  }
  return sequences;
}

async function factsOf(client: pg.Client): Promise<Omit<BackupFacts, 'sequences'>> {
  const version = await client.query<{ server_version: string }>('show server_version');
  const migrations = await client.query<BackupFacts['migrations'][number]>(
    `select migration_name as name, checksum from _prisma_migrations where finished_at is not null and rolled_back_at is null order by 1`,
  );
  const chain = await client.query<{ sequence: string; hash: string }>(
    'select s.sequence::text, s.hash from audit_seal s order by s.sequence desc limit 1',
  );
  return {
    postgres: version.rows[0]?.server_version ?? '',
    migrations: migrations.rows,
    chain: chain.rows[0] ?? null,
    keyIds: await keysOf(client),
  };
}

/** Names of the keys that sealed something. The columns are the database's own, which may be older than this program's list of them. */
async function keysOf(client: pg.Client): Promise<string[]> {
  const columns = await client.query<{ table: string; column: string }>(
    `select c.relname as table, a.attname as column from pg_attribute a join pg_class c on c.oid = a.attrelid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname like '%\\_sealed' and not a.attisdropped`,
  );
  const ids = new Set<string>();
  for (const { table, column } of columns.rows) {
    const { rows } = await client.query<{ key: string }>(
      `select distinct ${keyIn(quoted(column))} as key from ${quoted(table)} where ${quoted(column)} is not null`,
    );
    for (const { key } of rows) ids.add(key);
  }
  return [...ids].sort();
}
