import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { audienceOf } from '#app/people/acting-for.server.ts';
import { can } from '#app/people/can.ts';
import { localDate } from '#app/words/dates.ts';
import { cameAt, cameGap } from './came.ts';
import { countedColumns, dateText, keptClock } from './kept-clock.server.ts';
import { countKept, toldTooLate, type KeptClock } from './request-clock.ts';
import { feeToldAt } from './told-by-post.ts';
import { inOneTurn, Refused, lockedRow, type FeeDone } from './fee-turn.server.ts';

/**
 * Staff record that the fee was paid. In the United Kingdom the period runs from then (UK GDPR Art. 12A); elsewhere it moves nothing and is
 * not recorded with the clock. A cost that was told after the last day gives no time back: it is on record, and the day stays. So it is
 * where it was paid before its letter was posted.
 * @param paid.paidOn the facility-local day on which it was paid; absent: now
 */
export function recordFeePaid(
  world: World,
  { requestId, actor, paidOn }: { requestId: string; actor: Person; paidOn?: string },
): Promise<FeeDone> {
  return inOneTurn(world, async (tx, now) => {
    if (!can(actor.role, 'requests.process')) throw new Refused('notYours');
    const row = await lockedRow(tx, requestId);
    if (row.feeNotice?.choice !== 'goOn' || row.ruleId !== 'uk.gdpr.art12a') throw new Refused('noFee');
    const kept = keptClock(row);
    if (await isFeePaid(tx, kept, requestId)) throw new Refused('chosenAlready');
    const { timeZone } = kept;
    const { toldAt } = row.feeNotice;
    const askedOn = localDate(toldAt, timeZone);
    const gap = paidOn && cameGap(paidOn, { askedOn, today: localDate(now, timeZone) });
    if (gap) throw new Refused(gap === 'cameInFuture' ? 'paidInFuture' : 'paidBeforeTold');
    const at = paidOn ? cameAt(paidOn, { askedAt: toldAt, timeZone, now }) : now;
    const cameOn: { cameOn?: string } = paidOn ? { cameOn: paidOn } : {};
    const countsFrom = feeToldAt(kept, toldAt);
    const isTold = countsFrom !== null && localDate(countsFrom, timeZone) <= localDate(at, timeZone);
    if (!isTold || toldTooLate(kept, countsFrom)) {
      await appendEvent(tx, {
        type: 'request.feePaid',
        actor,
        at: now,
        subject: { kind: 'request', id: requestId },
        patientId: row.patientId,
        requestId,
        after: cameOn,
        visibleToPatient: true,
      });
      return;
    }
    await tx.requestClockEvent.create({
      data: { requestId, type: 'feePaid', at, recordedById: actor.id },
      select: { id: true },
    });
    const paid = { type: 'feePaid' as const, at, newDueOn: null };
    const count = countKept({ ...kept, clockEvents: [...kept.clockEvents, paid] });
    const dueOn = count.effectiveDueDate;
    await tx.privacyRequest.update({
      where: { id: requestId },
      data: { ...countedColumns(count), version: row.version + 1 },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'request.dueMoved',
      actor,
      at: now,
      subject: { kind: 'request', id: requestId },
      patientId: row.patientId,
      requestId,
      before: { dueOn: dateText(row.dueOn) },
      after: { dueOn, because: 'feePaid', ...cameOn },
      visibleToPatient: true,
    });
    for (const userId of await audienceOf(tx, { ...row, now }))
      await oweNotice(tx, { kind: 'lastDayTold', userId, requestId, now });
  });
}

/** Whether the payment is on record, with the clock or without. */
export async function isFeePaid(
  db: Db | Tx,
  { clockEvents }: Pick<KeptClock, 'clockEvents'>,
  requestId: string,
): Promise<boolean> {
  if (clockEvents.some(({ type }) => type === 'feePaid')) return true;
  const event = await db.auditEvent.findFirst({
    where: { requestId, type: 'request.feePaid' },
    select: { id: true },
  });
  return event !== null;
}
