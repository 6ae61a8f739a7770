import path from 'node:path';
import type { KeyRing } from '#app/crypto/key-ring.server.ts';
import { openDatabase } from '#app/db/client.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import type { World } from '#app/db/world.ts';
import { readConfiguration, type Configuration } from '../configuration.server.ts';
import { databaseName, startEmbeddedPostgres } from '../embedded-postgres.server.ts';
import { findCluster } from '../embedded-postgres/running.server.ts';
import { checkInstallation } from '../installation.server.ts';
import { keyRingOf } from '../own-keys.server.ts';
import { StartRefusal } from '../start-refusal.ts';
import type { Terminal } from './command.ts';

/**
 * Opens this installation as the server does, by the same settings, for the time of one command. A PostgreSQL that the running server
 * started is used with it; when none runs, it is started and stopped again.
 * @throws StartRefusal as the server would
 */
export async function withInstallation<T>(
  terminal: Terminal,
  work: (world: World) => Promise<T>,
): Promise<T> {
  return withDatabase(terminal, async (served) => {
    await prepareDatabase(served.ownerUrl, terminal.say);
    return withWorld(terminal, served, async (world) => {
      const state = await checkInstallation(
        world.db,
        terminal.mode,
        served.configuration.databaseUrl === null,
        terminal.now(),
      );
      if (state === 'fill') {
        throw new StartRefusal('demoIsEmpty', 'There is no demo yet.', 'Start it once: npm run demo');
      }
      return work(world);
    });
  });
}

/** A database that answers, of which nothing else is known: not what is in it, nor which version made that. */
export interface Served {
  configuration: Configuration;
  keys: KeyRing;
  url: string;
  /** With the login that owns the tables. */
  ownerUrl: string;
}

/** Serves this installation's database for the time of one command, and changes nothing in it. */
export async function withDatabase<T>(terminal: Terminal, work: (served: Served) => Promise<T>): Promise<T> {
  const configuration = readConfiguration(terminal.env, terminal.mode);
  const served = configuration.databaseUrl
    ? { url: configuration.databaseUrl, stop: async () => undefined }
    : await serveOwn(configuration.dataDir, terminal.say);
  try {
    const ownerUrl = configuration.migrationDatabaseUrl ?? served.url;
    return await work({ configuration, keys: await keyRingOf(configuration), url: served.url, ownerUrl });
  } finally {
    await served.stop();
  }
}

/** Opens a database that is prepared. */
export async function withWorld<T>(
  terminal: Terminal,
  { configuration, keys, url }: Served,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const database = openDatabase(url, () => undefined);
  try {
    return await work({
      database,
      db: database.db,
      keys,
      clock: terminal.now,
      appOrigin: configuration.appOrigin,
      demo: terminal.mode === 'demo',
      checkpointFile: configuration.checkpointFile,
      webhooks: configuration.webhooks,
    });
  } finally {
    await database.close();
  }
}

async function serveOwn(
  folder: string,
  say: (line: string) => void,
): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = path.join(folder, 'postgres');
  const found = await findCluster(dataDir, databaseName);
  if (found?.url) return { url: found.url, stop: async () => undefined };
  return startEmbeddedPostgres({ dataDir, say });
}
