import type { Temporal } from 'temporal-polyfill';
import type { ClockCount, OpenPause } from './count.ts';
import { daysBetween, parseDate } from './input.ts';
import { clockRule } from './rules.ts';

export type ClockState = 'running' | 'atRisk' | 'dueToday' | 'paused' | 'overdue' | 'met' | 'metLate';

export type ClockStateInput = {
  count: ClockCount;
  /** Facility-local date of the moment that is asked about. */
  today: string;
  /** Facility-local date on which the answer went out. */
  answeredOn?: string | null;
  /** Overrides what the count's own events say. */
  paused?: boolean;
};

/**
 * Where a clock stands on a facility-local day. Computed on read, never stored. The last day itself is `dueToday`;
 * `overdue` begins with the next local day.
 *
 * `daysLeft`: calendar days to the effective due date, 0 on that day, negative after it; on a pause that the count
 * knows of, what would be left if it ended that day; once answered, the days to spare (negative: days late).
 * `daysUsed`: calendar days since day 0 (pauses included), up to the answer or today.
 * @throws ClockInputError `badDate`
 */
export function clockState({ count, today, answeredOn, paused }: ClockStateInput): {
  state: ClockState;
  daysLeft: number;
  daysUsed: number;
} {
  const due = parseDate(count.effectiveDueDate);
  const on = parseDate(answeredOn ?? today);
  const daysUsed = Math.max(0, daysBetween(parseDate(count.startDate), on));
  const daysLeft = daysBetween(on, due);
  if (answeredOn) return { state: daysLeft < 0 ? 'metLate' : 'met', daysLeft, daysUsed };
  if (paused ?? count.openPause !== null) {
    return {
      state: 'paused',
      daysLeft: count.openPause ? leftAfter(count.openPause, on) : daysLeft,
      daysUsed,
    };
  }
  if (daysLeft < 0) return { state: 'overdue', daysLeft, daysUsed };
  if (daysLeft === 0) return { state: 'dueToday', daysLeft, daysUsed };
  const { warnAtDays } = clockRule(count.rule, count.version);
  return { state: daysLeft <= warnAtDays ? 'atRisk' : 'running', daysLeft, daysUsed };
}

function leftAfter({ daysLeft, boundOn }: OpenPause, today: Temporal.PlainDate): number {
  return boundOn === null ? daysLeft : Math.max(daysLeft, daysBetween(today, parseDate(boundOn)));
}
