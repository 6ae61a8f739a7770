import path from 'node:path';
import { openDatabase } from '#app/db/client.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import type { World } from '#app/db/world.ts';
import { readConfiguration } from '../configuration.server.ts';
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
  const configuration = readConfiguration(terminal.env, terminal.mode);
  const served = configuration.databaseUrl
    ? { url: configuration.databaseUrl, stop: async () => undefined }
    : await serveOwn(configuration.dataDir, terminal.say);
  try {
    await prepareDatabase(configuration.migrationDatabaseUrl ?? served.url, terminal.say);
    const database = openDatabase(served.url, () => undefined);
    try {
      const state = await checkInstallation(
        database.db,
        terminal.mode,
        configuration.databaseUrl === null,
        terminal.now(),
      );
      if (state === 'fill') {
        throw new StartRefusal('demoIsEmpty', 'There is no demo yet.', 'Start it once: npm run demo');
      }
      return await work({
        database,
        db: database.db,
        keys: await keyRingOf(configuration),
        clock: terminal.now,
        appOrigin: configuration.appOrigin,
        demo: terminal.mode === 'demo',
        checkpointFile: configuration.checkpointFile,
      });
    } finally {
      await database.close();
    }
  } finally {
    await served.stop();
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
