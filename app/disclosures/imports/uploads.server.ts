import { plainview, type Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { daysBefore, keptForDays } from '#app/facility/retention.ts';
import { lookAtFile, type UploadRefusal } from './look-at-file.server.ts';

export interface SentFile {
  fileName: string;
  bytes: Uint8Array;
}

export type UploadAnswer =
  /** `isNew` false: the same file waits already. */
  { ok: true; importId: string; isNew: boolean } | { ok: false; refusal: UploadRefusal };

/** Keeps a file that staff sent, sealed, until somebody says what its columns are and takes it in. Nothing of it is in the record yet. */
export async function keepUpload(
  world: World,
  { actor, source, file }: { actor: Person; source: string; file: SentFile },
): Promise<UploadAnswer> {
  const looked = await lookAtFile(file.bytes);
  if (!looked.ok) return looked;
  const now = world.clock();
  const sha256 = sha256Hex(file.bytes);
  const id = newRowId(now);
  return inTransaction(world.db, async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`upload:${sha256}`}, 0))`;
    const waiting = await tx.fileImport.findFirst({
      where: { sha256, auditSourceId: source, state: 'waiting' },
      select: { id: true },
    });
    if (waiting) return { ok: true, importId: waiting.id, isNew: false };
    await tx.fileImport.create({
      data: {
        id,
        state: 'waiting',
        auditSourceId: source,
        fileName: file.fileName,
        byteCount: file.bytes.length,
        sha256,
        bytesSealed: seal(world.keys, file.bytes, boundTo('file_import', id)),
        rowCount: looked.rowCount,
        uploadedById: actor.id,
        uploadedAt: now,
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'import.uploaded',
      actor,
      at: now,
      subject: { kind: 'fileImport', id },
      after: { sha256, source, byteCount: file.bytes.length, rows: looked.rowCount },
      visibleToPatient: false,
    });
    return { ok: true, importId: id, isNew: true };
  });
}

/** The content of a file that is still kept; null where it is not. @throws when it is not what was sent */
export async function contentOf(
  world: World,
  importId: string,
): Promise<{ bytes: Uint8Array; sha256: string } | null> {
  const row = await world.db.fileImport.findUnique({
    where: { id: importId },
    select: { bytesSealed: true, sha256: true },
  });
  if (!row?.bytesSealed) return null;
  const bytes = open(world.keys, row.bytesSealed, boundTo('file_import', importId));
  if (sha256Hex(bytes) !== row.sha256) throw new Error('a file is not what it was when it was sent');
  return { bytes, sha256: row.sha256 };
}

/** Throws a file away that waits. @returns false when it does not wait any more */
export async function throwAway(
  world: World,
  { importId, actor, reason }: { importId: string; actor: Person; reason?: 'takenInBefore' },
): Promise<boolean> {
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    const { count } = await tx.fileImport.updateMany({
      where: { id: importId, state: 'waiting' },
      data: { state: 'thrownAway', bytesSealed: null, endedAt: now, stopReason: reason ?? null },
    });
    if (count === 0) return false;
    await appendEvent(tx, {
      type: 'import.thrownAway',
      actor,
      at: now,
      subject: { kind: 'fileImport', id: importId },
      visibleToPatient: false,
    });
    return true;
  });
}

/**
 * Removes the content of files: of those that nobody took in, and of those that were taken in some time ago. The rows stay, and so does the
 * evidence of each line.
 */
export async function sweepImports(world: World): Promise<void> {
  const { db } = world;
  const now = world.clock();
  const rows = await db.fileImport.findMany({
    where: {
      bytesSealed: { not: null },
      OR: [
        { state: 'waiting', uploadedAt: { lte: daysBefore(now, keptForDays.waitingFiles) } },
        { state: { in: ['done', 'stopped'] }, endedAt: { lte: daysBefore(now, keptForDays.importedFiles) } },
      ],
    },
    orderBy: { id: 'asc' },
    take: 1_000,
    select: { id: true, state: true },
  });
  for (const { id, state } of rows)
    await inTransaction(db, async (tx) => {
      const { count } = await tx.fileImport.updateMany({
        where: { id, state, bytesSealed: { not: null } },
        data: { bytesSealed: null, ...(state === 'waiting' ? { state: 'lapsed', endedAt: now } : {}) },
      });
      if (count === 0) return;
      await appendEvent(tx, {
        type: state === 'waiting' ? 'import.lapsed' : 'import.contentRemoved',
        actor: plainview,
        at: now,
        subject: { kind: 'fileImport', id },
        visibleToPatient: false,
      });
    });
}
