import { parseDate } from '#app/clocks/input.ts';
import { dayOff, type DayOff } from '#app/clocks/working-days.ts';

export interface DueOn {
  /** Facility-local last day. */
  dueOn: string;
  basis: 'law' | 'promise';
}

export interface HorizonDay {
  on: string;
  law: number;
  promise: number;
  off: DayOff | null;
}

/**
 * The days of the horizon, today first, each with the requests whose last day it is.
 * @param todayOn the facility's local date
 * @param length number of days, today included
 */
export function horizonDays(
  todayOn: string,
  length: number,
  due: readonly DueOn[],
  holidays: readonly string[],
): HorizonDay[] {
  const today = parseDate(todayOn);
  const free = new Set(holidays);
  return Array.from({ length }, (_, index) => {
    const date = today.add({ days: index });
    const on = date.toString();
    const ofDay = due.filter(({ dueOn }) => dueOn === on);
    return {
      on,
      law: ofDay.filter(({ basis }) => basis === 'law').length,
      promise: ofDay.filter(({ basis }) => basis === 'promise').length,
      off: dayOff(date, free),
    };
  });
}

/** The date some days after another. */
export function daysAfter(on: string, days: number): string {
  return parseDate(on).add({ days }).toString();
}
