import { runMigrations } from 'graphile-worker';
import { applyMigrations } from './migrate.server.ts';

/** Brings a database to this version: our own tables, then the job queue's. Safe to run on each start and from two processes. */
export async function prepareDatabase(url: string, say: (line: string) => void): Promise<void> {
  await applyMigrations(url, { say });
  await runMigrations({ connectionString: url });
}
