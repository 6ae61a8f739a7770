import type { Prisma } from '#app/db/client.server.ts';
import type { KeptClock } from './request-clock.ts';

/** What a row keeps of its clock. */
export const clockFields = {
  ruleId: true,
  ruleVersion: true,
  promisedCount: true,
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
  const { ruleId, ruleVersion, promisedCount, receivedAt, timeZone, respondedAt, closedAt } = row;
  return {
    ruleId,
    ruleVersion,
    promisedCount,
    receivedAt,
    timeZone,
    respondedAt,
    closedAt,
    holidays: row.holidays.map(dateText),
    clockEvents: row.clockEvents.map(({ type, at, newDueOn }) => ({
      type,
      at,
      newDueOn: newDueOn && dateText(newDueOn),
    })),
  };
}

/** A date column as `YYYY-MM-DD`. */
export function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
