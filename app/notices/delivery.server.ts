import type { Db, Prisma, Role, Tx } from '#app/db/client.server.ts';
import { stateOfNotice, type NoticeState } from './states.ts';

/** A notice and what has become of it. No address is in it, and nothing of what a record says. */
export interface Delivery {
  id: string;
  /** A kind of notice; one that an older version knew may not be known any more. */
  kind: string;
  state: NoticeState;
  /** Null: an address that had no account. */
  to: { userId: string; name: string; role: Role } | null;
  /** It went to an address that the account had before. */
  toOldAddress: boolean;
  request: { id: string; reference: string } | null;
  owedAt: Date;
  tries: number;
  triedAt: Date | null;
  sentAt: Date | null;
  deadAt: Date | null;
  /** The mail server's code and words, or one of `ownFailures` of app/mail/failure.ts. */
  failure: string | null;
}

const listed = {
  id: true,
  kind: true,
  address: true,
  owedAt: true,
  tries: true,
  triedAt: true,
  sentAt: true,
  deadAt: true,
  failure: true,
  user: { select: { id: true, displayName: true, role: true } },
  request: { select: { id: true, reference: true } },
} as const satisfies Prisma.NoticeSelect;

function delivery({ user, address, ...row }: Prisma.NoticeGetPayload<{ select: typeof listed }>): Delivery {
  return {
    ...row,
    state: stateOfNotice(row),
    to: user && { userId: user.id, name: user.displayName, role: user.role },
    toOldAddress: user !== null && address !== null,
  };
}

const inState: Record<NoticeState, Prisma.NoticeWhereInput> = {
  waiting: { sentAt: null, deadAt: null, failure: null },
  failing: { sentAt: null, deadAt: null, failure: { not: null } },
  dead: { sentAt: null, deadAt: { not: null } },
  sent: { sentAt: { not: null } },
};

/** How many notices stand where. */
export async function noticeCounts(db: Db): Promise<Record<NoticeState, number>> {
  const [counts] = await db.$queryRaw<Record<NoticeState, number>[]>`
    select count(*) filter (where sent_at is null and dead_at is null and failure is null)::int as waiting,
           count(*) filter (where sent_at is null and dead_at is null and failure is not null)::int as failing,
           count(*) filter (where sent_at is null and dead_at is not null)::int as dead,
           count(*) filter (where sent_at is not null)::int as sent
      from notice`;
  return counts ?? { waiting: 0, failing: 0, dead: 0, sent: 0 };
}

const noticePageSize = 25;

/** The last row of a page: the next one begins below it. */
export interface NoticePlace {
  owedAt: Date;
  id: string;
}

/** A page of notices, the newest owed first. */
export async function noticePage(
  db: Db,
  { state, before }: { state: NoticeState | null; before: NoticePlace | null },
): Promise<{ notices: Delivery[]; next: NoticePlace | null }> {
  const rows = await db.notice.findMany({
    where: {
      ...(state ? inState[state] : {}),
      ...(before
        ? {
            owedAt: { lte: before.owedAt },
            OR: [{ owedAt: { lt: before.owedAt } }, { id: { lt: before.id } }],
          }
        : {}),
    },
    orderBy: [{ owedAt: 'desc' }, { id: 'desc' }],
    take: noticePageSize + 1,
    select: listed,
  });
  const shown = rows.slice(0, noticePageSize);
  const last = shown.at(-1);
  return {
    notices: shown.map(delivery),
    next: rows.length > noticePageSize && last ? { owedAt: last.owedAt, id: last.id } : null,
  };
}

/** What was written to people about one request and what became of it, newest first. */
export async function deliveryOf(db: Db | Tx, requestId: string): Promise<Delivery[]> {
  const rows = await db.notice.findMany({
    where: { requestId },
    orderBy: [{ owedAt: 'desc' }, { id: 'desc' }],
    select: listed,
  });
  return rows.map(delivery);
}

/** Since when the oldest notice waits that is neither sent nor given up; null when none does. */
export async function oldestUnsent(db: Db): Promise<Date | null> {
  const { _min } = await db.notice.aggregate({
    where: { sentAt: null, deadAt: null },
    _min: { owedAt: true },
  });
  return _min.owedAt;
}

/**
 * Of these accounts, those whose address does not work: the newest letter to it that came to an end was given up because of what a mail
 * server said, or did not say.
 */
export async function accountsWithoutMail(db: Db, userIds: readonly string[]): Promise<Set<string>> {
  if (userIds.length === 0) return new Set();
  const toThem = { userId: { in: [...userIds] }, address: null };
  const died = await db.notice.groupBy({
    by: ['userId'],
    where: { ...toThem, deadAt: { not: null }, failure: { notIn: ['accountShut', 'notWritten'] } },
    _max: { deadAt: true },
  });
  if (died.length === 0) return new Set();
  const arrived = await db.notice.groupBy({
    by: ['userId'],
    where: { ...toThem, userId: { in: died.map(({ userId }) => userId ?? '') }, sentAt: { not: null } },
    _max: { sentAt: true },
  });
  const lastArrived = new Map(arrived.map(({ userId, _max }) => [userId, _max.sentAt]));
  return new Set(
    died.flatMap(({ userId, _max }) => {
      const since = lastArrived.get(userId);
      return userId && _max.deadAt && (!since || since < _max.deadAt) ? [userId] : [];
    }),
  );
}
