import { spawn, type ChildProcess } from 'node:child_process';
import { chown, open, readFile, rename, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { clusterRole, ensureCluster, within } from './embedded-postgres/cluster.server.ts';
import { lockData } from './embedded-postgres/data-lock.server.ts';
import { clearLeftovers, stopCluster } from './embedded-postgres/leftovers.server.ts';
import { findPrograms, type Programs } from './embedded-postgres/programs.server.ts';
import { postgresEnvironment, systemCode, type RunAs } from './embedded-postgres/run.server.ts';
import { placeData } from './embedded-postgres/unprivileged.server.ts';
import { StartRefusal } from './start-refusal.ts';

export const databaseName = 'plainview';
const logSizeLimit = 5_000_000; // bytes
const readyTimeout = 300_000; // milliseconds; recovery after a power cut replays the log first

export type EmbeddedPostgres = {
  /** Of the database `plainview` as its owner, on 127.0.0.1. */
  url: string;
  /** Of the PostgreSQL server process. */
  pid: number;
  /** Where the data really are; another folder than the wanted one when root runs Plainview from a private home. */
  dataDir: string;
  /** Fast shutdown; resolves when the server has ended and the data folder is free. Harmless when called again. */
  stop(): Promise<void>;
};

/**
 * Starts the PostgreSQL that comes with the npm package, making its data folder on the first start.
 * It listens on 127.0.0.1 only, on a free port, in UTF-8 and UTC, and runs in its own process group: a Ctrl-C in
 * the terminal reaches Plainview alone, which drains and then calls `stop`.
 *
 * @param options.dataDir the folder of the data; `<dataDir>.lock` beside it names the process that uses it
 * @param options.say gets a line for the operator when something had to be mended or made
 * @param options.fast gives up safety on power loss for speed: for tests
 * @param options.now names what has to be moved aside; the present by default
 * @throws StartRefusal
 */
export async function startEmbeddedPostgres(options: {
  dataDir: string;
  say: (line: string) => void;
  fast?: boolean;
  now?: Date;
}): Promise<EmbeddedPostgres> {
  const { say, fast = false, now = new Date() } = options;
  const { dataDir, runAs } = await placeData(path.resolve(options.dataDir), say);
  const programs = await findPrograms({ cacheParent: path.dirname(dataDir), runAs, say });
  const unlock = await lockOrRefuse(dataDir);
  try {
    const password = await ensureCluster({ dataDir, programs, runAs, say, fast }, now);
    const { cluster } = within(dataDir);
    await clearLeftovers({ cluster, programs, runAs, say });
    const server = await serve({ dataDir, programs, runAs, password, fast });
    await ensureDatabase(server).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return {
      url: server.url(databaseName),
      pid: server.pid,
      dataDir,
      stop: once(async () => {
        await server.stop();
        await unlock();
      }),
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function lockOrRefuse(dataDir: string): Promise<() => Promise<void>> {
  try {
    return await lockData(dataDir);
  } catch (cause) {
    if (cause instanceof StartRefusal) throw cause;
    throw new StartRefusal(
      'dataFolderNotWritable',
      `Cannot write beside ${dataDir} (${systemCode(cause) ?? String(cause)}).`,
      'Set DATA_DIR to a folder that this user may write, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    );
  }
}

type Serving = { dataDir: string; programs: Programs; runAs: RunAs; password: string; fast: boolean };
type Server = { pid: number; url: (database: string) => string; stop: () => Promise<void> };

async function serve(serving: Serving): Promise<Server> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = await spawnServer(serving, port);
    const url = (database: string) =>
      `postgresql://${clusterRole}:${encodeURIComponent(serving.password)}@127.0.0.1:${port}/${database}`;
    const stop = () => stopServer(serving, child);
    try {
      await untilReady(serving.dataDir, child, url('postgres'));
    } catch (error) {
      await stop();
      const portTaken = /Address already in use/.test(await lastLines(within(serving.dataDir).log));
      if (portTaken && attempt < 5) continue;
      throw error;
    }
    child.unref(); // what keeps Plainview running is its own doors, not its database
    return { pid: child.pid ?? 0, url, stop };
  }
}

async function spawnServer({ dataDir, programs, runAs, fast }: Serving, port: number): Promise<ChildProcess> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(fast ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
  ];
  const { cluster, log } = within(dataDir);
  const logFile = await openLog(log, runAs);
  try {
    return spawn(programs.postgres, ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])], {
      cwd: path.parse(dataDir).root,
      env: postgresEnvironment,
      detached: true, // a process group of its own
      stdio: ['ignore', logFile.fd, logFile.fd],
      windowsHide: true,
      ...(runAs && { uid: runAs.uid, gid: runAs.gid }),
    });
  } finally {
    await logFile.close();
  }
}

/** A file, not a pipe: the log goes on when this process has died, and nothing here has to read it. */
async function openLog(log: string, runAs: RunAs) {
  const size = (await stat(log).catch(() => undefined))?.size ?? 0;
  if (size > logSizeLimit) await rename(log, `${log}.1`);
  const file = await open(log, 'a', 0o600);
  if (runAs) await chown(log, runAs.uid, runAs.gid);
  return file;
}

async function untilReady(dataDir: string, child: ChildProcess, url: string): Promise<void> {
  let failedToSpawn: Error | undefined;
  child.once('error', (error) => (failedToSpawn = error));
  for (let waited = 0; waited < readyTimeout; waited += 25) {
    if (failedToSpawn || hasEnded(child)) break;
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      const code = systemCode(error);
      const notYet = code === 'ECONNREFUSED' || code === '57P03'; // 57P03: cannot_connect_now, still starting
      if (!notYet) {
        throw new StartRefusal(
          'postgresNotReady',
          `PostgreSQL started but does not let Plainview in: ${String(error)}`,
          `The password in ${within(dataDir).password} must be the one of the role "${clusterRole}".`,
          { cause: error },
        );
      }
    }
    await sleep(25);
  }
  throw new StartRefusal(
    'postgresNotReady',
    `PostgreSQL did not start: ${failedToSpawn?.message ?? (await lastLines(within(dataDir).log))}`,
    `Look at ${within(dataDir).log}, or set DATABASE_URL to a PostgreSQL of your own.`,
    { cause: failedToSpawn },
  );
}

async function stopServer({ dataDir, programs, runAs }: Serving, child: ChildProcess): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  child.ref();
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await stopCluster({ cluster: within(dataDir).cluster, programs, runAs });
  if (!hasEnded(child)) child.kill('SIGINT'); // had no postmaster.pid yet, by which pg_ctl finds it
  await ended;
}

const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

async function ensureDatabase(server: Server): Promise<void> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
}

/** A port of 127.0.0.1 that is free now; whoever takes it before PostgreSQL does makes for another attempt. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function lastLines(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-6).join('\n');
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => (result ??= work());
}
