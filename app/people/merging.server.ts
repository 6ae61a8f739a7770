import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { enqueue, inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { settleWhatWaited } from './patients.server.ts';
import { hasOpenAccount, lockRecords } from './record-account.server.ts';
import { recordGroup } from './records.server.ts';

export type MergeRefusal = 'notFound' | 'sameRecord' | 'mergedAlready' | 'bothHaveAccounts';
export type UnmergeRefusal = 'notFound' | 'unmergedAlready';

/**
 * Says that two records are one person: reading takes both from this commit on. Nothing moves: what was written stays with its record, so
 * that parting them again gives back what was. Refused when both have an open account: two accounts may be two people.
 */
export function mergeRecords(
  world: World,
  {
    actor,
    survivorId,
    mergedId,
    reason,
  }: { actor: Person; survivorId: string; mergedId: string; reason: string },
): Promise<{ ok: true } | { ok: false; refusal: MergeRefusal }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    if (survivorId === mergedId) return { ok: false, refusal: 'sameRecord' };
    await lockRecords(tx, [survivorId, mergedId]);
    const records = await tx.patient.findMany({
      where: { id: { in: [survivorId, mergedId] } },
      select: { mergedIntoId: true },
    });
    if (records.length < 2) return { ok: false, refusal: 'notFound' };
    // Only heads of groups are merged: with both rows held there can be no cycle.
    if (records.some(({ mergedIntoId }) => mergedIntoId !== null))
      return { ok: false, refusal: 'mergedAlready' };
    const taken = async (id: string) => hasOpenAccount(tx, await recordGroup(tx, id));
    if ((await taken(survivorId)) && (await taken(mergedId)))
      return { ok: false, refusal: 'bothHaveAccounts' };
    await tx.patient.update({
      where: { id: mergedId },
      data: { mergedIntoId: survivorId },
      select: { id: true },
    });
    const { id: mergeId } = await tx.patientMerge.create({
      data: { survivorId, mergedId, reason, mergedById: actor.id, mergedAt: now },
      select: { id: true },
    });
    await tellBoth(tx, { type: 'patient.merged', actor, now, survivorId, mergedId, reason });
    await enqueue(tx, 'owe-after-joining', { mergeId }, `joining:${mergeId}`);
    // What is said of one of them is said of all from now on: it contradicts no number of theirs any more.
    for (const patientId of await recordGroup(tx, survivorId)) await settleWhatWaited(tx, patientId, actor);
    return { ok: true };
  });
}

/**
 * Parts two records that were found to be two people after all. The merge stays in the history with both reasons.
 * @param alongside what else that undoes, in the same transaction, once they are parted
 */
export function unmergeRecords(
  world: World,
  { actor, mergeId, reason }: { actor: Person; mergeId: string; reason: string },
  alongside?: (tx: Tx, parted: { survivorId: string; mergedId: string }) => Promise<void>,
): Promise<{ ok: true; mergedId: string } | { ok: false; refusal: UnmergeRefusal }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const merge = await tx.patientMerge.findUnique({
      where: { id: mergeId },
      select: { survivorId: true, mergedId: true },
    });
    if (!merge) return { ok: false, refusal: 'notFound' };
    const { survivorId, mergedId } = merge;
    await lockRecords(tx, [survivorId, mergedId]);
    const { count } = await tx.patientMerge.updateMany({
      where: { id: mergeId, unmergedAt: null },
      data: { unmergedAt: now, unmergedById: actor.id, unmergeReason: reason },
    });
    if (count === 0) return { ok: false, refusal: 'unmergedAlready' };
    await tx.patient.updateMany({
      where: { id: mergedId, mergedIntoId: survivorId },
      data: { mergedIntoId: null },
    });
    await tellBoth(tx, { type: 'patient.unmerged', actor, now, survivorId, mergedId, reason });
    await alongside?.(tx, { survivorId, mergedId });
    await enqueue(tx, 'owe-after-joining', { mergeId }, `joining:${mergeId}`);
    return { ok: true, mergedId };
  });
}

interface Telling {
  type: 'patient.merged' | 'patient.unmerged';
  actor: Person;
  now: Date;
  survivorId: string;
  mergedId: string;
  reason: string;
}

/** Each record's history tells of it: parted again, both still do. */
async function tellBoth(tx: Tx, { type, actor, now, survivorId, mergedId, reason }: Telling): Promise<void> {
  for (const patientId of [survivorId, mergedId])
    await appendEvent(tx, {
      type,
      actor,
      at: now,
      subject: { kind: 'patient', id: patientId },
      patientId,
      after: { survivorId, mergedId },
      reason,
      visibleToPatient: true,
    });
}

/** Which records were merged with a group of records and parted from it, newest first. */
export function mergesOf(db: Db, group: readonly string[]) {
  return db.patientMerge.findMany({
    where: { OR: [{ survivorId: { in: [...group] } }, { mergedId: { in: [...group] } }] },
    orderBy: { mergedAt: 'desc' },
    take: 100,
    select: {
      id: true,
      reason: true,
      mergedAt: true,
      unmergedAt: true,
      unmergeReason: true,
      survivorId: true,
      mergedId: true,
      merged: { select: { givenName: true, familyName: true } },
      survivor: { select: { givenName: true, familyName: true } },
      mergedBy: { select: { displayName: true } },
      unmergedBy: { select: { displayName: true } },
    },
  });
}

/** One merge that still stands; null when there is none of this id in the group. */
export function standingMerge(db: Db, mergeId: string, group: readonly string[]) {
  return db.patientMerge.findFirst({
    where: {
      id: mergeId,
      unmergedAt: null,
      OR: [{ survivorId: { in: [...group] } }, { mergedId: { in: [...group] } }],
    },
    select: { id: true, reason: true, mergedAt: true, survivorId: true, mergedId: true },
  });
}
