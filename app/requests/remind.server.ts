import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Db, type Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { localDate } from '#app/words/dates.ts';
import { clockFields, dateText, keptClock } from './kept-clock.server.ts';
import { openStatuses } from './moves.ts';
import { isOpen, isPaused, isUnconfirmed } from './open-clocks.server.ts';
import {
  ackStepsDue,
  remindedPeople,
  stepsDue,
  type ReminderSchedule,
  type ReminderStep,
} from './reminders.ts';
import { countKept } from './request-clock.ts';
import { dateColumn } from './start-clock.server.ts';

const remindedFields = {
  ...clockFields,
  id: true,
  patientId: true,
  receivedOn: true,
  dueOn: true,
  ackDueOn: true,
  enteredAt: true,
  assignee: { select: { id: true, disabledAt: true } },
  reminders: { select: { step: true, dueOn: true } },
} as const;

const atOnce = 500;

/**
 * Reminds people of every open request by the facility's schedule: what came due since, also days ago. Each step is made once for a last
 * day, whoever else runs this at the same time. A clock that stands still reminds nobody.
 * @returns how many steps were made
 */
export async function remindOfDeadlines(
  world: Pick<World, 'db' | 'clock'>,
  schedule: ReminderSchedule,
): Promise<number> {
  const { db } = world;
  const now = world.clock();
  const officerIds = await activeOfficers(db);
  let made = 0;
  const ids = await thoseWithStepsToLookAt(db, schedule, now);
  for (let from = 0; from < ids.length; from += atOnce) {
    const rows = await db.privacyRequest.findMany({
      where: { id: { in: ids.slice(from, from + atOnce) } },
      select: remindedFields,
    });
    for (const row of rows) {
      const owed = owedSteps(row, schedule, now);
      if (owed.length > 0) made += await remindOf(world, row.id, { schedule, officerIds, now });
    }
  }
  if (schedule.overdueDaily) await tellWhatIsLate(db, officerIds, now);
  return made;
}

type RemindedRow = Prisma.PrivacyRequestGetPayload<{ select: typeof remindedFields }>;

/**
 * Open requests with a step whose day has come and that was not made for their last day. Never fewer than `stepsDue` finds: of very many open requests most owe nothing today, and are not read.
 */
async function thoseWithStepsToLookAt(db: Db, schedule: ReminderSchedule, now: Date): Promise<string[]> {
  const { halfWay, daysBefore, due, overdueDaily } = schedule;
  const steps = [
    ...daysBefore.map((days) => ({ step: `days:${days}`, left: days })),
    ...(due ? [{ step: 'due', left: 0 }] : []),
    ...(overdueDaily ? [{ step: 'overdue', left: -1 }] : []),
  ];
  const found = await db.$queryRaw<{ id: string }[]>`
    select request.id
      from privacy_request request
     where ${isOpen} and not ${isPaused}
       and exists (
         select 1
           from (select * from unnest(${steps.map(({ step }) => step)}::text[], ${steps.map(({ left }) => left)}::int[])
                 union all select 'halfWay', (request.due_on - request.received_on) / 2 where ${halfWay}) as planned (step, days_left)
          where request.due_on - planned.days_left <= (${now}::timestamptz at time zone request.time_zone)::date
            and not exists (
              select 1 from deadline_reminder made
               where made.request_id = request.id and made.step = planned.step and made.due_on = request.due_on))
    union
    select request.id
      from privacy_request request
     where ${isOpen} and ${isUnconfirmed}
       and exists (
         select 1
           from unnest(${steps.map(({ step }) => `ack:${step}`)}::text[], ${steps.map(({ left }) => left)}::int[]) as planned (step, days_left)
          where request.ack_due_on - planned.days_left <= (${now}::timestamptz at time zone request.time_zone)::date
            and not exists (
              select 1 from deadline_reminder made
               where made.request_id = request.id and made.step = planned.step and made.due_on = request.ack_due_on))
     order by id`;
  return found.map(({ id }) => id);
}

interface OwedStep extends ReminderStep {
  dueOn: string;
}

/** Steps whose day has come and that were not made for their last day: of the answer, and of telling the patient that it arrived. */
function owedSteps(row: RemindedRow, schedule: ReminderSchedule, now: Date): OwedStep[] {
  return [...answerSteps(row, schedule, now), ...ackSteps(row, schedule, now)];
}

