import type { Tx } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import type { OptOutPurpose } from '../purposes.ts';
import { askThatCounts } from '../rules.ts';
import { gateOf } from './deciding.server.ts';
import { kindsOfEnds } from './states.ts';

interface OwedEnd {
  vendorId: string;
  ground: 'hasImages' | 'mayGetImages' | 'named';
}

/** A "no" that counts no more, and the companies that were told of it and not of its end. */
export interface UntoldEnd {
  id: string;
  /** The request that the "no" came with. */
  requestId: string;
  vendors: OwedEnd[];
  /** Those for which something else still denies a part of what it was about, and not all of it any more. */
  narrowed: (OwedEnd & { endedPurposes: OptOutPurpose[]; stillPurposes: OptOutPurpose[] })[];
  /** Of a "yes" that ended: the companies that another one permits again. What was still asked of them because of it is asked no more. */
  permittedAgain: string[];
}

/**
 * What companies are to be told of ends of one person's "no"s. A company for which the decision still denies a purpose of the "no" that
 * ended, because of another "no" or for want of a "yes", would take the end for leave: it is told what is asked no more and what still is,
 * and of the end once nothing denies any more. Of the end of a "no" that another one replaced for it, it is told by that one alone, if it was.
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
    where: { optOutId: { in: over.map(({ id }) => id) }, kind: { in: ['stop', ...kindsOfEnds] } },
    orderBy: [{ owedAt: 'asc' }, { id: 'asc' }],
    select: {
      kind: true,
      endedPurposes: true,
      events: { where: { type: 'closed', byId: null }, select: { id: true } },
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
    const deniedTo = (vendorId: string) =>
      purposes.filter((purpose) => {
        const asked = { patientId, purpose, vendorId, identifiable: true, studyUid: null };
        return gate(asked).decision === 'deny';
      });
    const told = new Map<string, OwedEnd & { knowsEnded: Set<OptOutPurpose> }>();
    for (const notice of notices) {
      const { kind, optOutId, vendorId, ground, endedPurposes } = notice;
      if (optOutId !== id || (isOvertaken(notice) && !reached(notice))) continue;
      if (kind === 'ended') told.delete(vendorId);
      else if (kind === 'narrowed') for (const one of endedPurposes) told.get(vendorId)?.knowsEnded.add(one);
      else if (reached(notice)) told.set(vendorId, { vendorId, ground, knowsEnded: new Set() });
    }
    const vendors: OwedEnd[] = [];
    const narrowed: UntoldEnd['narrowed'] = [];
    for (const { knowsEnded, ...owed } of told.values()) {
      const stillPurposes = deniedTo(owed.vendorId);
      const endedPurposes = purposes.filter((one) => !stillPurposes.includes(one));
      if (stillPurposes.length === 0) {
        if (!isReplacedFor(owed.vendorId)) vendors.push(owed);
      }
      // What a company was told of a "yes" is read from the decision, so nothing says what of it has ended.
      else if (act === 'denied' && endedPurposes.some((one) => !knowsEnded.has(one)))
        narrowed.push({ ...owed, endedPurposes, stillPurposes });
    }
    const asked = act === 'permitted' ? notices.filter(({ optOutId }) => optOutId === id) : [];
    const permittedAgain = asked
      .map(({ vendorId }) => vendorId)
      .filter((vendorId) => deniedTo(vendorId).length === 0);
    const isOwed = vendors.length + narrowed.length + permittedAgain.length > 0;
    return isOwed ? [{ id, requestId, vendors, narrowed, permittedAgain }] : [];
  });
}

/** What Plainview itself closed, because something newer was to be told, told nobody if it did not go out before. */
function isOvertaken({ events }: { events: readonly unknown[] }): boolean {
  return events.length > 0;
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
