import { randomBytes } from 'node:crypto';
import pg from 'pg';

export type FreshDatabase = {
  url: string;
  /** Closes whatever is still connected and removes the database. Harmless when called again. */
  drop: () => Promise<void>;
};

/**
 * A database of its own for a test, cloned from the template of this run (tests/support/postgres.global.ts).
 *
 * @param template another database to clone; `template0` gives an empty one
 */
export async function freshDatabase(template = given('PLAINVIEW_TEST_TEMPLATE')): Promise<FreshDatabase> {
  const name = `${given('PLAINVIEW_TEST_TEMPLATE')}_${randomBytes(6).toString('hex')}`;
  // Copying files takes a third of the time of writing each page to the log, which nobody reads here.
  await onAdmin(`CREATE DATABASE "${name}" TEMPLATE "${template}" STRATEGY FILE_COPY`);
  const url = new URL(given('PLAINVIEW_TEST_ADMIN_URL'));
  url.pathname = `/${name}`;
  return { url: url.toString(), drop: () => onAdmin(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

/** Runs work on a connection to a database and closes it afterwards. */
export async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Lets a database say that events were recorded at an instant of the test's, in place of its own clock. */
export async function recordsEventsAt(url: string, at: Date): Promise<void> {
  await connected(url, (client) =>
    client.query(`alter table audit_event alter column recorded_at set default '${at.toISOString()}'`),
  );
}

let admin: pg.Pool | undefined;

async function onAdmin(sql: string): Promise<void> {
  admin ??= new pg.Pool({
    connectionString: given('PLAINVIEW_TEST_ADMIN_URL'),
    max: 1,
    idleTimeoutMillis: 2_000,
    allowExitOnIdle: true,
  }).on('error', () => undefined); // the server goes before its last idle connection
  await admin.query(sql);
}

function given(name: 'PLAINVIEW_TEST_ADMIN_URL' | 'PLAINVIEW_TEST_TEMPLATE'): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run by a project with tests/support/postgres.global.ts`);
  return value;
}
