import type { Tx } from '#app/db/client.server.ts';
import { followSequence } from './sequence.ts';

export interface SequenceStep {
  /** Who counts. */
  stream: string;
  sequenceId: number;
  /** Null where the message does not name its source. */
  auditSourceId: string | null;
  at: Date;
}

/**
 * Follows the numbers of messages, in the transaction that keeps the messages, and notes what is missing between them. Doing it again
 * with the same messages changes nothing.
 */
export async function noteSequences(tx: Tx, steps: readonly SequenceStep[]): Promise<void> {
  // In one order, or two transactions could wait for each other.
  for (const stream of [...new Set(steps.map((step) => step.stream))].sort())
    await follow(
      tx,
      stream,
      steps.filter((step) => step.stream === stream),
    );
}

async function follow(tx: Tx, stream: string, steps: readonly SequenceStep[]): Promise<void> {
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
  for (const id of late)
    await tx.sourceGap.updateMany({
      where: { stream, firstMissing: { lte: id }, lastMissing: { gte: id }, missing: { gt: 0 } },
      data: { missing: { decrement: 1 } },
    });
}
