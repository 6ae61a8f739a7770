import type { Tx } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { askThatCounts } from '../rules.ts';
import { gateOf } from './deciding.server.ts';

/** A "no" that counts no more, and the companies that were told of it and not of its end. */
export interface UntoldEnd {
  id: string;
  /** The request that the "no" came with. */
  requestId: string;
  vendors: { vendorId: string; ground: 'hasImages' | 'mayGetImages' | 'named' }[];
  /** Of a "yes" that ended: the companies that another one permits again. What was still asked of them because of it is asked no more. */
  permittedAgain: string[];
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
    where: { patientId: { in: group }, act: { in: ['denied', 'permitted'] } },
    orderBy: { sequence: 'asc' },
    select: {
      id: true,
      patientId: true,
      act: true,
      requestId: true,
      purposes: true,
      asks: { select: { patientId: true, askedAt: true, endsAt: true } },
      supersededBy: {
        where: { patientId: { in: group } },
        select: { id: true, act: true, vendorReach: true, vendorIds: true },
      },
    },
  });
  const over = noes.filter(({ act, supersededBy, asks }) => {
    const asked = askThatCounts(asks, group);
    // Of the end of a "yes" companies are told like of a "no", and of what permits again like of its end.
    return act === 'permitted' || supersededBy.length > 0 || (asked !== null && asked.endsAt <= now);
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
      deliveries: {
        select: { sentAt: true, deadAt: true, tries: true, failure: true, letterId: true },
      },
    },
  });
  const reached = await whichReached(tx, notices);
  const gate = await gateOf(tx, group, now);
  const isOver = new Set(over.map(({ id }) => id));
  const key = (optOutId: string | null, vendorId: string) => `${optOutId} ${vendorId}`;
  const heard = new Set(
    notices
      .filter((notice) => notice.kind === 'stop' && reached(notice))
      .map(({ optOutId, vendorId }) => key(optOutId, vendorId)),
  );
  return over.flatMap(({ id, act, requestId, patientId, purposes, supersededBy }): UntoldEnd[] => {
    const isReplacedFor = (vendorId: string) =>
      supersededBy.some(
        (next) =>
          next.act === 'denied' &&
          (next.vendorReach === 'all' || next.vendorIds.includes(vendorId)) &&
          (!isOver.has(next.id) || heard.has(key(next.id, vendorId))),
      );
    const isDenied = (vendorId: string) =>
      purposes.some((purpose) => {
        const asked = { patientId, purpose, vendorId, identifiable: true, studyUid: null };
        return gate(asked).decision === 'deny';
      });
    const told = new Map<string, UntoldEnd['vendors'][number]>();
    for (const notice of notices) {
      const { kind, optOutId, vendorId, ground } = notice;
      if (optOutId !== id) continue;
      if (kind === 'ended') told.delete(vendorId);
      else if (reached(notice)) told.set(vendorId, { vendorId, ground });
    }
    const vendors = [...told.values()].filter(
      ({ vendorId }) => !isReplacedFor(vendorId) && !isDenied(vendorId),
    );
    const asked = act === 'permitted' ? notices.filter(({ optOutId }) => optOutId === id) : [];
    const permittedAgain = asked.map(({ vendorId }) => vendorId).filter((vendorId) => !isDenied(vendorId));
    return vendors.length + permittedAgain.length > 0 ? [{ id, requestId, vendors, permittedAgain }] : [];
  });
}

interface Delivered {
  deliveries: {
    sentAt: Date | null;
    deadAt: Date | null;
    tries: number;
    failure: string | null;
    letterId: string | null;
  }[];
}

/** After these a message may have arrived all the same. */
const unsure: readonly (string | null)[] = [null, 'noAnswer', 'brokenOff'];

/**
 * Whether a notice was handed over, or may have been: a try that nothing came of yet, or that broke off. What waits, was refused, or was given up
 * told the company nothing, and once the notice is closed it never will.
 */
async function whichReached(tx: Tx, notices: readonly Delivered[]): Promise<(notice: Delivered) => boolean> {
  const waiting = notices.flatMap(({ deliveries }) =>
    deliveries.flatMap(({ sentAt, deadAt, letterId }) => (sentAt || deadAt || !letterId ? [] : [letterId])),
  );
  const letters = await tx.notice.findMany({
    where: { id: { in: waiting }, tries: { gt: 0 } },
    select: { id: true, failure: true },
  });
  const maybe = new Set(letters.flatMap(({ id, failure }) => (unsure.includes(failure) ? [id] : [])));
  return ({ deliveries }) =>
    deliveries.some(
      ({ sentAt, deadAt, tries, failure, letterId }) =>
        sentAt !== null ||
        (deadAt === null &&
          (letterId === null ? tries > 0 && unsure.includes(failure) : maybe.has(letterId))),
    );
}
