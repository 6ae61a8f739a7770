import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseKeyRing, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { openDatabase, type Database } from '#app/db/client.server.ts';
import { MigrationRefusal, pendingMigrations } from '#app/db/migrate.server.ts';
import { keysInUse } from '#app/db/sealed-values.server.ts';
import { appRole } from '#app/db/rights.ts';
import type { Clock, World } from '#app/db/world.ts';
import { judgeSettings, type Configuration, type WrongSetting } from './configuration.server.ts';
import {
  auditFinding,
  backupFinding,
  clockFinding,
  facilityFinding,
  keysFinding,
  workerFinding,
} from './doctor/database-checks.server.ts';
import { found, type Finding } from './doctor/finding.ts';
import { diskFinding, mailFinding, portsFinding, versionFinding } from './doctor/machine-checks.server.ts';
import { syslogFinding } from './doctor/syslog-checks.server.ts';
import { databaseName, startEmbeddedPostgres } from './embedded-postgres.server.ts';
import { findCluster } from './embedded-postgres/running.server.ts';
import { StartRefusal } from './start-refusal.ts';

export type { Finding };

export interface Examination {
  env: Record<string, string | undefined>;
  mode: Configuration['mode'];
  clock: Clock;
}

/** Which line tells of a wrong setting; of the others, the first. */
const partOf: Record<string, string> = {
  DATABASE_URL: 'database',
  DATA_DIR: 'disk',
  APP_KEYS: 'keys',
  SMTP_URL: 'mail',
  MAIL_FROM: 'mail',
  PORT: 'ports',
  APP_ORIGIN: 'ports',
  TRUSTED_PROXIES: 'ports',
  SYSLOG_TLS_PORT: 'syslog',
  SYSLOG_TLS_CERT_FILE: 'syslog',
  SYSLOG_TLS_KEY_FILE: 'syslog',
  SYSLOG_TLS_CA_FILE: 'syslog',
  SYSLOG_UDP_PORT: 'syslog',
  SYSLOG_UDP_FROM: 'syslog',
};

/**
 * Looks at every part of this installation and tells each finding as it comes, always in the same order. It changes nothing; an
 * embedded PostgreSQL that is not running is started for the time it takes.
 */
export async function examine(
  { env, mode, clock }: Examination,
  tell: (finding: Finding) => void,
): Promise<void> {
  const { configuration, wrong } = judgeSettings(env, mode);
  const check = (part: string, look: () => Promise<Finding>) => looked(part, wrong, look).then(tell);
  await check('version', () => versionFinding(process.versions.node));

  const served = await serve(configuration);
  const database = served.url ? openDatabase(served.url, () => undefined) : null;
  // What needs the database does not ask it again when it did not answer the first time.
  const needing = (part: string, look: (database: Database) => Promise<Finding>) =>
    check(part, async () =>
      database && answers ? look(database) : found(part, 'warn', 'not known without the database'),
    );
  let answers = false;
  try {
    await check('database', async () => {
      const finding = await databaseFinding(database, served);
      answers = finding.health === 'ok';
      return finding;
    });
    await needing('migrations', () => migrationsFinding(served.url ?? ''));
    const keys = configuration && (await storedKeys(configuration));
    await needing('keys', async (database) => {
      return keys
        ? keysFinding(database, keys)
        : found('keys', 'warn', 'the first start makes one for the demo');
    });
    await needing('clock', (database) => clockFinding(database, clock));
    await check('mail', async () => (configuration ? mailFinding(configuration) : unread('mail')));
    await check('disk', async () => (configuration ? diskFinding(configuration.dataDir) : unread('disk')));
    await check('ports', async () => (configuration ? portsFinding(configuration) : unread('ports')));
    await check('syslog', async () =>
      configuration ? syslogFinding(configuration, clock()) : unread('syslog'),
    );
    await needing('worker', (database) => workerFinding(database, clock()));
    await needing('facility', ({ db }) => facilityFinding(db));
    await needing('backup', ({ db }) => backupFinding(db, clock()));
    const checkpointFile = configuration?.checkpointFile ?? null;
    await needing('audit', ({ db }) => auditFinding({ db, keys, checkpointFile }, clock()));
  } finally {
    await database?.close();
    await served.stop();
  }
}

/** @throws StartRefusal when data are sealed with a key that the ring lacks: it would open some pages, and fail on others */
export async function refuseUnknownKeys({ database, keys }: World): Promise<void> {
  const missing = (await keysInUse(database)).filter((key) => !keys.keys.has(key));
  if (missing.length === 0) return;
  throw new StartRefusal(
    'keyIsMissing',
    `Data in this database are sealed with ${missing.join(', ')}, which is not in APP_KEYS.`,
    `Add it behind the current key (${keys.currentId}). What uses it: npm run -s admin -- keys status`,
  );
}

