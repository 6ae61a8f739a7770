import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { calendarOf } from '#app/clocks/rules.ts';
import { inTransaction, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { allHolidays, holidayDates, type Holiday } from '#app/facility/holidays.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { clockFields, countedColumns, dateText, keptClock } from './kept-clock.server.ts';
import { countedNotice, countKept, readAck, ruleKept } from './request-clock.ts';
import { clockReach, dateColumn } from './start-clock.server.ts';

/** Requests in one transaction. */
const aBatch = 200;
const counted = {
  ...clockFields,
  id: true,
  patientId: true,
  receivedOn: true,
  dueOn: true,
  ackDueOn: true,
  extendedAt: true,
  clockPaused: true,
} as const satisfies Prisma.PrivacyRequestSelect;
type CountedRow = Prisma.PrivacyRequestGetPayload<{ select: typeof counted }>;

/**
 * After the holidays were changed: counts every open request anew with the holidays that are, keeps them with it, and where its last day
 * moves, says so in its history, which its patient reads. The officers get one notice when any has moved. Answered and closed requests
 * keep what they were counted with. May be run again after it was stopped half-way: what was done is not done twice.
 * @param changeId the version of the calendars that it is about
 * @returns how many last days this change has moved
 */
export async function recountOpenRequests(world: World, changeId: string): Promise<number> {
  for (let after: string | null = '00000000-0000-0000-0000-000000000000'; after !== null;) {
    const from: string = after;
    after = await inTransaction(world.db, (tx) => recountBatch(tx, { changeId, from, now: world.clock() }));
  }
  return inTransaction(world.db, (tx) => tellOfficers(tx, changeId, world.clock()));
}

/** @returns the last id of the batch; null when there are no more */
async function recountBatch(
  tx: Tx,
  { changeId, from, now }: { changeId: string; from: string; now: Date },
): Promise<string | null> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    select id from privacy_request
    where status not in ('draft', 'responded', 'closed') and id > ${from}::uuid
    order by id limit ${aBatch} for no key update`;
  if (locked.length === 0) return null;
  // Read after the lock: a change that is newer than this one counts too, and its own run finds nothing left to do.
  const holidays = await allHolidays(tx);
  const rows = await tx.privacyRequest.findMany({
    where: { id: { in: locked.map(({ id }) => id) } },
    select: counted,
  });
  for (const row of rows) await recountOne(tx, row, { because: { holidays: changeId }, holidays, now });
  return locked.at(-1)?.id ?? null;
}

/** Counts a request anew that was closed while holidays may have changed. Its row is held. */
export async function recountReopened(tx: Tx, id: string, now: Date): Promise<void> {
  const row = await tx.privacyRequest.findUniqueOrThrow({ where: { id }, select: counted });
  await recountOne(tx, row, { because: { because: 'reopened' }, holidays: await allHolidays(tx), now });
}

/** Counts a request anew whose day of receipt was put right, from that day. Its row is held. */
export async function recountCorrected(tx: Tx, id: string, now: Date): Promise<void> {
  const row = await tx.privacyRequest.findUniqueOrThrow({ where: { id }, select: counted });
  await recountOne(tx, row, {
    because: { because: 'received' },
    holidays: await allHolidays(tx),
    now,
    receivedOn: dateColumn(countKept(keptClock(row)).startDate),
  });
}

async function recountOne(
  tx: Tx,
  row: CountedRow,
  {
    because,
    holidays,
    now,
    receivedOn = row.receivedOn,
  }: { because: AuditFacts; holidays: readonly Holiday[]; now: Date; receivedOn?: Date },
): Promise<void> {
  const until = dateText(new Date(receivedOn.getTime() + clockReach));
  const nearOf = (rule: { ruleId: string; ruleVersion: number }) =>
    holidayDates(holidays, calendarOf(ruleKept(rule))).filter(
      (day) => day >= dateText(receivedOn) && day <= until,
    );
  const before = keptClock(row);
  const near = nearOf(row);
  const ackNear = before.ack ? nearOf(before.ack) : [];
  const dueOn = dateText(row.dueOn);
  // Under the rule and promise it was filed with, with what has happened since; only the holidays are others.
  const kept = {
    ...before,
    holidays: near,
    ack: before.ack && { ...before.ack, holidays: ackNear },
  };
  const count = countKept(kept);
  const dueNow = count.effectiveDueDate;
  const paused = count.openPause !== null;
  const extendedAt = count.extended ? (row.extendedAt ?? countedNotice(kept, count)) : null;
  if (
    receivedOn.getTime() === row.receivedOn.getTime() &&
    extendedAt?.getTime() === row.extendedAt?.getTime() &&
    near.join() === before.holidays.join() &&
    ackNear.join() === (before.ack?.holidays ?? []).join() &&
    dueNow === dueOn &&
    paused === row.clockPaused
  )
    return;
  const ack = readAck(kept, now);
  await tx.privacyRequest.update({
    where: { id: row.id },
    data: {
      receivedOn,
      holidays: near.map(dateColumn),
      extendedAt,
      ...countedColumns(count),
      ...(ack
        ? { ackDueOn: dateColumn(ack.count.effectiveDueDate), ackHolidays: ackNear.map(dateColumn) }
        : {}),
    },
    select: { id: true },
  });
  const ackOn = row.ackDueOn && !row.acknowledgedAt ? dateText(row.ackDueOn) : null;
  const ackNow = (ackOn && ack?.count.effectiveDueDate) ?? null;
  if (dueNow === dueOn && ackNow === ackOn) return;
  await appendEvent(tx, {
    type: 'request.dueMoved',
    actor: plainview,
    at: now,
    subject: { kind: 'request', id: row.id },
    patientId: row.patientId,
    requestId: row.id,
    before: { dueOn, ...(ackOn ? { ackDueOn: ackOn } : {}) },
    after: { dueOn: dueNow, ...(ackNow ? { ackDueOn: ackNow } : {}), ...because },
    visibleToPatient: dueNow !== dueOn,
  });
}

/** Once a change: how many last days it moved, on record, and by mail to the officers where any did. */
async function tellOfficers(tx: Tx, changeId: string, now: Date): Promise<number> {
  const subject = { kind: 'holidays', id: changeId };
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext(${`recount ${changeId}`}))`;
  const moved = await tx.auditEvent.count({
    where: { type: 'request.dueMoved', after: { path: ['holidays'], equals: changeId } },
  });
  const told = await tx.auditEvent.findFirst({
    where: { type: 'holidays.recounted', subjectKind: subject.kind, subjectId: subject.id },
    select: { id: true },
  });
  if (told) return moved;
  await appendEvent(tx, {
    type: 'holidays.recounted',
    actor: plainview,
    at: now,
    subject,
    after: { moved },
    visibleToPatient: false,
  });
  if (moved === 0) return 0;
  const officers = await tx.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    select: { id: true },
  });
  for (const { id } of officers) await oweNotice(tx, { kind: 'holidaysChanged', userId: id, now });
  return moved;
}
