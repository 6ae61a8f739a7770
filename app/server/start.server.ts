import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { RequestHandler } from 'express';
import { enqueue, inTransaction, openDatabase } from '#app/db/client.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import type { Clock, World } from '#app/db/world.ts';
import { beat } from '#app/facility/heartbeat.server.ts';
import { startChainKeeper } from '#app/jobs/chain-keeper.server.ts';
import { resumeImports } from '#app/disclosures/imports/run.server.ts';
import { resumeRotation } from '#app/jobs/rotate-keys.server.ts';
import { outboxMailer, smtpMailer } from '#app/mail/mailer.server.ts';
import type { Configuration } from './configuration.server.ts';
import { concerns, refuseUnknownKeys } from './doctor.server.ts';
import { startEmbeddedPostgres } from './embedded-postgres.server.ts';
import { listen, makeApp, stopListening, type HttpSettings } from './http.server.ts';
import { checkInstallation } from './installation.server.ts';
import { startJobRunners, type JobRunners } from './job-runners.server.ts';
import { keyRingOf } from './own-keys.server.ts';
import { beatParts, databasePart, facilityPart, migrationsPart, workerPart } from './readiness.server.ts';
import type { Logger } from './request-log.server.ts';
import { StartRefusal } from './start-refusal.ts';
import { startSyslog, type Syslog } from './syslog.server.ts';

export interface StartOptions {
  configuration: Configuration;
  clock: Clock;
  log: Logger;
  /** Progress, for the person at the terminal. */
  say: (line: string) => void;
  build: HttpSettings['build'];
  clientDir: string | null;
  vite?: RequestHandler;
  /** Fills an empty demo database. */
  fill?: (world: World) => Promise<void>;
}

export interface Running {
  world: World;
  port: number;
  databaseUrl: string;
  /** Null: off. */
  syslog: Syslog | null;
  /** Drains requests and jobs, then stops the database. Harmless when called again. */
  stop(): Promise<void>;
}

const drainFor = 8_000;

/** Starts every part in the order they need each other; if one does not start, stops those that did. */
export async function startPlainview(options: StartOptions): Promise<Running> {
  const { configuration, log, say } = options;
  const undo: (() => Promise<void>)[] = [];
  const stop = once(async () => {
    for (const step of undo.reverse())
      await step().catch((error: unknown) => log.error({ error }, 'a part did not stop cleanly'));
  });
  try {
    await mkdir(configuration.dataDir, { recursive: true });
    const databaseUrl = configuration.databaseUrl ?? (await startOwnDatabase(options, undo));
    say('Preparing the database');
    await prepareDatabase(configuration.migrationDatabaseUrl ?? databaseUrl, say);
    const database = openDatabase(databaseUrl, (error) =>
      log.warn({ error }, 'an idle database connection ended'),
    );
    undo.push(database.close);

    const fillOrKeep = await checkInstallation(
      database.db,
      configuration.mode,
      configuration.databaseUrl === null,
      options.clock(),
    );
    const world: World = {
      database,
      db: database.db,
      keys: await keyRingOf(configuration),
      clock: options.clock,
      appOrigin: configuration.appOrigin,
      demo: configuration.mode !== 'production',
      checkpointFile: configuration.checkpointFile,
      webhooks: configuration.webhooks,
    };
    await refuseUnknownKeys(world);
    if (fillOrKeep === 'fill') {
      say('Filling the database with the demo facility');
      await options.fill?.(world);
    }

    await resumeRotation(world);
    await resumeImports(world, 0);
    const keeper = startChainKeeper(world, log);
    undo.push(() => keeper.stop());
    const worker = await startWorker(world, options, undo);
    const syslog = configuration.syslog && (await startSyslog(world, configuration.syslog, log));
    if (syslog) undo.push(() => syslog.stop());
    const parts = [
      databasePart(database),
      migrationsPart(databaseUrl),
      facilityPart(database),
      workerPart(() => worker.runs()),
      ...(syslog ? [syslog.part] : []),
    ];
    const app = makeApp({
      ...options,
      world,
      parts,
      behind: beatParts(database, options.clock),
      trustedProxies: configuration.trustedProxies,
    });
    const { server, port } = await listen(app, configuration.port).catch((error: unknown) => {
      throw portRefusal(error, configuration.port);
    });
    undo.push(() => stopListening(server, drainFor));
    for (const { part, health, words } of await concerns(world, configuration.dataDir))
      say(`${health}: ${part}: ${words}`);
    return { world, port, databaseUrl, syslog, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startOwnDatabase(
  { configuration, say }: StartOptions,
  undo: (() => Promise<void>)[],
): Promise<string> {
  say('Starting PostgreSQL');
  const postgres = await startEmbeddedPostgres({
    dataDir: path.join(configuration.dataDir, 'postgres'),
    say,
  });
  undo.push(() => postgres.stop());
  return postgres.url;
}

async function startWorker(
  world: World,
  { configuration, log }: StartOptions,
  undo: (() => Promise<void>)[],
): Promise<JobRunners> {
  const mailer = configuration.smtpUrl
    ? smtpMailer(configuration.smtpUrl, configuration.mailFrom)
    : outboxMailer(world.db, world.clock);
  const runners = await startJobRunners(world, mailer, log);
  // At once: where the rest of the start fails, a runner that goes on finds its connections closed and ends the process by that.
  undo.push(() => runners.stop());
  await beat(world.db, 'worker', world.clock());
  // What fell due while nothing ran is not left for another quarter of an hour.
  await inTransaction(world.db, (tx) => enqueue(tx, 'remind', {}, 'remind'));
  return runners;
}

function portRefusal(error: unknown, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'EADDRINUSE') {
    return new StartRefusal(
      'portTaken',
      `Port ${port} is taken by another program.`,
      `Stop that program, or choose another port: PORT=${port + 1} npm run demo`,
    );
  }
  if (code === 'EACCES') {
    return new StartRefusal(
      'portForbidden',
      `This user may not listen on port ${port}.`,
      'Choose a port from 1024 on, as in PORT=3000.',
    );
  }
  return error;
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null;
  return () => (running ??= work());
}
