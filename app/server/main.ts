import { createWriteStream, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import { MigrationRefusal } from '#app/db/migrate.server.ts';
import { readConfiguration, type Configuration } from './configuration.server.ts';
import { keepMemorySmall } from './memory.server.ts';
import { openLog } from './request-log.server.ts';
import { startPlainview, type Running, type StartOptions } from './start.server.ts';
import { StartRefusal } from './start-refusal.ts';

/** What the process entries (this one and dev.ts) give when they start. */
export type Entry = Pick<StartOptions, 'build' | 'clientDir' | 'vite'> & { mode: Configuration['mode'] };

export const say = (line: string) => process.stdout.write(`  ${line}\n`);

/** Reads the environment, starts, and stays until a signal comes. Every refusal says what to do. */
export async function runUntilSignal({ mode, ...entry }: Entry): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    const configuration = readConfiguration(process.env, mode);
    await mkdir(configuration.dataDir, { recursive: true });
    // A person at the terminal reads progress; the log of a demo goes beside its data.
    const logFile = mode === 'production' ? null : path.join(configuration.dataDir, 'plainview.log');
    const log = openLog(
      configuration.logLevel,
      logFile ? createWriteStream(logFile, { flags: 'a' }) : undefined,
    );
    const { fillDemo } = await import('#prisma/seed/demo.server.ts');
    const { tellRequests } = await import('#prisma/seed/requests.server.ts');
    const started = startPlainview({
      ...entry,
      configuration,
      log,
      say,
      clock: () => new Date(),
      fill: async (world) => {
        await fillDemo(world);
        await tellRequests(world);
      },
    });
    stopOnSignal(started);
    const running = await started;
    greet(configuration, logFile);
    process.on('unhandledRejection', (error) => log.error({ error }, 'unhandled rejection'));
    watchParent(running);
  } catch (error) {
    refuse(error);
  }
}

function greet({ appOrigin, mode, dataDir }: Configuration, logFile: string | null): void {
  say('');
  say(`Plainview is at ${appOrigin}`);
  if (mode !== 'production') {
    say(`Demo accounts, with passwords and codes: ${appOrigin}/demo`);
    say(`Data: ${dataDir}   Log: ${logFile}`);
    say('Ctrl-C stops it. The data stays for the next start.');
  }
  say('');
}

function stopOnSignal(started: Promise<Running>): void {
  let stopping = false;
  const stop = (signal: string) => {
    if (stopping) return;
    stopping = true;
    say(`${signal}: finishing what is under way, then stopping`);
    // A signal during the start waits for the start, which undoes itself when it fails.
    void started
      .then((running) => running.stop())
      .then(() => say('Stopped. Nothing is left running.'))
      .catch(() => undefined)
      .finally(() => process.exit(process.exitCode ?? 0));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop(signal));
}

/** npm may be ended without telling its child: an orphaned demo stops by itself. */
function watchParent(running: Running): void {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    void running.stop().finally(() => process.exit(0));
  }, 1_000);
  timer.unref();
}

function refuse(error: unknown): never {
  if (error instanceof StartRefusal || error instanceof MigrationRefusal) {
    process.stderr.write(`\nPlainview did not start. ${error.message}\n${error.whatToDo}\n\n`);
  } else {
    process.stderr.write(
      `\nPlainview did not start.\n${error instanceof Error ? error.stack : String(error)}\n\n`,
    );
  }
  process.exit(1);
}

/** The production build beside this file. @throws StartRefusal when there is none */
export async function builtSite(): Promise<Pick<Entry, 'build' | 'clientDir'>> {
  const folder = path.resolve('build');
  const file = path.join(folder, 'server', 'index.js');
  if (!existsSync(file)) throw new StartRefusal('notBuilt', 'There is no build yet.', 'Run: npm run build');
  return {
    build: (await import(/* @vite-ignore */ pathToFileURL(file).href)) as ServerBuild,
    clientDir: path.join(folder, 'client'),
  };
}

export async function serveBuilt(mode: 'demo' | 'production'): Promise<void> {
  process.env.NODE_ENV = 'production';
  keepMemorySmall();
  await builtSite().then((site) => runUntilSignal({ ...site, mode }), refuse);
}

export { openLog, startPlainview, type Running };