function ackSteps(row: RemindedRow, schedule: ReminderSchedule, now: Date): OwedStep[] {
  if (!row.ackDueOn || row.acknowledgedAt) return [];
  const dueOn = dateText(row.ackDueOn);
  const made = new Set(row.reminders.filter((one) => dateText(one.dueOn) === dueOn).map(({ step }) => step));
  const dates = {
    receivedOn: dateText(row.receivedOn),
    dueOn,
    knownFrom: localDate(row.enteredAt, row.timeZone),
    today: localDate(now, row.timeZone),
  };
  return ackStepsDue(dates, schedule)
    .filter(({ step }) => !made.has(step))
    .map((one) => ({ ...one, dueOn }));
}

function answerSteps(row: RemindedRow, schedule: ReminderSchedule, now: Date): OwedStep[] {
  const dueOn = dateText(row.dueOn);
  const made = new Set(row.reminders.filter((one) => dateText(one.dueOn) === dueOn).map(({ step }) => step));
  const moved = row.clockEvents.at(-1)?.at ?? row.enteredAt;
  const steps = stepsDue(
    {
      receivedOn: dateText(row.receivedOn),
      dueOn,
      knownFrom: localDate(moved > row.enteredAt ? moved : row.enteredAt, row.timeZone),
      today: localDate(now, row.timeZone),
    },
    schedule,
  )
    .filter(({ step }) => !made.has(step))
    .map((one) => ({ ...one, dueOn }));
  return steps.length > 0 && countKept(keptClock(row)).openPause === null ? steps : [];
}

/** Makes what one request owes: the steps, the event and the mail, or nothing of it. */
function remindOf(
  { db }: Pick<World, 'db'>,
  requestId: string,
  { schedule, officerIds, now }: { schedule: ReminderSchedule; officerIds: readonly string[]; now: Date },
): Promise<number> {
  return inTransaction(db, async (tx) => {
    // As it is now: a move may have ended it, or moved its last day, since it was listed.
    await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
    const row = await tx.privacyRequest.findFirst({
      where: { id: requestId, status: { in: [...openStatuses] } },
      select: remindedFields,
    });
    const steps = row ? owedSteps(row, schedule, now) : [];
    if (!row || steps.length === 0) return 0;
    const assigneeId = row.assignee && !row.assignee.disabledAt ? row.assignee.id : null;
    const isLate = steps.some(({ step }) => step === 'overdue');
    // Officers read what is late in the day's digest. Several steps at once are one mail.
    const meant = remindedPeople(
      { assigneeId, officerIds: isLate ? [] : officerIds },
      steps.some(({ escalates }) => escalates),
      schedule.to,
    );
    // Where those who are meant are gone, whoever has the request is told.
    const people = meant.length > 0 || assigneeId === null || isLate ? meant : [assigneeId];
    // Nobody is there to read it: it stays owed, and is made, marked late, once somebody is.
    if (people.length === 0 && !(isLate && officerIds.length > 0)) return 0;
    await tx.deadlineReminder.createMany({
      data: steps.map(({ step, forDay, dueOn }) => ({
        requestId,
        step,
        dueOn: dateColumn(dueOn),
        forDay: dateColumn(forDay),
        madeAt: now,
      })),
    });
    const today = localDate(now, row.timeZone);
    await appendEvent(tx, {
      type: 'request.reminded',
      actor: plainview,
      at: now,
      subject: { kind: 'request', id: requestId },
      patientId: row.patientId,
      requestId,
      after: {
        dueOn: dateText(row.dueOn),
        steps: steps.map(({ step }) => step),
        late: steps.some(({ forDay }) => forDay < today),
      },
      visibleToPatient: false,
    });
    for (const userId of people) await oweNotice(tx, { kind: 'deadlineReminder', userId, requestId, now });
    return steps.length;
  });
}

/** One mail a day to each officer while anything is late. */
async function tellWhatIsLate(db: Db, officerIds: readonly string[], now: Date): Promise<void> {
  const facility = await facilitySettings(db);
  if (!facility) return;
  const { timeZone } = facility;
  const today = localDate(now, timeZone);
  if (!(await isAnythingLate(db, today))) return;
  const since = startOfLocalDate(today, timeZone);
  await inTransaction(db, async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('overdue digest'))`;
    const told = await tx.notice.findMany({
      where: { kind: 'overdueDigest', owedAt: { gte: since } },
      select: { userId: true },
    });
    for (const userId of officerIds.filter((id) => !told.some((one) => one.userId === id)))
      await oweNotice(tx, { kind: 'overdueDigest', userId, now });
  });
}

async function isAnythingLate(db: Db, today: string): Promise<boolean> {
  const late = await db.privacyRequest.findFirst({
    where: { status: { in: [...openStatuses] }, dueOn: { lt: dateColumn(today) }, clockPaused: false },
    select: { id: true },
  });
  return late !== null;
}

async function activeOfficers(db: Db): Promise<string[]> {
  const officers = await db.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  return officers.map(({ id }) => id);
}
