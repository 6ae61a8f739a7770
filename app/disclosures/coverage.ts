import { Temporal } from 'temporal-polyfill';

/** How often a source has to report. */
export interface Rhythm {
  everyHours: number;
  /** Hours of business days that count; null: every hour of every day. */
  working: { from: number; to: number } | null;
}

/** Where hours and days are counted. */
export interface Place {
  /** IANA. */
  timeZone: string;
  /** `YYYY-MM-DD`. */
  holidays: ReadonlySet<string>;
}

const aMinute = 60_000;
const anHour = 60 * aMinute;

/** Milliseconds between two instants that count for a rhythm. Hours of the clock on the wall: on the day it is put back one has more. */
export function countedTime(from: Date, to: Date, { working }: Rhythm, place: Place): number {
  if (to <= from) return 0;
  if (!working) return to.getTime() - from.getTime();
  const dayOf = (at: Date) =>
    Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(place.timeZone).toPlainDate();
  const last = dayOf(to);
  let counted = 0;
  for (let day = dayOf(from); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    if (day.dayOfWeek > 5 || place.holidays.has(day.toString())) continue;
    const begins = instantOn(day, working.from, place.timeZone);
    const ends = instantOn(day, working.to, place.timeZone);
    counted += Math.max(0, Math.min(ends, to.getTime()) - Math.max(begins, from.getTime()));
  }
  return counted;
}

function instantOn(day: Temporal.PlainDate, hour: number, timeZone: string): number {
  const { days, hours } = { days: Math.floor(hour / 24), hours: hour % 24 };
  return day.add({ days }).toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from({ hour: hours }) })
    .epochMilliseconds;
}

/** Whether so much time without a message is longer than the rhythm allows. */
export function isTooQuiet(from: Date, to: Date, rhythm: Rhythm, place: Place): boolean {
  return countedTime(from, to, rhythm, place) > rhythm.everyHours * anHour;
}

/** How completely the reports of one source cover a window; facility-local dates. */
export interface SourceCoverage {
  source: string;
  /** The first day from which on somebody would have seen that a report is missing; null: no such day in the window, or nothing came. */
  completeFrom: string | null;
  /** Reports came on days of the window of which nobody can say whether all came. Not in lists of before it was kept. */
  untold?: boolean;
  /** Days that a gap touches, both included; one after the other, apart. */
  gaps: { from: string; to: string }[];
}

export interface SourceRows {
  auditSourceId: string;
  /** When its first message came; null: none ever came. */
  firstAt: Date | null;
  /** Since when it has to report in a rhythm; null: it may be silent, and nobody sees it. */
  watchedSince: Date | null;
  gaps: readonly { fromAt: Date; toAt: Date | null }[];
}

/**
 * What a source's reports cover of a window of facility-local dates, both included. They are complete only since somebody watches that they
 * come: a message that is not there shows by nothing else. Numbers show what is missing between two messages, and not that none comes any
 * more. The day on which it began counts as not covered.
 * @param now the end of a gap that is still open
 */
export function coverageOfSource(
  { auditSourceId, firstAt, watchedSince, gaps }: SourceRows,
  window: { from: string; to: string },
  { timeZone, now }: { timeZone: string; now: Date },
): SourceCoverage {
  /** The first day of the window after that of an instant; null: it is after the window. */
  const firstDayAfter = (at: Date | null) => {
    const date = at && dateIn(timeZone, at);
    const from = date && (date < window.from ? window.from : dayAfter(date));
    return from && from <= window.to ? from : null;
  };
  const reportedFrom = firstDayAfter(firstAt);
  if (!reportedFrom) return { source: auditSourceId, completeFrom: null, untold: false, gaps: [] };
  const watchedFrom = firstDayAfter(watchedSince);
  const completeFrom = watchedFrom && (watchedFrom > reportedFrom ? watchedFrom : reportedFrom);
  const untold = completeFrom === null || completeFrom > reportedFrom;
  const touched = daysOfGaps(gaps, { from: reportedFrom, to: window.to }, { timeZone, now });
  return { source: auditSourceId, completeFrom, untold, gaps: touched };
}

/** The facility-local days of a window that gaps touch, both included; one after the other, apart. @param now the end of an open gap */
export function daysOfGaps(
  gaps: readonly { fromAt: Date; toAt: Date | null }[],
  window: { from: string; to: string },
  { timeZone, now }: { timeZone: string; now: Date },
): { from: string; to: string }[] {
  const days = gaps
    .map(({ fromAt, toAt }) => ({ from: dateIn(timeZone, fromAt), to: dateIn(timeZone, toAt ?? now) }))
    .filter(({ from, to }) => to >= window.from && from <= window.to)
    .map(({ from, to }) => ({
      from: from < window.from ? window.from : from,
      to: to > window.to ? window.to : to,
    }))
    .sort((a, b) => (a.from < b.from ? -1 : 1));
  const joined: { from: string; to: string }[] = [];
  for (const gap of days) {
    const last = joined.at(-1);
    if (last && gap.from <= dayAfter(last.to)) last.to = gap.to > last.to ? gap.to : last.to;
    else joined.push(gap);
  }
  return joined;
}

function dateIn(timeZone: string, at: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

function dayAfter(date: string): string {
  return Temporal.PlainDate.from(date).add({ days: 1 }).toString();
}
