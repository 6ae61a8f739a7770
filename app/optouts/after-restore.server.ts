import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { forgetCodes } from '#app/notices/owe.server.ts';
import { endAllAccess } from '#app/people/after-restore.server.ts';

export interface Restored {
  /** Names the back-up. */
  backupId: string;
  /** What was committed by then was in it. */
  takenAt: Date;
  /** Of its audit chain. */
  events: bigint;
}

/**
 * What a database that came out of a back-up must not take up again ends here: whoever was signed in then, keys of programs, printed codes, and codes on their way. From
 * now on checks are held until somebody confirms.
 */
export async function beginAfterRestore(world: World, restored: Restored, actor: Actor): Promise<void> {
  const now = world.clock();
  const { backupId, takenAt, events } = restored;
  await inTransaction(world.db, async (tx) => {
    const ended = await endAllAccess(tx, now);
    await forgetCodes(tx);
    await tx.restoredBackup.create({
      data: { backupId, takenAt, restoredAt: now },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'backup.restored',
      actor,
      at: now,
      subject: { kind: 'backup', id: backupId },
      after: {
        takenAt: takenAt.toISOString(),
        events: events.toString(),
        sessionsEnded: ended.sessions,
        keysEnded: ended.keys,
        codesEnded: ended.codeSets,
      },
      visibleToPatient: false,
    });
  });
}

/** From when on choices may be missing, and when they were found to be; null where nothing waits for a word. */
export async function unconfirmedRestore(db: Db | Tx): Promise<{ takenAt: Date; restoredAt: Date } | null> {
  const { _min, _max } = await db.restoredBackup.aggregate({
    where: { confirmedAt: null },
    _min: { takenAt: true },
    _max: { restoredAt: true },
  });
  return _min.takenAt && _max.restoredAt ? { takenAt: _min.takenAt, restoredAt: _max.restoredAt } : null;
}

/**
 * Somebody answers for it that what patients said between the back-up and its restore was looked for and entered again: checks permit
 * again. @param by who, as they name themselves. @returns null when nothing waited for it
 */
export async function confirmRestore(
  world: World,
  { actor, by }: { actor: Actor; by: string },
): Promise<{ takenAt: Date; restoredAt: Date } | null> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const waiting = await unconfirmedRestore(tx);
    const { count } = await tx.restoredBackup.updateMany({
      where: { confirmedAt: null },
      data: { confirmedAt: now },
    });
    if (count === 0 || !waiting) return null;
    await appendEvent(tx, {
      type: 'restore.confirmed',
      actor,
      at: now,
      subject: { kind: 'backup', id: 'all' },
      after: { by, from: waiting.takenAt.toISOString(), to: waiting.restoredAt.toISOString() },
      visibleToPatient: false,
    });
    return waiting;
  });
}
