import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { can } from '#app/people/can.ts';
import { defaultLocale, isLocale } from '#app/words/locales.ts';
import { dateText } from './kept-clock.server.ts';
import { openStatuses } from './moves.ts';
import { calendarFile, type LastDay } from './oversight-feed.ts';
import { ruleKept } from './request-clock.ts';
import { dateColumn } from './start-clock.server.ts';

/**
 * Last days of open requests, earliest first: of the answer, where its clock runs, and of telling the patient that it arrived, where the
 * law sets a day for that and nobody did. @param span facility-local dates, both included; all of them without it
 */
export async function lastDays(db: Db, span?: { from: string; to: string }): Promise<LastDay[]> {
  const within = span ? { gte: dateColumn(span.from), lte: dateColumn(span.to) } : {};
  const where: Prisma.PrivacyRequestWhereInput = {
    status: { in: [...openStatuses] },
    OR: [
      { clockPaused: false, dueOn: within },
      { acknowledgedAt: null, ackDueOn: { not: null, ...within } },
    ],
  };
  const rows = await db.privacyRequest.findMany({
    where,
    orderBy: [{ dueOn: 'asc' }, { receivedAt: 'asc' }, { id: 'asc' }],
    select: {
      id: true,
      reference: true,
      kind: true,
      dueOn: true,
      clockPaused: true,
      ackDueOn: true,
      acknowledgedAt: true,
      ruleId: true,
      ruleVersion: true,
      ackRuleId: true,
      ackRuleVersion: true,
      version: true,
      timeZone: true,
    },
  });
  // Changed holidays move a day without a move of the request.
  const moved = await db.$queryRaw<{ id: string; times: number }[]>`
    select request_id as id, count(*)::int as times from audit_event
     where request_id = any(${rows.map(({ id }) => id)}::uuid[]) and type = 'request.dueMoved' group by 1`;
  const timesMoved = new Map(moved.map(({ id, times }) => [id, times]));
  const isWithin = (day: string) => !span || (day >= span.from && day <= span.to);
  return rows
    .flatMap(({ id, reference, kind, version, timeZone, ...row }): LastDay[] => {
      const about = { id, reference, kind, timeZone, sequence: version - 1 + (timesMoved.get(id) ?? 0) };
      const { ackDueOn, ackRuleId, ackRuleVersion } = row;
      const answer = {
        ...about,
        what: 'answer' as const,
        dueOn: dateText(row.dueOn),
        basis: ruleKept(row).basis,
      };
      if (ackDueOn === null || ackRuleId === null || ackRuleVersion === null || row.acknowledgedAt)
        return row.clockPaused ? [] : [answer];
      const { basis } = ruleKept({ ruleId: ackRuleId, ruleVersion: ackRuleVersion });
      const confirmation = { ...about, what: 'confirmation' as const, dueOn: dateText(ackDueOn), basis };
      return row.clockPaused ? [confirmation] : [confirmation, answer];
    })
    .filter(({ dueOn }) => isWithin(dueOn))
    .sort((a, b) => (a.dueOn < b.dueOn ? -1 : a.dueOn > b.dueOn ? 1 : 0));
}

export interface CalendarAddress {
  madeAt: Date;
  lastReadAt: Date | null;
}

/** The secret address of somebody's calendar, without the secret; null: they have none. */
export function calendarAddressOf(db: Db, ownerId: string): Promise<CalendarAddress | null> {
  return db.calendarFeed.findFirst({
    where: { ownerId, revokedAt: null },
    orderBy: { madeAt: 'desc' },
    select: { madeAt: true, lastReadAt: true },
  });
}

/** Makes somebody's calendar a new secret address, and tells them; an older one ends. @returns the secret, which is stored nowhere */
export function makeCalendarAddress(world: World, actor: Person): Promise<string> {
  const secret = newSecret();
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    await endAddresses(tx, actor, now);
    const { id } = await tx.calendarFeed.create({
      data: { ownerId: actor.id, tokenHash: sha256Hex(secret), madeAt: now },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'calendarAddress.made',
      actor,
      at: now,
      subject: { kind: 'calendarAddress', id },
      visibleToPatient: false,
    });
    await oweNotice(tx, { kind: 'calendarAddressMade', userId: actor.id, now });
    return secret;
  });
}

/** Ends the secret address of somebody's calendar, and tells them. @returns whether there was one */
export function revokeCalendarAddress(world: World, actor: Person): Promise<boolean> {
  return inTransaction(world.db, async (tx) => {
    const now = world.clock();
    if (!(await endAddresses(tx, actor, now))) return false;
    await oweNotice(tx, { kind: 'calendarAddressEnded', userId: actor.id, now });
    return true;
  });
}

async function endAddresses(tx: Tx, actor: Person, now: Date): Promise<boolean> {
  const held = await tx.calendarFeed.findMany({
    where: { ownerId: actor.id, revokedAt: null },
    select: { id: true },
  });
  for (const { id } of held) {
    const { count } = await tx.calendarFeed.updateMany({
      where: { id, revokedAt: null },
      data: { revokedAt: now },
    });
    if (count === 0) continue;
    await appendEvent(tx, {
      type: 'calendarAddress.revoked',
      actor,
      at: now,
      subject: { kind: 'calendarAddress', id },
      visibleToPatient: false,
    });
  }
  return held.length > 0;
}

/**
 * The calendar behind a secret address, in its owner's language. @returns null when nobody has it, it was revoked, or its owner may not see
 * deadlines any more: all alike
 */
export async function readCalendar(world: World, secret: string): Promise<string | null> {
  const { db } = world;
  const now = world.clock();
  const feed = await db.calendarFeed.findUnique({
    where: { tokenHash: sha256Hex(secret) },
    select: {
      id: true,
      revokedAt: true,
      lastReadAt: true,
      owner: { select: { role: true, locale: true, disabledAt: true } },
    },
  });
  if (!feed || feed.revokedAt || feed.owner.disabledAt || !can(feed.owner.role, 'deadlines.see')) return null;
  if (!feed.lastReadAt || now.getTime() - feed.lastReadAt.getTime() > 60_000)
    await db.calendarFeed.updateMany({ where: { id: feed.id }, data: { lastReadAt: now } });
  const [{ name }, days] = await Promise.all([theFacility(db), lastDays(db)]);
  const { locale } = feed.owner;
  return calendarFile(days, {
    facility: name,
    appOrigin: world.appOrigin,
    locale: isLocale(locale) ? locale : defaultLocale,
    now,
  });
}
