import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { connected } from './database.ts';
import { testOrigin } from './fixed.ts';
import { ask, type Answer, type Ask } from './site.ts';
import { freshWorld, type FreshWorld } from './world.ts';
import { fillDemo } from '#prisma/seed/demo.server.ts';

/** Keys as the environment has them: those of `testKeys`. */
const keys = `t1:${Buffer.alloc(32, 7).toString('base64')}`;
const readyWithin = 60_000;

/** One process of the built site: web server and worker. */
export interface SiteProcess {
  ask(target: string, how?: Ask): Promise<Answer>;
  port: number;
  /** Where syslog is taken; null where the site was started without. */
  tlsPort: number | null;
  udpPort: number | null;
  /** The most memory that it had so far, in megabytes. */
  peak(): Promise<number>;
  /** What it took of the processors so far, in milliseconds, to the ten. */
  processorTime(): Promise<number>;
  /** kill -9, and a new start. @returns once the new one says that it is ready */
  killAndRestart(): Promise<void>;
}

export interface RealSite {
  fresh: FreshWorld;
  processes: SiteProcess[];
  stop(): Promise<void>;
}

interface RealSiteOptions {
  count: number;
  smtpUrl: string;
  /** What node runs; `npm start` without it. */
  args?: string[];
  /** Files of the certificate with which syslog over TLS is taken, and UDP beside it. */
  syslog?: { keyFile: string; certificateFile: string; authoritiesFile: string };
  /** With the demo's people as the template has them: quick, and enough where nothing hangs on when the story was told. */
  fromTemplate?: boolean;
  /** Writes into the database before anything starts. */
  fill?: (fresh: FreshWorld) => Promise<void>;
}

/** Processes on one database that has the demo's people in it and is marked as a real one: production starts on no other. */
export async function startRealSite({
  count,
  smtpUrl,
  args,
  syslog,
  fromTemplate = false,
  fill,
}: RealSiteOptions): Promise<RealSite> {
  // These processes go by the machine's clock, and so does what they find.
  const fresh = await freshWorld({ now: new Date(), seeded: fromTemplate });
  if (!fromTemplate) await fillDemo(fresh.world);
  await connected(fresh.databaseUrl, (client) =>
    client.query(
      `insert into installation_mark (id, kind, marked_at) values (1, 'production', now())
       on conflict (id) do update set kind = 'production'`,
    ),
  );
  await fill?.(fresh);
  const started = await Promise.all(
    Array.from({ length: count }, () => startProcess(fresh.databaseUrl, smtpUrl, args, syslog)),
  );
  return {
    fresh,
    processes: started,
    stop: async () => {
      await Promise.all(started.map(({ end }) => end()));
      await fresh.drop();
    },
  };
}

async function startProcess(
  databaseUrl: string,
  smtpUrl: string,
  args: string[] = ['build/production.js'],
  syslog?: RealSiteOptions['syslog'],
): Promise<SiteProcess & { end(): Promise<void> }> {
  const port = await freePort();
  const [tlsPort, udpPort] = syslog ? [await freePort(), await freePort()] : [null, null];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-killed-'));
  const logFile = path.join(folder, 'log');
  let child: ChildProcess;
  /** @param again so often what ends by itself is started anew, as whoever keeps services does: a start gives up soon on a busy database */
  const start = async (again = 3): Promise<void> => {
    const log = await open(logFile, 'a');
    child = spawn(process.execPath, args, {
      stdio: ['ignore', log.fd, log.fd],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        APP_ORIGIN: testOrigin,
        APP_KEYS: keys,
        DATABASE_URL: databaseUrl,
        SMTP_URL: smtpUrl,
        DATA_DIR: folder,
        PORT: String(port),
        LOG_LEVEL: 'warn',
        ...(syslog
          ? {
              SYSLOG_TLS_PORT: String(tlsPort),
              SYSLOG_TLS_CERT_FILE: syslog.certificateFile,
              SYSLOG_TLS_KEY_FILE: syslog.keyFile,
              SYSLOG_TLS_CA_FILE: syslog.authoritiesFile,
              SYSLOG_UDP_PORT: String(udpPort),
              SYSLOG_UDP_FROM: '127.0.0.1',
            }
          : {}),
      },
    });
    await log.close();
    const end = performance.now() + readyWithin;
    while ((await ask(port, '/readyz').catch(() => null))?.status !== 200) {
      if (child.exitCode !== null && again > 0) return start(again - 1);
      if (child.exitCode !== null || performance.now() > end)
        throw new Error(`a process does not start: ${(await readFile(logFile, 'utf8')).slice(-2_000)}`);
      await pause(50);
    }
  };
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  };
  // A test that is ended from outside leaves nothing running.
  process.once('exit', () => child.kill('SIGKILL'));
  await start();
  return {
    ask: (target, how) => ask(port, target, how),
    port,
    tlsPort,
    udpPort,
    peak: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
    },
    processorTime: async () => {
      const stat = await readFile(`/proc/${child.pid}/stat`, 'utf8');
      // proc(5): utime and stime are the 14th and 15th; a name in brackets, which may hold spaces, is the 2nd.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    killAndRestart: async () => {
      await kill('SIGKILL');
      await start();
    },
    end: async () => {
      await kill('SIGTERM');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

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
