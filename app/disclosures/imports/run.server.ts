import { plainview, type Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { KeyRingError } from '#app/crypto/key-ring.server.ts';
import { enqueue, inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { mannerOf } from '../ingest/csv/columns.ts';
import { CsvRefused } from '../ingest/csv/read-file.ts';
import { IdempotencyKeyReused } from '../ingest/delivery.ts';
import { personOf } from '../matching-settle.server.ts';
import { fromPlace } from './file-parts.ts';
import { slicesOf } from './look-at-file.server.ts';
import { takeInFile } from './take-in-file.server.ts';
import { contentOf } from './uploads.server.ts';

/** How long one job works at a file, in milliseconds: then the queue gets its turn, and the next job goes on. */
const aTurn = 8_000;

/** Why a file is not taken in any further. */
export type StopReason = 'doesNotOpen' | 'notReadable' | 'contentGone';

/**
 * Takes a confirmed file in, from where it stands, for a turn; what is left is queued. May be run again after it was cut off anywhere.
 * @throws when the database refused or is away: the queue tries again
 */
export async function continueImport(world: World, importId: string): Promise<void> {
  const row = await world.db.fileImport.findUnique({
    where: { id: importId },
    select: {
      state: true,
      sha256: true,
      manner: true,
      taken: true,
      placeLine: true,
      placeByte: true,
      confirmedById: true,
    },
  });
  if (row?.state !== 'running') return;
  const { sha256, manner, taken } = row;
  const file = { importId, sha256, manner: mannerOf(manner), actor: await actorOf(world, row.confirmedById) };
  const until = performance.now() + aTurn;
  try {
    const content = await contentOf(world, importId);
    if (!content) return await stop(world, importId, file.actor, 'contentGone');
    const from = { line: row.placeLine, byte: Number(row.placeByte) };
    const { pieces, lead } = fromPlace(content.bytes, from);
    const isThrough = await takeInFile(world, file, slicesOf(...pieces), {
      from,
      lead,
      taken,
      isEnough: () => performance.now() > until,
    });
    if (!isThrough) await queueImport(world, importId);
  } catch (error) {
    const why = stopReasonOf(error);
    if (!why) throw error;
    await stop(world, importId, file.actor, why);
  }
}

function stopReasonOf(error: unknown): StopReason | null {
  if (error instanceof KeyRingError) return 'doesNotOpen';
  return error instanceof CsvRefused || error instanceof IdempotencyKeyReused ? 'notReadable' : null;
}

async function actorOf({ db }: World, userId: string | null): Promise<Actor> {
  const user =
    userId &&
    (await db.user.findUnique({
      where: { id: userId },
      select: { id: true, displayName: true, role: true },
    }));
  return user ? personOf(user) : plainview;
}

function queueImport({ db }: World, importId: string): Promise<void> {
  return inTransaction(db, (tx) =>
    enqueue(tx, 'take-in-file', { importId }, `import:${importId}`, { priority: 5 }),
  );
}

async function stop(world: World, importId: string, actor: Actor, stopReason: StopReason): Promise<void> {
  await inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const { count } = await tx.fileImport.updateMany({
      where: { id: importId, state: 'running' },
      // The same file, sent again, goes on with its batch.
      data: { state: 'stopped', stopReason, endedAt: now, batchKey: null },
    });
    if (count === 0) return;
    await appendEvent(tx, {
      type: 'import.stopped',
      actor,
      at: now,
      subject: { kind: 'fileImport', id: importId },
      after: { why: stopReason },
      visibleToPatient: false,
    });
  });
}

/**
 * Queues confirmed files anew that nobody works at: a job whose process was killed stays locked for hours. Two jobs at one file do no harm:
 * each line is taken in once, and counted once.
 * @param quietFor milliseconds without progress
 */
export async function resumeImports(world: World, quietFor: number): Promise<void> {
  const rows = await world.db.fileImport.findMany({
    where: {
      state: 'running',
      // What the command line takes in has no content here, and goes on where it was begun.
      confirmedById: { not: null },
      progressedAt: { lte: new Date(world.clock().getTime() - quietFor) },
    },
    select: { id: true },
  });
  for (const { id } of rows) await queueImport(world, id);
}
