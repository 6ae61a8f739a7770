import { parseDate } from '#app/clocks/input.ts';

export interface MonthSpan {
  /** `YYYY-MM` */
  month: string;
  previous: string;
  next: string;
  /** First and last day. */
  from: string;
  to: string;
  /** Weeks from Sunday to Saturday; null: a day of another month. */
  weeks: (string | null)[][];
}

/** A month as a calendar shows it. @param asked what an address asks for; anything that is no month of 1970–2199 is the month of `today` */
export function monthSpan(asked: string | null, today: string): MonthSpan {
  const month =
    asked && /^(19[7-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$/.test(asked) ? asked : today.slice(0, 7);
  const first = parseDate(`${month}-01`);
  const length = first.daysInMonth;
  const blanks = first.dayOfWeek % 7;
  const days: (string | null)[] = [
    ...Array.from({ length: blanks }, () => null),
    ...Array.from({ length }, (_, index) => first.add({ days: index }).toString()),
  ];
  while (days.length % 7 > 0) days.push(null);
  return {
    month,
    previous: first.subtract({ months: 1 }).toString().slice(0, 7),
    next: first.add({ months: 1 }).toString().slice(0, 7),
    from: first.toString(),
    to: first.add({ days: length - 1 }).toString(),
    weeks: Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7)),
  };
}
