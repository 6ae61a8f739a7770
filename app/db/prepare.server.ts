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
import {
  owedTables,
  patientGrantStatements,
  patientRole,
  standingPolicies,
  wallStatements,
  type StandingPolicy,
} from './wall.ts';

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
  const owed = await withClient(url, owedPolicies);
  if (owed.length > 0) {
    throw new MigrationRefusal(
      'ownerIsMissing',
      `The database lacks the policies that hold patients' pages to their own rows (${owed.join(', ')}), and the login of DATABASE_URL does not own its tables.`,
      'Set MIGRATION_DATABASE_URL to the address with the login that owns them.',
    );
  }
}

async function owedPolicies(client: pg.Client): Promise<string[]> {
  return owedTables((await client.query<StandingPolicy>(standingPolicies)).rows);
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
  await haveRoles(client);
  const tables = async (schema: string) => {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = $1 order by 1`,
      [schema],
    );
    return rows.map(({ name }) => name);
  };
  const ours = await tables('public');
  // Only those that differ: putting a policy up waits for everybody who reads its table.
  const owed = (await owedPolicies(client)).filter((table) => ours.includes(table));
  const statements = [
    ...grantStatements(ours),
    ...patientGrantStatements(ours),
    ...wallStatements(owed),
    ...queueStatements(await tables('graphile_worker')),
  ];
  await client.query(['begin', ...statements, 'commit'].join(';\n'));
}

/** The roles belong to the whole server: databases that are prepared at the same moment may both make them. */
async function haveRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ login: string; quoted: string; knowsInherit: boolean }>(
    `select current_user as login, quote_ident(current_user) as quoted, current_setting('server_version_num')::int >= 160000 as "knowsInherit"`,
  );
  const { login = '', quoted = '', knowsInherit = false } = rows[0] ?? {};
  try {
    for (const role of [appRole, patientRole]) await makeRole(client, role);
    if (!(await mayTakeOn(client, login, appRole))) await client.query(`grant ${appRole} to current_user`);
    // Who does not inherit from a role is not held to its policies either: they cost the other pages nothing.
    if (!(await mayTakeOn(client, appRole, patientRole)))
      await client.query(`grant ${patientRole} to ${appRole}${knowsInherit ? ' with inherit false' : ''}`);
  } catch (cause) {
    if (!hasCode(cause, '42501')) throw cause;
    throw new MigrationRefusal(
      'roleIsMissing',
      `Plainview works as the database role ${appRole}, which cannot change or remove evidence, and reads patients' pages as ${patientRole}; this login may not make them.`,
      `Run what is missing of this once on the server, as one who may, and start again:\n  create role ${appRole} nologin;\n  create role ${patientRole} nologin;\n  grant ${patientRole} to ${appRole};\n  grant ${appRole} to ${quoted};`,
      { cause },
    );
  }
}

async function makeRole(client: pg.Client, role: string): Promise<void> {
  const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [role]);
  if (rowCount) return;
  await client.query(`create role ${role} nologin`).catch((error: unknown) => {
    if (!hasCode(error, '42710', '23505')) throw error; // another process made it just now
  });
}

/** Whether a login or role may take a role on. From PostgreSQL 16 on, having made a role does not yet give that. */
async function mayTakeOn(client: pg.Client, who: string, role: string): Promise<boolean> {
  const { rows } = await client.query<{ may: boolean }>(
    `select pg_has_role($1, $2, case when current_setting('server_version_num')::int >= 160000 then 'SET' else 'MEMBER' end) as may`,
    [who, role],
  );
  return rows[0]?.may ?? false;
}

function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof pg.DatabaseError && codes.includes(error.code ?? '');
}
