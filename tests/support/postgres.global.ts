import { createHash, randomBytes } from 'node:crypto';
import { statfsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openDatabase } from '#app/db/client.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import { readMigrations } from '#app/db/schema-engine.server.ts';
import { startEmbeddedPostgres } from '#app/server/embedded-postgres.server.ts';
import { fillDemo } from '#prisma/seed/demo.server.ts';
import { seededAt, testKeys, testOrigin } from './fixed.ts';

type Server = { adminUrl: string; stop: () => Promise<void> };

const temporary = { parent: memoryOrDisk(), prefix: 'plainview-test-' };

/** In memory, where the system has room there: a clone is nearly nine hundred files, and ext4 takes thirty times as long to make them. */
function memoryOrDisk(): string {
  try {
    const { bavail, bsize } = statfsSync('/dev/shm');
    if (bavail * bsize > 4e9 && os.freemem() > 6e9) return '/dev/shm';
  } catch {
    // There is none.
  }
  return os.tmpdir();
}

/**
 * Global setup of Vitest and of Playwright: one PostgreSQL for the whole run, and in it two template databases
 * which `freshDatabase` clones: one with all migrations applied and the job queue's tables, and one with the
 * demo facility in it. The server is that of DATABASE_URL (its role must be allowed to create databases), else
 * an embedded one in a temporary folder.
 *
 * Tells the workers by PLAINVIEW_TEST_ADMIN_URL, PLAINVIEW_TEST_TEMPLATE and PLAINVIEW_TEST_SEEDED_TEMPLATE; where these are told
 * already (npm test makes the databases once for all), nothing is left to do.
 *
 * @returns the teardown: drops every database of this run and stops the server if it was started here
 */
export default async function setup(): Promise<() => Promise<void>> {
  if (process.env.PLAINVIEW_TEST_TEMPLATE) return async () => undefined;
  const server = process.env.DATABASE_URL
    ? { adminUrl: process.env.DATABASE_URL, stop: async () => undefined }
    : await startTemporary();
  // What a test starts as somebody's own installation does not know this server.
  delete process.env.DATABASE_URL;
  const template = `plainview_test_${await migrationsHash()}_${randomBytes(4).toString('hex')}`;
  const seeded = `${template}_seeded`;
  try {
    await makeTemplate(server.adminUrl, template, 'template0', (url) =>
      prepareDatabase(url, () => undefined),
    );
    await makeTemplate(server.adminUrl, seeded, template, fillWithDemo);
  } catch (error) {
    await server.stop();
    throw error;
  }
  process.env.PLAINVIEW_TEST_ADMIN_URL = server.adminUrl;
  process.env.PLAINVIEW_TEST_TEMPLATE = template;
  process.env.PLAINVIEW_TEST_SEEDED_TEMPLATE = seeded;
  return async () => {
    delete process.env.PLAINVIEW_TEST_TEMPLATE;
    await dropAll(server.adminUrl, template);
    await server.stop();
  };
}

/** Databases of one run share the name of its template as prefix, also those that a test forgot to drop. */
async function dropAll(adminUrl: string, template: string): Promise<void> {
  await asAdmin(adminUrl, async (admin) => {
    const { rows } = await admin.query<{ name: string }>(
      'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
      [template],
    );
    for (const { name } of rows) await admin.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`);
  });
}

async function makeTemplate(
  adminUrl: string,
  template: string,
  from: string,
  fill: (url: string) => Promise<void>,
): Promise<void> {
  await asAdmin(adminUrl, async (admin) => {
    await admin.query(`CREATE DATABASE "${template}" TEMPLATE "${from}" ENCODING 'UTF8'`);
    await fill(urlOf(adminUrl, template));
    // Nobody may connect: a connection to a template makes each clone of it fail.
    await admin.query(`ALTER DATABASE "${template}" WITH ALLOW_CONNECTIONS false`);
  });
}

async function fillWithDemo(url: string): Promise<void> {
  const database = openDatabase(url, (error) => {
    throw error;
  });
  try {
    await fillDemo({
      database,
      db: database.db,
      keys: testKeys,
      clock: () => seededAt,
      appOrigin: testOrigin,
      demo: true,
    });
  } finally {
    await database.close();
  }
}

async function migrationsHash(): Promise<string> {
  const { migrationDirectories } = await readMigrations();
  return createHash('sha256').update(JSON.stringify(migrationDirectories)).digest('hex').slice(0, 8);
}

async function startTemporary(): Promise<Server> {
  await removeLeftovers();
  const folder = await mkdtemp(path.join(temporary.parent, `${temporary.prefix}${process.pid}-`));
  await chmod(folder, 0o711); // under root, PostgreSQL's own user has to pass through
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(folder, 'postgres'),
    say: () => undefined,
    fast: true,
  });
  return {
    adminUrl: postgres.url,
    stop: async () => {
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs that were killed leave a server running; starting on its data stops it, and then the data can go. */
async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(temporary.parent)) {
    const pid = Number(/^plainview-test-(\d+)-/.exec(name)?.[1]);
    if (!pid || isRunning(pid)) continue;
    const folder = path.join(temporary.parent, name);
    const dataDir = path.join(folder, 'postgres');
    const leftover = await startEmbeddedPostgres({ dataDir, say: () => undefined, fast: true }).catch(
      () => undefined, // somebody else's folder, or one in use after all: not ours to remove
    );
    if (!leftover) continue;
    await leftover.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function asAdmin<T>(adminUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function urlOf(adminUrl: string, database: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${database}`;
  return url.toString();
}
