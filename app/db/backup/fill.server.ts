import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { applyMigrations, migrationLock, restoreMark, withClient } from '../migrate.server.ts';
import { prepareDatabase } from '../prepare.server.ts';
import { BackupRefusal, type OpenBackup } from './file.server.ts';
import type { BackupPart } from './manifest.ts';
import { copySettings, jobColumns, quoted, tablesOf } from './take.server.ts';

/**
 * Fills an empty database with a back-up, brings it to this program's version, and has `check` look at it before it is taken for one that
 * can be used. Until then it is marked, and nothing starts on it; what fails is cleared away, and what was killed by the next restore.
 * @param ownerUrl of a login that may make tables and schemas
 * @param check throws when something is not as it was
 * @throws BackupRefusal when the database is not empty, or another restore is under way in it
 */
export function fillFromBackup(
  ownerUrl: string,
  backup: OpenBackup,
  say: (line: string) => void,
  check: () => Promise<void>,
): Promise<void> {
  return withClient(ownerUrl, async (client) => {
    await client.query(copySettings);
    await markAsUnfinished(client, say);
    try {
      const only = backup.manifest.migrations.map(({ name }) => name);
      await applyMigrations(ownerUrl, { say: () => undefined, restoring: { only } });
      say('Reading the tables in');
      await inOneTransaction(client, () => fillTables(client, backup));
      await prepareDatabase(ownerUrl, say, {});
      await inOneTransaction(client, () => fillQueue(client, backup));
      await client.query('analyze');
      await check();
      await client.query(`drop schema ${restoreMark}`);
    } catch (error) {
      await clear(ownerUrl).catch((why: unknown) =>
        say(`What was restored so far is still there: ${String(why)}`),
      );
      throw error;
    }
  });
}

/** Two restores of one database at a time: the second one is refused. The lock goes with the connection. */
const restoreLock = 7_414_120;

async function markAsUnfinished(client: pg.Client, say: (line: string) => void): Promise<void> {
  const lock = await client.query<{ ours: boolean }>('select pg_try_advisory_lock($1) as ours', [
    restoreLock,
  ]);
  if (!lock.rows[0]?.ours) throw new BackupRefusal('Another restore into this database is under way.');
  await inOneTransaction(client, async () => {
    await client.query('select pg_advisory_xact_lock($1)', [migrationLock]); // a start that makes tables ends first
    const mark = await client.query('select 1 where to_regnamespace($1) is not null', [restoreMark]);
    if (mark.rowCount) {
      say('Clearing away what a restore left that was not finished');
      await client.query(await clearing(client));
    } else await refuseUnlessEmpty(client);
    await client.query(`create schema if not exists ${restoreMark}`);
  });
}

// What an extension brought is not ours, and in nobody's way.
const ours = (oid: string) =>
  `not exists (select 1 from pg_depend d where d.objid = ${oid} and d.deptype = 'e')`;

async function refuseUnlessEmpty(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; tables: number }>(
    `select current_database() as name, count(*)::int as tables from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema' and ${ours('c.oid')}`,
  );
  const [found] = rows;
  if (!found || found.tables === 0) return;
  throw new BackupRefusal(
    `The database "${found.name}" is not empty. A restore goes into an empty one: set DATA_DIR to a new folder, or DATABASE_URL to a database that was just made.`,
  );
}

/** Only ever run on a database that a restore marked as its own. */
function clear(ownerUrl: string): Promise<void> {
  return withClient(ownerUrl, (client) =>
    inOneTransaction(client, async () => {
      await client.query(await clearing(client));
      await client.query(`drop schema ${restoreMark}`);
    }),
  );
}

async function clearing(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ statement: string }>(
    `select format('drop table if exists public.%I cascade', relname) as statement from pg_class c
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and ${ours('c.oid')}
     union all
     select format('drop sequence if exists public.%I cascade', relname) from pg_class c
      where relnamespace = 'public'::regnamespace and relkind = 'S' and ${ours('c.oid')}
     union all
     select format('drop function if exists %s cascade', p.oid::regprocedure) from pg_proc p
      where pronamespace = 'public'::regnamespace and prokind = 'f' and ${ours('p.oid')}
     union all
     select format('drop type if exists public.%I cascade', typname) from pg_type t
      where typnamespace = 'public'::regnamespace and typtype in ('e', 'd') and ${ours('t.oid')}`,
  );
  return [...rows.map(({ statement }) => statement), 'drop schema if exists graphile_worker cascade'].join(
    ';\n',
  );
}

/**
 * Rows go in without the triggers that guard single changes, and without foreign keys, which are made again after the last row and so hold
 * for each of them.
 */
async function fillTables(client: pg.Client, backup: OpenBackup): Promise<void> {
  const { manifest } = backup;
  const parts = manifest.parts.filter(({ kind }) => kind === 'table');
  const tables = await tablesOf(client);
  if (tables.join() !== parts.map(({ name }) => name).join())
    throw new BackupRefusal('The back-up has other tables than its migrations make.');
  const foreignKeys = await client.query<{ table: string; name: string; definition: string }>(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition from pg_constraint
      where contype = 'f' and connamespace = 'public'::regnamespace and conparentid = 0`,
  );
  const all = tables.map(quoted);
  await run(client, [
    ...foreignKeys.rows.map(({ table, name }) => `alter table ${table} drop constraint ${name}`),
    ...all.map((table) => `alter table ${table} disable trigger user`),
    `truncate ${all.join(', ')}`, // rows that a migration put there are in the back-up too
  ]);
  for (const part of parts) await fillOne(client, backup, part, quoted(part.name));
  await run(client, [
    ...all.map((table) => `alter table ${table} enable trigger user`),
    ...foreignKeys.rows.map(
      ({ table, name, definition }) => `alter table ${table} add constraint ${name} ${definition}`,
    ),
  ]);
  for (const { name, value, isCalled } of manifest.sequences)
    await client.query('select setval($1::regclass, $2::bigint, $3)', [quoted(name), value, isCalled]);
}

/**
 * Queues anew what was queued. Letters with a code are not: what the code was for ends with the restore.
 */
async function fillQueue(client: pg.Client, backup: OpenBackup): Promise<void> {
  const jobs = backup.manifest.parts.find(({ kind }) => kind === 'jobs');
  if (!jobs) return;
  if (jobs.columns.join() !== jobColumns.join())
    throw new BackupRefusal('The back-up writes queued work in another way than this program reads it.');
  await client.query(
    `create temp table queued (identifier text, payload json, queue_name text, run_at timestamptz, max_attempts int, job_key text, priority int) on commit drop`,
  );
  await fillOne(client, backup, jobs, 'queued');
  await client.query(
    `select graphile_worker.add_job(identifier, payload, queue_name, run_at, max_attempts, job_key, priority) from queued
      where not exists (select 1 from notice n where n.id::text = payload ->> 'noticeId' and n.details_sealed is not null)`,
  );
}

async function fillOne(client: pg.Client, backup: OpenBackup, part: BackupPart, into: string): Promise<void> {
  const sink = client.query(copyFrom(`copy ${into} (${part.columns.map(quoted).join(', ')}) from stdin`));
  await backup.read(part, sink);
  if (sink.rowCount !== part.rows)
    throw new BackupRefusal(`${part.name} came out with ${sink.rowCount} rows and had ${part.rows}.`);
}

const run = (client: pg.Client, statements: string[]) => client.query(statements.join(';\n'));

async function inOneTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
