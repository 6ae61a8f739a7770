import { parseDate } from '#app/clocks/input.ts';
import { dayOff, type DayOff } from '#app/clocks/working-days.ts';

export interface DueSum {
  /** Facility-local last day. */
  dueOn: string;
  /** How many requests fall due on it, by law and by promise. */
  law: number;
  promise: number;
}

export interface HorizonDay {
  on: string;
  law: number;
  promise: number;
  off: DayOff | null;
}

/**
 * The days of the horizon, today first, each with how many requests have it as their last day.
 * @param todayOn the facility's local date
 * @param length number of days, today included
 */
export function horizonDays(
  todayOn: string,
  length: number,
  due: readonly DueSum[],
  holidays: readonly string[],
): HorizonDay[] {
  const today = parseDate(todayOn);
  const free = new Set(holidays);
  const sums = new Map(due.map((one) => [one.dueOn, one]));
  return Array.from({ length }, (_, index) => {
    const date = today.add({ days: index });
    const on = date.toString();
    const { law, promise } = sums.get(on) ?? { law: 0, promise: 0 };
    return { on, law, promise, off: dayOff(date, free) };
  });
}

/** The date some days after another. */
export function daysAfter(on: string, days: number): string {
  return parseDate(on).add({ days }).toString();
}
