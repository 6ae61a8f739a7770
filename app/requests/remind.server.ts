import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { localDate } from '#app/words/dates.ts';
import { worksOnRequests } from './assign.server.ts';
import { clockFields, dateText, keptClock } from './kept-clock.server.ts';
import { localDays, type LocalDays } from './local-days.server.ts';
import { moves, openStatuses } from './moves.ts';
import { isDue, isOpen, isPaused, isUnconfirmed, toBeConfirmed } from './open-clocks.server.ts';
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
  assignee: { select: { id: true, role: true, disabledAt: true } },
  reminders: { select: { step: true, dueOn: true } },
} as const;

const atOnce = 500;

/**
 * Reminds people of every open request by the facility's schedule: what came due since, also days ago. Each step is made once for a last
 * day, whoever else runs this at the same time. A clock that stands still reminds nobody.
 * @param added since when each step that was added to the schedule is in it
 * @returns how many steps were made
 */
export async function remindOfDeadlines(
  world: Pick<World, 'db' | 'clock'>,
  schedule: ReminderSchedule,
  added: ReadonlyMap<string, Date> = new Map(),
): Promise<number> {
  const { db } = world;
  const now = world.clock();
  const officerIds = await activeOfficers(db);
  let made = 0;
  const ids = await thoseWithStepsToLookAt(db, { schedule, added, now });
  for (let from = 0; from < ids.length; from += atOnce) {
    const rows = await db.privacyRequest.findMany({
      where: { id: { in: ids.slice(from, from + atOnce) } },
      select: remindedFields,
    });
    const moved = await lastMoved(
      db,
      rows.map(({ id }) => id),
    );
    for (const row of rows) {
      const owed = owedSteps(row, { schedule, added }, { movedAt: moved.get(row.id), now });
      if (owed.length > 0) made += await remindOf(world, row.id, { schedule, added, officerIds, now });
    }
  }
  if (schedule.overdueDaily) await tellWhatIsLate(db, officerIds, now);
  return made;
}

type RemindedRow = Prisma.PrivacyRequestGetPayload<{ select: typeof remindedFields }>;

/**
 * Open requests with a step whose day has come and that was not made for their last day. Never fewer than `stepsDue` finds: of very many open requests most owe nothing today, and are not read.
 */
async function thoseWithStepsToLookAt(
  db: Db,
  { schedule, added, now }: AddedSchedule & { now: Date },
): Promise<string[]> {
  const { halfWay, daysBefore, due, overdueDaily } = schedule;
  const always = new Date(0);
  const steps = [
    ...daysBefore.map((days) => ({ step: `days:${days}`, left: days })),
    ...(due ? [{ step: 'due', left: 0 }] : []),
    ...(overdueDaily ? [{ step: 'overdue', left: -1 }] : []),
  ];
  const addedAt = steps.map(({ step }) => added.get(step) ?? always);
  const halfWayAt = added.get('halfWay') ?? always;
  // What a step's day was before it was added is owed only where the request, or its last day, is younger than the step.
  const counts = (dueOn: Prisma.Sql) => Prisma.sql`
    (planned.step like '%overdue'
     or ${dueOn} - planned.days_left >= (planned.added_at at time zone request.time_zone)::date
     or (request.entered_at at time zone request.time_zone)::date >= (planned.added_at at time zone request.time_zone)::date
     or exists (
       select 1 from audit_event moving
        where moving.request_id = request.id and moving.type = any(${movingEvents}::text[])
          and (moving.at at time zone request.time_zone)::date >= (planned.added_at at time zone request.time_zone)::date))`;
  const found = await db.$queryRaw<{ id: string }[]>`
    select request.id
      from privacy_request request
     where ${isOpen} and not ${isPaused}
       and exists (
         select 1
           from (select * from unnest(${steps.map(({ step }) => step)}::text[], ${steps.map(({ left }) => left)}::int[], ${addedAt}::timestamptz[])
                 union all select 'halfWay', (request.due_on - request.received_on) / 2, ${halfWayAt}::timestamptz where ${halfWay})
                as planned (step, days_left, added_at)
          where request.due_on - planned.days_left <= (${now}::timestamptz at time zone request.time_zone)::date
            and not exists (
              select 1 from deadline_reminder made
               where made.request_id = request.id and made.step = planned.step and made.due_on = request.due_on)
            and ${counts(Prisma.sql`request.due_on`)})
    union
    select request.id
      from privacy_request request
     where ${isOpen} and ${isUnconfirmed}
       and exists (
         select 1
           from unnest(${steps.map(({ step }) => `ack:${step}`)}::text[], ${steps.map(({ left }) => left)}::int[], ${addedAt}::timestamptz[])
                as planned (step, days_left, added_at)
          where request.ack_due_on - planned.days_left <= (${now}::timestamptz at time zone request.time_zone)::date
            and not exists (
              select 1 from deadline_reminder made
               where made.request_id = request.id and made.step = planned.step and made.due_on = request.ack_due_on)
            and ${counts(Prisma.sql`request.ack_due_on`)})
     order by id`;
  return found.map(({ id }) => id);
}

