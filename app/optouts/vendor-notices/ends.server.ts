import type { Tx } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { answerFor } from '../answering.ts';
import { optOutRecordsOf } from '../optouts.server.ts';
import { codeOf } from '../purposes.ts';
import { askThatCounts } from '../rules.ts';
import { exportRulesOverTime } from '../rules.server.ts';

/** A "no" that counts no more, and the companies that were told of it and not of its end. */
export interface UntoldEnd {
  id: string;
  /** The request that the "no" came with. */
  requestId: string;
  vendors: { vendorId: string; ground: 'hasImages' | 'mayGetImages' | 'named' }[];
}

/**
 * What companies are to be told of ends of one person's "no"s. Left out is each company for which the decision still denies a purpose of
 * the "no" that ended, because of another "no" or for want of a "yes": it would take the end for leave. It is told once nothing denies any
 * more. Of a "no" that another one replaced for it, it is told by that one alone, if it was.
 */
export async function untoldEnds(
  tx: Tx,
  { patientId, now }: { patientId: string; now: Date },
): Promise<UntoldEnd[]> {
  const group = await recordGroup(tx, patientId);
  const noes = await tx.optOut.findMany({
    where: { patientId: { in: group }, act: 'denied' },
    orderBy: { sequence: 'asc' },
    select: {
      id: true,
      patientId: true,
      requestId: true,
      purposes: true,
      asks: { select: { patientId: true, askedAt: true, endsAt: true } },
      supersededBy: {
        where: { patientId: { in: group } },
        select: { id: true, act: true, vendorReach: true, vendorIds: true },
      },
    },
  });
  const over = noes.filter(({ supersededBy, asks }) => {
    const asked = askThatCounts(asks, group);
    return supersededBy.length > 0 || (asked !== null && asked.endsAt <= now);
  });
  if (over.length === 0) return [];
  const notices = await tx.vendorNotice.findMany({
    where: { optOutId: { in: over.map(({ id }) => id) }, kind: { in: ['stop', 'ended'] } },
    orderBy: [{ owedAt: 'asc' }, { id: 'asc' }],
    select: {
      kind: true,
      optOutId: true,
      vendorId: true,
      ground: true,
      _count: { select: { deliveries: true } },
    },
  });
  const [records, rules] = await Promise.all([optOutRecordsOf(tx, group), exportRulesOverTime(tx)]);
  const isOver = new Set(over.map(({ id }) => id));
  const key = (optOutId: string | null, vendorId: string) => `${optOutId} ${vendorId}`;
  const heard = new Set(
    notices
      .filter(({ kind, _count }) => kind === 'stop' && _count.deliveries > 0)
      .map(({ optOutId, vendorId }) => key(optOutId, vendorId)),
  );
  return over.flatMap(({ id, requestId, purposes, supersededBy, ...no }): UntoldEnd[] => {
    const isReplacedFor = (vendorId: string) =>
      supersededBy.some(
        (next) =>
          next.act === 'denied' &&
          (next.vendorReach === 'all' || next.vendorIds.includes(vendorId)) &&
          (!isOver.has(next.id) || heard.has(key(next.id, vendorId))),
      );
    const isDenied = (vendorId: string) =>
      purposes.some((purpose) => {
        const question = { purpose: codeOf[purpose], vendorId, identifiable: true, studyUid: null };
        const asking = { ...question, at: null, now, rules, isHeld: false };
        return answerFor(records.get(no.patientId) ?? [], asking).decision === 'deny';
      });
    const told = new Map<string, UntoldEnd['vendors'][number]>();
    for (const { kind, optOutId, vendorId, ground, _count } of notices) {
      if (optOutId !== id) continue;
      if (kind === 'ended') told.delete(vendorId);
      else if (_count.deliveries > 0) told.set(vendorId, { vendorId, ground });
    }
    const vendors = [...told.values()].filter(
      ({ vendorId }) => !isReplacedFor(vendorId) && !isDenied(vendorId),
    );
    return vendors.length > 0 ? [{ id, requestId, vendors }] : [];
  });
}
