import type { DueDay } from '#app/requests/oversight.server.ts';
import { weekdayDateInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { horizonDays, type HorizonDay } from './horizon-days.ts';

/** Today and the 60 days after it: a list that is asked for today is due on the last of them (164.528(c)(1)). */
export const horizonLength = 61;
/** Of the requests of one day. */
export const mostNamed = 6;

export interface HorizonRow {
  on: string;
  day: string;
  /** "Weekend", "Holiday"; null on a working day. */
  off: string | null;
  /** What of it is late or due today, and whether that is all of it. */
  standing: { what: 'late' | 'today'; count: number; whole: boolean }[];
  law: number;
  promise: number;
  requests: { id: string; reference: string }[];
  /** Requests of that day beyond those named. */
  more: number;
}

export interface HorizonView {
  late: number;
  near: number;
  total: number;
  days: HorizonDay[];
  ticks: { index: number; label: string }[];
  rows: HorizonRow[];
}

const offWords: Record<NonNullable<HorizonDay['off']>, MessageId> = {
  saturday: 'officer.horizon.weekend',
  sunday: 'officer.horizon.weekend',
  holiday: 'officer.horizon.holiday',
};

/** The chart's data and the same as a table: late days first, then the days of the horizon on which something is due. */
export function horizonView(
  due: readonly DueDay[],
  { todayOn, holidays, locale }: { todayOn: string; holidays: readonly string[]; locale: Locale },
): HorizonView {
  const words = wordsFor(locale);
  const days = horizonDays(todayOn, horizonLength, due, holidays);
  const lateDays = due
    .filter(({ dueOn }) => dueOn < todayOn)
    .flatMap(({ dueOn }) => horizonDays(dueOn, 1, due, holidays));
  const sum = (of: (day: DueDay) => number) => due.reduce((all, day) => all + of(day), 0);
  const dayOf = new Map(due.map((day) => [day.dueOn, day]));
  return {
    late: sum(({ late }) => late),
    near: sum(({ today, week }) => today + week),
    total: sum(({ law, promise }) => law + promise),
    days,
    ticks: days.flatMap(({ on }, index) =>
      index % 10 === 0 ? [{ index, label: shortDate(locale, on) }] : [],
    ),
    rows: [...lateDays, ...days]
      .filter(({ law, promise }) => law + promise > 0)
      .map(({ on, law, promise, off }) => {
        const { late = 0, today = 0, requests = [] } = dayOf.get(on) ?? {};
        return {
          on,
          day: weekdayDateInWords(locale, on),
          off: off && words(offWords[off]),
          standing: [
            { what: 'late' as const, count: late },
            { what: 'today' as const, count: today },
          ]
            .filter(({ count }) => count > 0)
            .map((one) => ({ ...one, whole: one.count === law + promise })),
          law,
          promise,
          requests,
          more: law + promise - requests.length,
        };
      }),
  };
}

/** A date short enough for an axis: "Nov 22". The table beside it has the whole date. */
function shortDate(locale: Locale, on: string): string {
  return new Intl.DateTimeFormat(formatTag[locale], {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(`${on}T00:00:00Z`));
}
