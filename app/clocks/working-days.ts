import type { Temporal } from 'temporal-polyfill';

export type DayOff = 'saturday' | 'sunday' | 'holiday';

/** Why a date is not a working day (the facility's holidays first), or null when it is one. */
export function dayOff(date: Temporal.PlainDate, holidays: ReadonlySet<string>): DayOff | null {
  if (holidays.has(date.toString())) return 'holiday';
  if (date.dayOfWeek === 6) return 'saturday';
  if (date.dayOfWeek === 7) return 'sunday';
  return null;
}

/** The date itself when it is a working day, else the next one. */
export function rollForward(date: Temporal.PlainDate, holidays: ReadonlySet<string>): Temporal.PlainDate {
  let day = date;
  while (dayOff(day, holidays)) day = day.add({ days: 1 });
  return day;
}

/** Holidays on weekdays from a day until another one, which is not among them. */
export function weekdayHolidays(
  from: Temporal.PlainDate,
  until: Temporal.PlainDate,
  holidays: ReadonlySet<string>,
): string[] {
  const found: string[] = [];
  for (let day = from; day.until(until).days > 0; day = day.add({ days: 1 }))
    if (day.dayOfWeek < 6 && holidays.has(day.toString())) found.push(day.toString());
  return found;
}

/** The n-th working day after `start`; the start itself is never counted. Holidays that fell on a weekday are named. */
export function addBusinessDays(
  start: Temporal.PlainDate,
  n: number,
  holidays: ReadonlySet<string>,
): { date: Temporal.PlainDate; holidaysSkipped: string[] } {
  let date = start;
  const holidaysSkipped: string[] = [];
  for (let counted = 0; counted < n;) {
    date = date.add({ days: 1 });
    if (!dayOff(date, holidays)) counted += 1;
    else if (date.dayOfWeek < 6) holidaysSkipped.push(date.toString());
  }
  return { date, holidaysSkipped };
}