/** What is cheap enough for each start, of a world that just started. Only what is not ok, in the doctor's order. */
export async function concerns(world: World, dataDir: string): Promise<Finding[]> {
  const looks: [string, () => Promise<Finding>][] = [
    ['keys', () => keysFinding(world.database, world.keys)],
    ['clock', () => clockFinding(world.database, world.clock)],
    ['disk', () => diskFinding(dataDir)],
    ['worker', () => workerFinding(world.database, world.clock())],
    ['facility', () => facilityFinding(world.db)],
    ...(world.demo
      ? []
      : [['backup', () => backupFinding(world.db, world.clock())] as [string, () => Promise<Finding>]]),
  ];
  const findings: Finding[] = [];
  for (const [part, look] of looks) findings.push(await looked(part, [], look));
  return findings.filter(({ health }) => health !== 'ok');
}

/** A look that cannot be taken is itself a finding, and a wrong setting counts more than what was seen. */
async function looked(part: string, wrong: WrongSetting[], look: () => Promise<Finding>): Promise<Finding> {
  const settings = wrong.filter(({ setting }) => (partOf[setting] ?? 'version') === part);
  if (settings.length > 0) {
    return found(part, 'fail', settings.map(({ setting, problem }) => `${setting} ${problem}`).join('; '));
  }
  try {
    return await look();
  } catch (error) {
    return found(part, 'fail', error instanceof Error ? error.message : String(error));
  }
}

const unread = (part: string) => found(part, 'warn', 'not known while a setting cannot be read');

interface Served {
  url: string | null;
  /** What is served, or why nothing is. */
  words: string;
  /** How bad it is that nothing is; `fail` when left out. */
  health?: 'warn';
  stop(): Promise<void>;
}

async function serve(configuration: Configuration | null): Promise<Served> {
  const stop = async () => undefined;
  if (!configuration) return { url: null, words: 'not known while a setting cannot be read', stop };
  if (configuration.databaseUrl) {
    const { host, pathname } = new URL(configuration.databaseUrl);
    return { url: configuration.databaseUrl, words: `${host}${pathname}, by DATABASE_URL`, stop };
  }
  try {
    const dataDir = path.join(configuration.dataDir, 'postgres');
    const cluster = await findCluster(dataDir, databaseName);
    if (!cluster)
      return { url: null, words: `none in ${dataDir} yet: the first start makes it`, health: 'warn', stop };
    if (cluster.url) return { url: cluster.url, words: `embedded, running, in ${cluster.dataDir}`, stop };
    const own = await startEmbeddedPostgres({ dataDir, say: () => undefined });
    return { url: own.url, words: `embedded, started for this look, in ${own.dataDir}`, stop: own.stop };
  } catch (error) {
    if (!(error instanceof StartRefusal)) throw error;
    return { url: null, words: `${error.message} ${error.whatToDo}`, stop };
  }
}

async function databaseFinding(database: Database | null, { words, health }: Served): Promise<Finding> {
  if (!database) return found('database', health ?? 'fail', words);
  try {
    const { rows } = await database.pool.query<{ server_version: string }>('show server_version');
    const version = rows[0]?.server_version ?? '';
    if (Number.parseInt(version, 10) < 15)
      return found(
        'database',
        'fail',
        `PostgreSQL ${version} (${words}): set DATABASE_URL to PostgreSQL 15 or newer`,
      );
    return found('database', 'ok', `PostgreSQL ${version} (${words})`);
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error);
    if (why.includes(appRole))
      return found('database', 'warn', `${words}: not prepared yet (${why}); starting Plainview does it`);
    return found('database', 'fail', `${words}: does not answer (${why}); start it, or set DATABASE_URL`);
  }
}

async function migrationsFinding(url: string): Promise<Finding> {
  try {
    const pending = await pendingMigrations(url);
    return pending.length === 0
      ? found('migrations', 'ok', 'all applied')
      : found('migrations', 'warn', `not applied: ${pending.join(', ')}; starting Plainview applies them`);
  } catch (error) {
    if (!(error instanceof MigrationRefusal)) throw error;
    return found('migrations', 'fail', `${error.message} ${error.whatToDo}`);
  }
}

/** The keys as the server would read them; null when the demo has not made its own yet. */
async function storedKeys({ keys, dataDir }: Configuration): Promise<KeyRing | null> {
  if (keys) return keys;
  const text = await readFile(path.join(dataDir, 'app-keys'), 'utf8').catch(() => null);
  return text ? parseKeyRing(text.trim()) : null;
}
