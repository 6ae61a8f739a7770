import type { Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { followSequence, noSource, pastRunOf } from './sequence.ts';

export interface SequenceStep {
  /** Who counts. */
  stream: string;
  sequenceId: number;
  /** Of the message: one that came before and is behind the last number is sent again. */
  sha256(): string;
  /** Null where the message does not name its source. */
  auditSourceId: string | null;
  at: Date;
}

/**
 * Follows the numbers of messages, in the transaction that keeps the messages and once for each, and notes what is missing between them.
 * @param came SHA-256 of every message that came with these, numbered or not
 */
export async function noteSequences(
  tx: Tx,
  steps: readonly SequenceStep[],
  came: () => readonly string[],
): Promise<void> {
  // In one order, or two transactions could wait for each other.
  for (const stream of [...new Set(steps.map((step) => step.stream))].sort())
    await follow(
      tx,
      stream,
      steps.filter((step) => step.stream === stream),
      came,
    );
}

async function follow(
  tx: Tx,
  stream: string,
  steps: readonly SequenceStep[],
  came: () => readonly string[],
): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`sequence:${stream}`}, 0))`;
  const known = await tx.sourceSequence.findUnique({
    where: { stream },
    select: { lastId: true, lastAt: true, auditSourceId: true },
  });
  const isInOrder = steps.every(
    ({ sequenceId }, at) => sequenceId === (steps[at - 1]?.sequenceId ?? known?.lastId ?? sequenceId - 1) + 1,
  );
  const sentAgain = isInOrder ? new Set<SequenceStep>() : await sentAgainAmong(tx, steps, came());
  const open = isInOrder ? [] : await openGaps(tx, stream);
  const { lastId, beganAnew, filled, missing } = followSequence(
    known?.lastId ?? null,
    steps.map((step) => ({ id: step.sequenceId, isAgain: sentAgain.has(step) })),
    open,
  );
  const named = steps.find(({ auditSourceId }) => auditSourceId !== null)?.auditSourceId ?? null;
  const auditSourceId = named ?? known?.auditSourceId ?? null;
  const last = steps.at(-1);
  if (lastId === null || !last) return;
  const kept = { lastId, lastAt: last.at, auditSourceId };
  await tx.sourceSequence.upsert({
    where: { stream },
    create: { stream, ...kept },
    update: kept,
    select: { stream: true },
  });
  for (const [{ id }, left] of filled)
    await tx.sourceGap.update({ where: { id }, data: { missing: left }, select: { id: true } });
  // The gaps of a run that is over are no longer the sender's that counts: no number of the next run is one of theirs.
  const past = pastRunOf(stream, newRowId(last.at));
  if (beganAnew) await tx.sourceGap.updateMany({ where: { stream }, data: { stream: past } });
  await tx.sourceGap.createMany({
    data: missing.map(({ first, last: lastMissing, missing: left, before, isPast }) => ({
      auditSourceId: auditSourceId ?? noSource,
      kind: 'sequence',
      fromAt: steps[before - 1]?.at ?? known?.lastAt ?? last.at,
      toAt: steps[before]!.at,
      stream: isPast ? past : stream,
      firstMissing: first,
      lastMissing,
      missing: left,
    })),
    skipDuplicates: true,
  });
}

/** What may still be filled, the newest first. */
async function openGaps(tx: Tx, stream: string) {
  const gaps = await tx.sourceGap.findMany({
    where: { stream, kind: 'sequence', missing: { gt: 0 } },
    orderBy: { id: 'desc' },
    select: { id: true, firstMissing: true, lastMissing: true, missing: true },
  });
  return gaps.map(({ id, firstMissing, lastMissing, missing }) => ({
    id,
    first: firstMissing,
    last: lastMissing,
    missing,
  }));
}

/** Messages that were there before these came, and those that are twice among them. */
async function sentAgainAmong(
  tx: Tx,
  steps: readonly SequenceStep[],
  came: readonly string[],
): Promise<Set<SequenceStep>> {
  const hashes = steps.map((step) => step.sha256());
  const kept = await tx.auditRecord.groupBy({
    by: ['sha256'],
    where: { sha256: { in: hashes } },
    _count: true,
  });
  const there = new Map(kept.map(({ sha256, _count }) => [sha256, _count]));
  const isOld = (sha256: string) => (there.get(sha256) ?? 0) > came.filter((hash) => hash === sha256).length;
  return new Set(steps.filter((_, at) => isOld(hashes[at]!) || hashes.indexOf(hashes[at]!) < at));
}