interface AddedSchedule {
  schedule: ReminderSchedule;
  added: ReadonlyMap<string, Date>;
}

interface OwedStep extends ReminderStep {
  dueOn: string;
}

/**
 * Steps whose day has come and that were not made for their last day: of the answer, and of telling the patient that it arrived.
 * @param movedAt when a last day of it was moved last, if one was
 */
function owedSteps(
  row: RemindedRow,
  { schedule, added }: AddedSchedule,
  { movedAt, now }: { movedAt: Date | undefined; now: Date },
): OwedStep[] {
  const { receivedOn, enteredAt, timeZone, ackDueOn, acknowledgedAt } = row;
  const made = row.reminders.map(({ step, dueOn }) => ({ step, dueOn: dateText(dueOn) }));
  const dates = {
    receivedOn: dateText(receivedOn),
    knownFrom: localDate(movedAt && movedAt > enteredAt ? movedAt : enteredAt, timeZone),
    today: localDate(now, timeZone),
  };
  const dueOn = dateText(row.dueOn);
  const addedOn = new Map([...added].map(([step, at]) => [step, localDate(at, timeZone)]));
  const answer = stepsDue({ ...dates, dueOn }, schedule, made, addedOn).map((one) => ({ ...one, dueOn }));
  const stands = answer.length > 0 && countKept(keptClock(row)).openPause !== null;
  const ackOn = ackDueOn && !acknowledgedAt ? dateText(ackDueOn) : null;
  const ack = ackOn
    ? ackStepsDue({ ...dates, dueOn: ackOn }, schedule, made, addedOn).map((one) => ({
        ...one,
        dueOn: ackOn,
      }))
    : [];
  return [...(stands ? [] : answer), ...ack];
}

/** What moves a last day, or may: each is an event, at the moment at which the day became known. */
const movingEvents = [
  'request.dueMoved',
  ...Object.values(moves).flatMap(({ clockEvent, event }) => (clockEvent ? [event] : [])),
];

async function lastMoved(db: Db | Tx, ids: readonly string[]): Promise<Map<string, Date>> {
  const rows = await db.$queryRaw<{ id: string; at: Date }[]>`
    select request_id as id, max(at) as at from audit_event
     where request_id = any(${[...ids]}::uuid[]) and type = any(${movingEvents}::text[]) group by 1`;
  return new Map(rows.map(({ id, at }) => [id, at]));
}

/** Makes what one request owes: the steps, the event and the mail, or nothing of it. */
function remindOf(
  { db }: Pick<World, 'db'>,
  requestId: string,
  { schedule, added, officerIds, now }: AddedSchedule & { officerIds: readonly string[]; now: Date },
): Promise<number> {
  return inTransaction(db, async (tx) => {
    // As it is now: a move may have ended it, or moved its last day, since it was listed.
    await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
    const row = await tx.privacyRequest.findFirst({
      where: { id: requestId, status: { in: [...openStatuses] } },
      select: remindedFields,
    });
    const moved = await lastMoved(tx, [requestId]);
    const steps = row ? owedSteps(row, { schedule, added }, { movedAt: moved.get(requestId), now }) : [];
    if (!row || steps.length === 0) return 0;
    // Who may not answer it any more is reminded of nothing.
    const assigneeId = row.assignee && worksOnRequests(row.assignee) ? row.assignee.id : null;
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
        // The first of them; each step has its own.
        dueOn: steps.map(({ dueOn }) => dueOn).sort()[0] ?? dateText(row.dueOn),
        steps: steps.map(({ step }) => step),
        dueOnOf: Object.fromEntries(steps.map(({ step, dueOn }) => [step, dueOn])),
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
  if (!(await isAnythingLate(db, await localDays(db, now, timeZone)))) return;
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

async function isAnythingLate(db: Db, days: LocalDays): Promise<boolean> {
  const late = isDue('overdue', days);
  const [found] = await db.$queryRaw<{ late: boolean }[]>`
    select exists (select 1 from privacy_request where ${isOpen} and ${late})
        or exists (select 1 from ${toBeConfirmed} where ${late}) as late`;
  return found?.late ?? false;
}

async function activeOfficers(db: Db): Promise<string[]> {
  const officers = await db.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  return officers.map(({ id }) => id);
}
