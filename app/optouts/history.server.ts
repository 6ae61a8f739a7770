import type { Db } from '#app/db/client.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { later, listsThatLeftOut } from './blocked.server.ts';
import type { OptOutPurpose } from './purposes.ts';
import { askFrom, askThatCounts } from './rules.ts';

export interface OptOutInHistory {
  id: string;
  /** The record that it was filed for; another one where records were merged. */
  patientId: string;
  /** Who filed it: the patient, or somebody on their behalf. */
  recordedById: string;
  act: 'denied' | 'permitted';
  purposes: OptOutPurpose[];
  vendorIds: string[] | 'all';
  studyUids: string[] | 'all';
  coversDeidentified: boolean;
  effectiveFrom: Date;
  /** From when on it counts no more by itself: a "yes" by its end, a "no" once it was asked about; null while nothing ends it. */
  endsAt: Date | null;
  /** When a "no" may end, if it is asked about before; null where it has no end. */
  mayEndAt: Date | null;
  /** From when on the patient is to be asked whether it still stands; null where it has no end. */
  askFrom: Date | null;
  /** When the patient was asked. */
  askedAt: Date | null;
  /** The words that were agreed to. */
  wordingVersion: string;
  reference: string;
  requestId: string;
  /** When it was taken back or replaced, if it was. */
  withdrawnAt: Date | null;
  /** The request that put another choice in its place; null where it was taken back, or still counts. */
  replacedBy: { requestId: string; reference: string } | null;
  /**
   * Questions of programs that were answered no, and lists that left the patient out, because of it, and the last of them. No count of exports: one
   * that was refused may be asked about each hour.
   */
  blocked: number;
  lastBlockedAt: Date | null;
}

/** A question about the past ("was it allowed on 3 May?") stopped nothing. */
const stopped = { decision: 'deny', check: { asOfAt: null } } as const;

/** Whether a choice counts at an instant. */
export function stillCounts(
  { withdrawnAt, endsAt }: Pick<OptOutInHistory, 'withdrawnAt' | 'endsAt'>,
  now: Date,
): boolean {
  return withdrawnAt === null && (endsAt === null || endsAt > now);
}

/** What a patient decided, in all records that are theirs, newest first, and what it stopped. */
export async function optOutHistory(db: Db, patientId: string): Promise<OptOutInHistory[]> {
  const group = await recordGroup(db, patientId);
  const { askDaysBefore } = await settingNow(db, 'choices');
  const rows = await db.optOut.findMany({
    where: { patientId: { in: group }, act: { in: ['denied', 'permitted'] } },
    orderBy: { sequence: 'desc' },
    select: {
      id: true,
      patientId: true,
      act: true,
      purposes: true,
      vendorReach: true,
      vendorIds: true,
      studyReach: true,
      studyUids: true,
      coversDeidentified: true,
      effectiveFrom: true,
      expiresAt: true,
      recordedById: true,
      requestId: true,
      request: { select: { reference: true } },
      wordingVersion: true,
      mayEndAt: true,
      asks: { select: { patientId: true, askedAt: true, endsAt: true } },
      supersededBy: {
        where: { patientId: { in: group } },
        select: {
          act: true,
          effectiveFrom: true,
          requestId: true,
        },
        orderBy: { sequence: 'asc' },
      },
      _count: { select: { blocked: { where: stopped } } },
      blocked: {
        where: stopped,
        select: { check: { select: { checkedAt: true } } },
        orderBy: { check: { checkedAt: 'desc' } },
        take: 1,
      },
    },
  });
  const lists = await listsThatLeftOut(
    db,
    rows.map(({ id }) => id),
  );
  // A request of a record that was parted since is not the reader's; what it put in a choice's place, in this group, is among the rows.
  const referenceOf = new Map(rows.map(({ requestId, request }) => [requestId, request.reference]));
  return rows.map(({ supersededBy, ...row }) => {
    const [ended] = supersededBy;
    const asked = askThatCounts(row.asks, group);
    const next = supersededBy.find(({ act }) => act !== 'withdrawn');
    const reference = next && referenceOf.get(next.requestId);
    const end = row.mayEndAt ?? row.expiresAt;
    return {
      id: row.id,
      patientId: row.patientId,
      recordedById: row.recordedById,
      act: row.act === 'permitted' ? 'permitted' : 'denied',
      purposes: row.purposes,
      vendorIds: row.vendorReach === 'all' ? 'all' : row.vendorIds,
      studyUids: row.studyReach === 'all' ? 'all' : row.studyUids,
      coversDeidentified: row.coversDeidentified,
      effectiveFrom: row.effectiveFrom,
      endsAt: row.act === 'denied' ? (asked?.endsAt ?? null) : row.expiresAt,
      mayEndAt: row.mayEndAt,
      askFrom: end && askFrom(end, askDaysBefore),
      askedAt: asked?.askedAt ?? null,
      wordingVersion: row.wordingVersion,
      reference: row.request.reference,
      requestId: row.requestId,
      withdrawnAt: ended?.effectiveFrom ?? null,
      replacedBy: next && reference ? { requestId: next.requestId, reference } : null,
      blocked: row._count.blocked + (lists.get(row.id)?.lists ?? 0),
      lastBlockedAt: later(row.blocked[0]?.check.checkedAt, lists.get(row.id)?.lastAt),
    };
  });
}
