import type { Tx } from '#app/db/client.server.ts';
import { followSequence } from './sequence.ts';

export interface SequenceStep {
  /** Who counts. */
  stream: string;
  sequenceId: number;
  /** Of the message: one that came before is sent again, and fills no gap a second time. */
  sha256(): string;
  /** Null where the message does not name its source. */
  auditSourceId: string | null;
  at: Date;
}

/**
 * Follows the numbers of messages, in the transaction that keeps the messages, and notes what is missing between them. Doing it again
 * with the same messages changes nothing. @param came SHA-256 of every message that came with these, numbered or not
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
  const { lastId, missing, late } = followSequence(
    known?.lastId ?? null,
    steps.map(({ sequenceId }) => sequenceId),
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
  if (auditSourceId === null) return;
  await tx.sourceGap.createMany({
    data: missing.map(({ first, last: lastMissing, before }) => ({
      auditSourceId,
      kind: 'sequence',
      fromAt: steps[before - 1]?.at ?? known?.lastAt ?? last.at,
      toAt: steps[before]!.at,
      stream,
      firstMissing: first,
      lastMissing,
      missing: lastMissing - first + 1,
    })),
    skipDuplicates: true,
  });
  for (const id of await newAmong(tx, { steps, late, came }))
    await tx.sourceGap.updateMany({
      where: { stream, firstMissing: { lte: id }, lastMissing: { gte: id }, missing: { gt: 0 } },
      data: { missing: { decrement: 1 } },
    });
}

/** The late numbers whose messages were not there before these came, each once. */
async function newAmong(
  tx: Tx,
  {
    steps,
    late,
    came,
  }: {
    steps: readonly SequenceStep[];
    late: readonly { id: number; place: number }[];
    came: () => readonly string[];
  },
): Promise<Set<number>> {
  if (late.length === 0) return new Set();
  const hashOf = ({ place }: { place: number }) => steps[place]!.sha256();
  const now = came();
  const kept = await tx.auditRecord.groupBy({
    by: ['sha256'],
    where: { sha256: { in: late.map(hashOf) } },
    _count: true,
  });
  const there = new Map(kept.map(({ sha256, _count }) => [sha256, _count]));
  const isNew = (one: { place: number }) => {
    const sha256 = hashOf(one);
    return (there.get(sha256) ?? 0) <= now.filter((hash) => hash === sha256).length;
  };
  return new Set(late.filter(isNew).map(({ id }) => id));
}
