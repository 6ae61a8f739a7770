import type { ClockCount } from '#app/clocks/count.ts';
import type { Prisma } from '#app/db/client.server.ts';
import { openAsking } from './came.ts';
import type { KeptClock } from './request-clock.ts';
import { feeByPost, toldEvents } from './told-by-post.ts';

/** What a row keeps of its clock. */
export const clockFields = {
  ruleId: true,
  ruleVersion: true,
  promisedCount: true,
  suspendByPolicy: true,
  ackRuleId: true,
  ackRuleVersion: true,
  ackHolidays: true,
  acknowledgedAt: true,
  receivedAt: true,
  timeZone: true,
  holidays: true,
  respondedAt: true,
  closedAt: true,
  clockEvents: {
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    select: { type: true, at: true, newDueOn: true },
  },
} as const satisfies Prisma.PrivacyRequestSelect;

type ClockRow = Prisma.PrivacyRequestGetPayload<{ select: typeof clockFields }>;

export function keptClock(row: ClockRow): KeptClock {
  const { ruleId, ruleVersion, promisedCount, suspendByPolicy, receivedAt, timeZone, respondedAt, closedAt } =
    row;
  const history = row.clockEvents.map(({ newDueOn, ...event }) => ({
    ...event,
    newDueOn: newDueOn && dateText(newDueOn),
  }));
  return {
    ruleId,
    ruleVersion,
    promisedCount,
    suspendByPolicy,
    ack:
      row.ackRuleId === null || row.ackRuleVersion === null
        ? null
        : {
            ruleId: row.ackRuleId,
            ruleVersion: row.ackRuleVersion,
            holidays: row.ackHolidays.map(dateText),
            metAt: row.acknowledgedAt,
          },
    receivedAt,
    timeZone,
    respondedAt,
    closedAt,
    holidays: row.holidays.map(dateText),
    clockEvents: toldEvents(history),
    asking: openAsking(history),
    feeByPost: feeByPost(history),
  };
}

/** What a count sets of a request: all that moves its clock writes both. */
export function countedColumns({ effectiveDueDate, openPause }: ClockCount) {
  return { dueOn: new Date(`${effectiveDueDate}T00:00:00Z`), clockPaused: openPause !== null };
}

/** A date column as `YYYY-MM-DD`. */
export function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
