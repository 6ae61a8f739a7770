import { runMigrations } from 'graphile-worker';
import pg from 'pg';
import {
  applyMigrations,
  MigrationRefusal,
  pendingMigrations,
  withClient,
  type Migrating,
} from './migrate.server.ts';
import { appRole, grantStatements, queueStatements } from './rights.ts';

/**
 * Brings a database to this version: our own tables, the job queue's, and the rights of the role that Plainview works as. Safe to run on
 * each start and from two processes.
 * @param url of the owner of the tables. With the login of the role alone, it only checks that an owner has done this already.
 * @throws MigrationRefusal
 */
export async function prepareDatabase(
  url: string,
  say: Migrating['say'],
  restoring?: Migrating['restoring'],
): Promise<void> {
  if (await isOwnersUrl(url)) {
    await applyMigrations(url, { say, ...(restoring ? { restoring } : {}) });
    await runMigrations({ connectionString: url });
    await withClient(url, giveRights);
    return;
  }
  const pending = await pendingMigrations(url);
  if (pending.length > 0) {
    throw new MigrationRefusal(
      'ownerIsMissing',
      `The database lacks migrations (${pending.join(', ')}), and the login of DATABASE_URL does not own its tables.`,
      'Set MIGRATION_DATABASE_URL to the address with the login that owns them.',
    );
  }
}

/** Whose tables they are, where there are any; else whoever asks will own them. */
async function isOwnersUrl(url: string): Promise<boolean> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ owns: boolean }>(
      `select pg_has_role(current_user, relowner, 'USAGE') as owns from pg_class where oid = to_regclass('public._prisma_migrations')`,
    );
    return rows[0]?.owns ?? true;
  });
}

// Any constant that no other lock of this database takes.
const rightsLock = 7_414_119;

async function giveRights(client: pg.Client): Promise<void> {
  await client.query('select pg_advisory_lock($1)', [rightsLock]);
  await haveRole(client);
  const tables = async (schema: string) => {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = $1 order by 1`,
      [schema],
    );
    return rows.map(({ name }) => name);
  };
  const statements = [
    ...grantStatements(await tables('public')),
    ...queueStatements(await tables('graphile_worker')),
  ];
  await client.query(['begin', ...statements, 'commit'].join(';\n'));
}

/** The role belongs to the whole server: databases that are prepared at the same moment may both make it. */
async function haveRole(client: pg.Client): Promise<void> {
  if ((await stateOfRole(client)) === 'ours') return;
  try {
    if ((await stateOfRole(client)) === 'missing') {
      await client.query(`create role ${appRole} nologin`).catch((error: unknown) => {
        if (!hasCode(error, '42710', '23505')) throw error; // another process made it just now
      });
    }
    if ((await stateOfRole(client)) === 'notOurs') await client.query(`grant ${appRole} to current_user`);
  } catch (cause) {
    if (!hasCode(cause, '42501')) throw cause;
    const { rows } = await client.query<{ name: string }>('select quote_ident(current_user) as name');
    throw new MigrationRefusal(
      'roleIsMissing',
      `Plainview works as the database role ${appRole}, which cannot change or remove evidence, and this login may not make it.`,
      `Run this once on the server, as one who may, and start again:\n  create role ${appRole} nologin;\n  grant ${appRole} to ${rows[0]?.name};`,
      { cause },
    );
  }
}

/** `ours`: this login may take the role on. From PostgreSQL 16 on, having made a role does not yet give that. */
async function stateOfRole(client: pg.Client): Promise<'missing' | 'notOurs' | 'ours'> {
  const { rows } = await client.query<{ ours: boolean }>(
    `select pg_has_role(current_user, oid, case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as ours
       from pg_roles where rolname = $1`,
    [appRole],
  );
  if (!rows[0]) return 'missing';
  return rows[0].ours ? 'ours' : 'notOurs';
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? '');
}
