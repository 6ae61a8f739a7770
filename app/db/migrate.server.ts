import { createHash } from 'node:crypto';
import type { MigrationList } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';
import {
  everyTable,
  migrationNames,
  readMigrations,
  readSchema,
  withSchemaEngine,
} from './schema-engine.server.ts';

/** Any constant that no other user of the database takes: 'PLNV' in ASCII. Locks are per database. */
export const migrationLock = 0x504c4e56;

/** A schema that is there for as long as a restore has not finished: nothing starts on what it left half-way. */
export const restoreMark = 'plainview_restore';

/** Why a database could not be brought to the datamodel of this code, and what an operator does about it. */
export class MigrationRefusal extends Error {
  override name = 'MigrationRefusal';
  constructor(
    readonly code:
      | 'databaseIsNewer'
      | 'migrationEdited'
      | 'migrationFailed'
      | 'ownerIsMissing'
      | 'restoreUnfinished'
      | 'roleIsMissing',
    message: string,
    readonly whatToDo: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

type Recorded = { name: string; checksum: string; finished: boolean };

export interface Migrating {
  /** Gets a line for an operator when there is something to tell. */
  say: (line: string) => void;
  /** Another folder of migrations, for tests. */
  folder?: string;
  /** Given by a restore alone, which may work on what it has not finished. */
  restoring?: {
    /** Applies these and no others: those of the back-up. All when left out. */
    only?: readonly string[];
  };
}

/**
 * Applies the migrations that a database lacks, oldest first, each in a transaction of its own, and records
 * them in `_prisma_migrations` as `prisma migrate deploy` does. Starts that run at the same time wait for
 * each other. Does nothing to a database that is up to date.
 *
 * @returns names of the migrations just applied
 * @throws MigrationRefusal; whatever the failing migration had done is rolled back
 */
export async function applyMigrations(
  databaseUrl: string,
  { say, folder, restoring }: Migrating,
): Promise<string[]> {
  return withClient(databaseUrl, async (client) => {
    await takeLock(client, say);
    if (!restoring) await refuseUnfinishedRestore(client);
    const migrations = await readMigrations(folder);
    const recorded = await recordedMigrations(client);
    refuseStrangers('This database', recorded, migrations);
    const { only } = restoring ?? {};
    if (only)
      migrations.migrationDirectories = migrations.migrationDirectories.filter(({ path }) =>
        only.includes(path),
      );
    const failed = recorded.filter(({ finished }) => !finished).map(({ name }) => name);
    const done = new Set(recorded.filter(({ finished }) => finished).map(({ name }) => name));
    const pending = migrations.migrationDirectories.filter(({ path }) => !done.has(path));
    if (pending.length === 0) return [];

    try {
      return await withSchemaEngine(databaseUrl, await readSchema(), async (engine) => {
        for (const migrationName of failed) {
          say(`Migration ${migrationName} failed before and was rolled back; trying it again.`);
          await engine.markMigrationRolledBack({ migrationName });
        }
        say(`Applying ${pending.length} migration${pending.length === 1 ? '' : 's'} to the database.`);
        const applied = await engine.applyMigrations({ migrationsList: migrations, filters: everyTable });
        return applied.appliedMigrationNames;
      });
    } catch (cause) {
      const name = (await recordedMigrations(client)).find(({ finished }) => !finished)?.name;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new MigrationRefusal(
        'migrationFailed',
        name ? `Migration ${name} failed and was rolled back: ${reason}` : `Could not migrate: ${reason}`,
        'The database is as it was before that migration. Mend the cause and start again; it will be retried.',
        { cause },
      );
    }
  });
}

/**
 * Names of the migrations that a database lacks, oldest first. Plain SQL on `_prisma_migrations`, cheap enough
 * for a readiness check; it never loads the schema engine.
 */
export async function pendingMigrations(databaseUrl: string, folder?: string): Promise<string[]> {
  const names = await migrationNames(folder);
  return withClient(databaseUrl, async (client) => {
    await refuseUnfinishedRestore(client);
    const recorded = await recordedMigrations(client);
    const done = new Set(recorded.filter(({ finished }) => finished).map(({ name }) => name));
    return names.filter((name) => !done.has(name));
  });
}

/** Runs work on a connection of its own, as the login of the address. */
export async function withClient<T>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    application_name: 'plainview-migrate',
    connectionTimeoutMillis: 10_000,
  });
  client.on('error', () => undefined); // a connection lost while idle shows in the next query
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The lock belongs to the session: it goes when the connection ends, also when this process dies. */
async function takeLock(client: pg.Client, say: (line: string) => void): Promise<void> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    migrationLock,
  ]);
  if (rows[0]?.locked) return;
  say('Waiting for another start of Plainview to finish its migrations.');
  await client.query('SELECT pg_advisory_lock($1)', [migrationLock]);
}

async function recordedMigrations(client: pg.Client): Promise<Recorded[]> {
  const table = await client.query<{ found: string | null }>(
    `SELECT to_regclass('_prisma_migrations') AS found`,
  );
  if (!table.rows[0]?.found) return [];
  const { rows } = await client.query<Recorded>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished
       FROM _prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  return rows;
}

/** @throws MigrationRefusal when this program could not bring an empty database to where these migrations led */
export async function refuseForeignMigrations(
  what: string,
  migrations: readonly { name: string; checksum: string }[],
): Promise<void> {
  refuseStrangers(
    what,
    migrations.map((migration) => ({ ...migration, finished: true })),
    await readMigrations(),
  );
}

async function refuseUnfinishedRestore(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ found: string | null }>('select to_regnamespace($1)::text as found', [
    restoreMark,
  ]);
  if (!rows[0]?.found) return;
  throw new MigrationRefusal(
    'restoreUnfinished',
    'A restore into this database was begun and not finished: what is in it is not whole.',
    'Run the restore again (npm run -s admin -- restore FILE): it clears away what is there, and begins anew.',
  );
}

function refuseStrangers(what: string, recorded: Recorded[], { migrationDirectories }: MigrationList): void {
  const sqlOf = new Map(
    migrationDirectories.map(({ path, migrationFile }) => [path, migrationFile.content.value]),
  );
  const unknown = recorded.filter(({ name }) => !sqlOf.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new MigrationRefusal(
      'databaseIsNewer',
      `${what} has migrations that this version of Plainview does not know: ${unknown.join(', ')}.`,
      'Start the version that made them, or restore a backup taken before the upgrade.',
    );
  }
  const edited = recorded.filter(
    ({ name, checksum, finished }) => finished && !checksumsOf(sqlOf.get(name) ?? '').includes(checksum),
  );
  if (edited.length > 0) {
    throw new MigrationRefusal(
      'migrationEdited',
      `${what} has applied migrations that were edited since: ${edited.map(({ name }) => name).join(', ')}.`,
      'Bring the files back as they were (git checkout prisma/migrations) and put the change in a new migration.',
    );
  }
}

/** Prisma records the SHA-256 of the file; a checkout with other line ends must not read as an edit. */
function checksumsOf(sql: string): string[] {
  const unix = sql.replaceAll('\r\n', '\n');
  return [sql, unix, unix.replaceAll('\n', '\r\n')].map((text) =>
    createHash('sha256').update(text).digest('hex'),
  );
}
