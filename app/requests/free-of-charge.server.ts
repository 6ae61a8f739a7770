import type { Db, Tx } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { groundsOfFee, isFreeAccounting, type FeeGround } from './fees.ts';
import { dateText } from './kept-clock.server.ts';
import type { RequestKind } from './kinds/registry.ts';
import type { RequestResolution } from './moves.ts';

/** The grounds on which a request under the GDPR may cost something now. */
export async function feeGroundsOf(
  db: Db | Tx,
  { kind, patientId }: { kind: RequestKind; patientId: string },
  requestId: string,
): Promise<readonly FeeGround[]> {
  const asked = await db.privacyRequest.findUnique({
    where: { id: requestId },
    select: { followsId: true },
  });
  // What was left out of a copy is no further one.
  if (asked?.followsId) return groundsOfFee(kind, false);
  const given = await db.privacyRequest.findFirst({
    where: {
      patientId: { in: await recordGroup(db, patientId) },
      kind: 'access',
      id: { not: requestId },
      resolution: { in: ['granted', 'grantedInPart'] },
    },
    select: { id: true },
  });
  return groundsOfFee(kind, given !== null);
}

/**
 * Whether a list is the first in 12 months, or looks at such a one again. One that was never given has not used up the free one: taken
 * back, the same as another, or refused to somebody who did not show who they are.
 */
export async function isFree(
  tx: Db | Tx,
  {
    patientId,
    receivedOn,
    receivedAt,
    follows,
  }: {
    patientId: string;
    receivedOn: Date;
    receivedAt: Date;
    follows: { resolution: RequestResolution | null } | null;
  },
  requestId: string,
): Promise<boolean> {
  if (follows && follows.resolution !== 'denied') return true;
  const earlier = await tx.privacyRequest.findMany({
    where: {
      patientId: { in: await recordGroup(tx, patientId) },
      kind: 'accounting',
      id: { not: requestId },
      AND: [
        // What came on paper on one day has one instant: of two of those one is the first.
        { OR: [{ receivedAt: { lt: receivedAt } }, { receivedAt, id: { lt: requestId } }] },
        // One that looks at an answered one again is no new accounting; what was refused was none.
        { OR: [{ followsId: null }, { follows: { resolution: 'denied' } }] },
        { OR: [{ resolution: null }, { resolution: { notIn: ['withdrawn', 'duplicate', 'denied'] } }] },
      ],
    },
    orderBy: [{ receivedAt: 'asc' }, { id: 'asc' }],
    select: { receivedOn: true },
  });
  return isFreeAccounting(
    earlier.map((one) => dateText(one.receivedOn)),
    dateText(receivedOn),
  );
}

/** Whether a list that was asked for under HIPAA is free by law, as its page says it. @param requestId an accounting */
export async function isFreeList(db: Db, requestId: string): Promise<boolean> {
  const row = await db.privacyRequest.findUniqueOrThrow({
    where: { id: requestId },
    select: {
      patientId: true,
      receivedOn: true,
      receivedAt: true,
      follows: { select: { resolution: true } },
    },
  });
  return isFree(db, row, requestId);
}
