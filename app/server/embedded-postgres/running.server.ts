import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { clusterRole, within } from './cluster.server.ts';
import { processExists } from './data-lock.server.ts';
import { placeData } from './unprivileged.server.ts';

export interface FoundCluster {
  /** Where the data really are; another folder than the wanted one when root runs Plainview from a private home. */
  dataDir: string;
  /** Of the database `plainview` as its owner, when a PostgreSQL serves these data now; else null. */
  url: string | null;
}

/**
 * Looks for the data of an earlier start, and for the PostgreSQL that serves them now, so that a second process can work while the
 * server runs. Starts nothing.
 * @param wantedDir the folder that `startEmbeddedPostgres` is given
 * @returns null when there are no finished data
 */
export async function findCluster(wantedDir: string, database: string): Promise<FoundCluster | null> {
  if (!(await stat(path.dirname(wantedDir)).catch(() => undefined))) return null;
  const { dataDir } = await placeData(path.resolve(wantedDir), () => undefined);
  const files = within(dataDir);
  if (!(await stat(files.complete).catch(() => undefined))) return null;
  const port = await portOf(path.join(files.cluster, 'postmaster.pid'));
  if (port === null) return { dataDir, url: null };
  const password = await readFile(files.password, 'utf8');
  const url = `postgresql://${clusterRole}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  return { dataDir, url };
}

/** Lines of postmaster.pid: process, data folder, start, port, … and last `ready` once it takes connections. */
async function portOf(pidFile: string): Promise<number | null> {
  const lines = (await readFile(pidFile, 'utf8').catch(() => '')).split('\n').map((line) => line.trim());
  const [pid, port] = [Number(lines[0]), Number(lines[3])];
  return pid > 0 && port > 0 && lines[7] === 'ready' && processExists(pid) ? port : null;
}
