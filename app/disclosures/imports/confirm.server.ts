import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, isUniqueViolation } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import {
  whyNotReadable,
  type ColumnsRefusal,
  type ColumnUse,
  type FileManner,
} from '../ingest/csv/columns.ts';
import { keepMapping } from './column-mappings.server.ts';
import { batchKeyOf } from './take-in-file.server.ts';
import { throwAway } from './uploads.server.ts';

export type ConfirmAnswer =
  | { ok: true }
  /** This file was taken in before, read in the same manner: it is answered as it was. */
  | { ok: false; refusal: 'takenInBefore'; importId: string }
  | { ok: false; refusal: ColumnsRefusal | 'notWaiting' };

/**
 * Says that a file is taken in, and how its columns are read. In one transaction: the state, what is kept for the source, the event, and the
 * work. @param uses null: the columns have our names
 */
export async function confirmImport(
  world: World,
  { importId, actor, uses }: { importId: string; actor: Person; uses: ColumnUse[] | null },
): Promise<ConfirmAnswer> {
  const why = uses && whyNotReadable(uses.map(({ field }) => field));
  if (why) return { ok: false, refusal: why };
  const row = await world.db.fileImport.findUnique({
    where: { id: importId },
    select: { state: true, sha256: true, auditSourceId: true },
  });
  if (row?.state !== 'waiting' || row.auditSourceId === null) return { ok: false, refusal: 'notWaiting' };
  const { sha256, auditSourceId } = row;
  const manner: FileManner = { source: auditSourceId, uses };
  const batchKey = batchKeyOf({ sha256, manner });
  try {
    return await inTransaction(world.db, async (tx) => {
      const now = world.clock();
      const { count } = await tx.fileImport.updateMany({
        where: { id: importId, state: 'waiting' },
        data: {
          state: 'running',
          manner,
          batchKey,
          confirmedById: actor.id,
          confirmedAt: now,
          progressedAt: now,
        },
      });
      if (count === 0) return { ok: false, refusal: 'notWaiting' };
      if (uses) await keepMapping(tx, { auditSourceId, uses, actor, now });
      await appendEvent(tx, {
        type: 'import.confirmed',
        actor,
        at: now,
        subject: { kind: 'fileImport', id: importId },
        after: { sha256, source: auditSourceId, fields: uses && uses.flatMap(({ field }) => field ?? []) },
        visibleToPatient: false,
      });
      await enqueue(tx, 'take-in-file', { importId }, `import:${importId}`, { priority: 5 });
      return { ok: true };
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const before = await world.db.fileImport.findUnique({ where: { batchKey }, select: { id: true } });
    if (!before) throw error;
    await throwAway(world, { importId, actor, reason: 'takenInBefore' });
    return { ok: false, refusal: 'takenInBefore', importId: before.id };
  }
}
