import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { Actor } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { itemsOfCsv } from './csv/read-file.ts';
import type { IngestResult, IngestState } from './delivery.ts';
import { itemsATransaction, takeInPart } from './intake.server.ts';

export interface ImportProgress {
  lines: number;
  states: Partial<Record<IngestState, number>>;
  /** Of the lines just taken: those that are no disclosure yet, with the reason. */
  troubled: readonly IngestResult[];
}

/**
 * Takes in a CSV file of any length, some lines a transaction, holding no more than those. The file's SHA-256 is its key: an import that
 * was cut off goes on where it stopped, and a file that was taken in before is answered as it was. @throws CsvRefused
 */
export async function importCsvFile(
  world: World,
  path: string,
  { actor, onProgress }: { actor: Actor; onProgress(progress: ImportProgress): void },
): Promise<ImportProgress> {
  const sha256 = await hashOfFile(path);
  const carrier = {
    channel: 'file' as const,
    actor,
    now: world.clock(),
    idempotencyKey: `import:${sha256}`,
    bodySha256: sha256,
  };
  const progress: ImportProgress = { lines: 0, states: {}, troubled: [] };
  let batchId: string | undefined;
  for await (const items of itemsOfCsv(createReadStream(path), itemsATransaction)) {
    const part = { ...(batchId ? { batchId } : {}), from: progress.lines, items };
    const taken = await takeInPart(world, carrier, part);
    batchId = taken.batchId;
    progress.lines += items.length;
    for (const { state } of taken.results) progress.states[state] = (progress.states[state] ?? 0) + 1;
    onProgress({
      ...progress,
      troubled: taken.results.filter(({ state }) => state !== 'accepted' && state !== 'duplicate'),
    });
  }
  return progress;
}

async function hashOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
