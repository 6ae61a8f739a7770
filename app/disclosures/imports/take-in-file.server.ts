import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { FileManner } from '../ingest/csv/columns.ts';
import { itemsOfCsv, type CsvPart } from '../ingest/csv/read-file.ts';
import type { IngestResult, IngestState } from '../ingest/delivery.ts';
import { itemsATransaction, readWhileWaiting, takeInPart } from '../ingest/intake.server.ts';
import { oneAhead, theBeginning, type FilePlace } from './file-parts.ts';

export interface FileToTake {
  importId: string;
  sha256: string;
  manner: FileManner;
  actor: Actor;
}

/** What became of the lines of one part. */
export interface TakenPart {
  /** Lines of the file up to the end of this part. */
  lines: number;
  results: readonly IngestResult[];
}

/** The key of a file's batch: read in the same manner it is taken in once, whoever sends it. */
export function batchKeyOf({ sha256, manner }: Pick<FileToTake, 'sha256' | 'manner'>): string {
  const { source, uses } = manner;
  if (source === null && uses === null) return `import:${sha256}`;
  const columns = uses && uses.map(({ column, field }) => [column, field]);
  return `import:${sha256}:${sha256Hex(JSON.stringify([source, columns])).slice(0, 32)}`;
}

/**
 * Takes in a file, some lines a transaction, holding no more than those and the next ones, and notes after each part how far it is. What
 * was taken in before is answered as it was: a run that was cut off goes on where it stopped.
 * @param chunks the file, or its first line and what follows a place @param from that place @param lead bytes that are left out between the two
 * @param taken lines before it are passed over
 * @param isEnough asked after each part: true leaves the rest for the next run
 * @returns whether the file is through @throws CsvRefused when its first line cannot be used
 */
export async function takeInFile(
  world: World,
  file: FileToTake,
  chunks: AsyncIterable<Uint8Array>,
  {
    from = theBeginning,
    lead = 0,
    taken = 0,
    onPart,
    isEnough = () => false,
  }: {
    from?: FilePlace;
    lead?: number;
    taken?: number;
    onPart?: (part: TakenPart) => void;
    isEnough?: () => boolean;
  } = {},
): Promise<boolean> {
  const carrier = {
    channel: 'file' as const,
    actor: file.actor,
    idempotencyKey: batchKeyOf(file),
    bodySha256: file.sha256,
    ...(isPlain(file.manner) ? {} : { columns: file.manner }),
  };
  let lines = from.line;
  let ahead = from.line;
  let batchId: string | undefined;
  // While PostgreSQL takes a part, the next one is read.
  const readNext = async ({ items }: CsvPart) => {
    ahead += items.length;
    if (ahead > taken) await readWhileWaiting(world, items, world.clock());
  };
  for await (const { items, end } of oneAhead(itemsOfCsv(chunks, itemsATransaction, file.manner), readNext)) {
    const first = lines;
    lines += items.length;
    if (lines <= taken) continue;
    // A long file takes its time: what a part brings is told of as of that part.
    const part = { ...(batchId ? { batchId } : {}), from: first, items };
    const answer = await takeInPart(world, { ...carrier, now: world.clock() }, part);
    batchId = answer.batchId;
    const place = end === null ? null : { line: lines, byte: lead + end };
    await noteProgress(world, file.importId, { batchId, first, results: answer.results, place });
    onPart?.({ lines, results: answer.results });
    if (isEnough()) return false;
  }
  await endWell(world, file, lines);
  return true;
}

const isPlain = ({ source, uses }: FileManner) => source === null && uses === null;

/** Counts a part once, whichever of two runs was first with it: only the part that begins where the count ends is added. */
async function noteProgress(
  world: World,
  importId: string,
  {
    batchId,
    first,
    results,
    place,
  }: { batchId: string; first: number; results: readonly IngestResult[]; place: FilePlace | null },
): Promise<void> {
  const count = (state: IngestState) => ({
    increment: results.filter((result) => result.state === state).length,
  });
  await world.db.fileImport.updateMany({
    where: { id: importId, taken: first, state: 'running' },
    data: {
      batchId,
      progressedAt: world.clock(),
      ...(place ? { placeLine: place.line, placeByte: place.byte } : {}),
      taken: { increment: results.length },
      accepted: count('accepted'),
      duplicate: count('duplicate'),
      ignored: count('ignored'),
      unmapped: count('unmapped'),
      quarantined: count('quarantined'),
      rejected: count('rejected'),
    },
  });
}

/** How many lines were taken in, and what became of them. */
export const counted = {
  taken: true,
  accepted: true,
  duplicate: true,
  ignored: true,
  unmapped: true,
  quarantined: true,
  rejected: true,
} as const satisfies Prisma.FileImportSelect;

async function endWell(world: World, { importId, actor, sha256 }: FileToTake, lines: number): Promise<void> {
  await inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const { count } = await tx.fileImport.updateMany({
      where: { id: importId, state: 'running', taken: lines },
      data: { state: 'done', rowCount: lines, endedAt: now },
    });
    if (count === 0) return;
    const counts = await tx.fileImport.findUniqueOrThrow({ where: { id: importId }, select: counted });
    await appendEvent(tx, {
      type: 'import.ended',
      actor,
      at: now,
      subject: { kind: 'fileImport', id: importId },
      after: { sha256, ...counts },
      visibleToPatient: false,
    });
  });
}
