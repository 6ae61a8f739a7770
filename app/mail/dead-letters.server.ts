import { plainview, type Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { isNoticeKind, notices, type NoticeKind } from '#app/notices/notices.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { letterOfNoticeDied } from '#app/optouts/vendor-notices/letters.server.ts';
import type { OwnFailure } from './failure.ts';

/**
 * graphile-worker waits e^n seconds after the n-th try, from the tenth on 6.1 hours: the 17th try is about 46 hours after the first
 * (3.6 hours for the first nine waits, seven of 6.1 hours). Its own limit (25) is above ours, so that this row says when trying stops.
 */
export const mostTries = 17;

export interface DyingLetter {
  id: string;
  kind: string;
  /** Set where it goes to an address that is not the account's present one. */
  address: string | null;
  requestId: string | null;
  patientId: string | null;
}

const aDay = 24 * 3_600_000;

/** Nobody has to mend anything: there is nobody to read it, or nothing to say there any more. */
const nothingToMend: readonly string[] = [
  'accountShut',
  'noticeClosed',
  'channelEnded',
] satisfies OwnFailure[];

/**
 * Gives a letter up, in the transaction of its last try: it waits for somebody to send it again, and the officers are told.
 * @returns false: it was sent or given up before
 */
export async function giveUp(
  tx: Tx,
  { id, kind, address, requestId, patientId }: DyingLetter,
  { failure, now }: { failure: string; now: Date },
): Promise<boolean> {
  const isCode = isNoticeKind(kind) && hasOwnWay(kind);
  const { count } = await tx.notice.updateMany({
    where: { id, sentAt: null, deadAt: null },
    // A code is not sent again: whoever wants one asks for another.
    data: { failure, deadAt: now, ...(isCode ? { detailsSealed: null } : {}) },
  });
  if (count === 0) return false;
  await appendEvent(tx, {
    type: 'notice.gaveUp',
    actor: plainview,
    at: now,
    subject: { kind: 'notice', id },
    ...(patientId ? { patientId } : {}),
    ...(requestId ? { requestId } : {}),
    after: { kind, failure },
    visibleToPatient: false,
  });
  if (kind === 'vendorNotice') await letterOfNoticeDied(tx, id, { failure, at: now });
  // Typed addresses and ones that were left behind do not exist often enough; of its own kind nobody is told by the same mail.
  if (
    !nothingToMend.includes(failure) &&
    (address === null || kind === 'vendorNotice') &&
    kind !== 'mailDead'
  )
    await tellOfficers(tx, now);
  return true;
}

async function tellOfficers(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('mail:dead', 0))`;
  const officers = await tx.user.findMany({
    where: {
      role: 'privacyOfficer',
      disabledAt: null,
      notices: { none: { kind: 'mailDead', owedAt: { gt: new Date(now.getTime() - aDay) } } },
    },
    select: { id: true },
  });
  for (const { id: userId } of officers) await oweNotice(tx, { kind: 'mailDead', userId, now });
}

/** Whether a letter that was given up may be sent again. */
export function mayResend(kind: string): boolean {
  return isNoticeKind(kind) && !hasOwnWay(kind);
}

/** A code is asked for anew; a company's notice goes out again with a link of its own. */
function hasOwnWay(kind: NoticeKind): boolean {
  return notices[kind].letter === 'code' || notices[kind].letter === 'company';
}

/** In one transaction; more go in several. */
const atOnce = 200;

/**
 * Sends letters again that were given up, with a fresh two days of tries. A letter that is on its way already is left alone, so that the
 * same form sent twice sends once. @param which some by their ids, or all of them. @returns how many go out again
 */
export async function resendDead(
  world: World,
  { actor, which }: { actor: Person; which: readonly string[] | 'all' },
): Promise<number> {
  let sent = 0;
  for (let after: string | null = null; ;) {
    const found: { id: string; kind: string }[] = await world.db.notice.findMany({
      where: {
        deadAt: { not: null },
        sentAt: null,
        id: { ...(which === 'all' ? {} : { in: [...which] }), ...(after ? { gt: after } : {}) },
      },
      orderBy: { id: 'asc' },
      take: atOnce,
      select: { id: true, kind: true },
    });
    const last = found.at(-1);
    if (!last) return sent;
    after = last.id;
    const ids = found.filter(({ kind }) => mayResend(kind)).map(({ id }) => id);
    sent += await inTransaction(world.db, (tx) => resendWithin(tx, ids, actor, world.clock()));
  }
}

async function resendWithin(tx: Tx, ids: string[], actor: Person, now: Date): Promise<number> {
  if (ids.length === 0) return 0;
  // Locked first: of two at once the second finds them sent again already.
  await tx.$executeRaw`select 1 from notice where id = any(${ids}::uuid[]) order by id for update`;
  const dead = await tx.notice.findMany({
    where: { id: { in: ids }, deadAt: { not: null }, sentAt: null },
    select: {
      id: true,
      kind: true,
      tries: true,
      failure: true,
      requestId: true,
      user: { select: { patientId: true } },
      request: { select: { patientId: true } },
    },
  });
  await tx.notice.updateMany({
    where: { id: { in: dead.map(({ id }) => id) } },
    data: { deadAt: null, failure: null, tries: 0, triedAt: null },
  });
  for (const { id, kind, tries, failure, requestId, user, request } of dead) {
    const patientId = request?.patientId ?? user?.patientId;
    await appendEvent(tx, {
      type: 'notice.resent',
      actor,
      at: now,
      subject: { kind: 'notice', id },
      ...(patientId ? { patientId } : {}),
      ...(requestId ? { requestId } : {}),
      before: { kind, tries, failure },
      visibleToPatient: false,
    });
    await enqueue(tx, 'send-notice', { noticeId: id }, `notice:${id}`);
  }
  return dead.length;
}
