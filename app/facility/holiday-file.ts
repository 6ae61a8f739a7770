import ICAL from 'ical.js';
import { z } from 'zod';

/** Far more than any country has in ten years. */
const mostFileEvents = 2_000;
/** Nesting that no calendar of holidays has. */
const mostParts = 10_000;
/** Of one unfolded line: reading it takes time by the square of its length. */
const longestLine = 10_000;
/** A holiday that goes on longer is no day off but a season. */
const longestDays = 31;
/** Years ahead for which a day that comes each year is written out. */
const yearsAhead = 5;
export const longestName = 120;

/** Why an event of the file is no holiday for us. */
export const leftOutReasons = [
  'notAllDay',
  'repeatsOtherwise',
  'badDate',
  'tooLong',
  'noName',
  'cancelled',
] as const;
export type LeftOutReason = (typeof leftOutReasons)[number];

export interface FoundDay {
  /** `YYYY-MM-DD` */
  on: string;
  name: string;
}

export type ReadHolidays =
  | { ok: true; days: FoundDay[]; leftOut: { name: string; why: LeftOutReason }[] }
  | { ok: false; refusal: 'notCalendar' | 'tooManyEvents' };

/**
 * The days of an iCalendar file (RFC 5545): its events that last whole days. One that comes each year on its date is written out for
 * this year and five more; any other way to repeat is left out, and said.
 * @param text of at most a megabyte: the door holds that
 * @param thisYear the facility's
 */
export function readHolidayFile(text: string, thisYear: number): ReadHolidays {
  const file = text.replace(/^\uFEFF/, '').trimStart();
  if (!/^BEGIN:VCALENDAR\s/i.test(file)) return { ok: false, refusal: 'notCalendar' };
  // Counted before it is read: reading makes objects of each.
  if (countOf(file, /^BEGIN:VEVENT/gim) > mostFileEvents) return { ok: false, refusal: 'tooManyEvents' };
  if (countOf(file, /^BEGIN:/gim) > mostParts) return { ok: false, refusal: 'notCalendar' };
  const lines = file.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
  if (lines.some((line) => line.length > longestLine)) return { ok: false, refusal: 'notCalendar' };
  const events = eventsOf(file);
  if (!events) return { ok: false, refusal: 'notCalendar' };
  const days = new Map<string, FoundDay>();
  const leftOut: { name: string; why: LeftOutReason }[] = [];
  for (const event of events) {
    const read = daysOf(event, thisYear);
    if (typeof read === 'string') leftOut.push({ name: nameOf(event), why: read });
    else for (const day of read) if (!days.has(day.on)) days.set(day.on, day);
  }
  return { ok: true, days: [...days.values()].sort((a, b) => (a.on < b.on ? -1 : 1)), leftOut };
}

function countOf(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(pattern)) count += 1;
  return count;
}

function eventsOf(file: string): ICAL.Component[] | null {
  try {
    const parsed = ICAL.parse(file) as unknown[];
    const calendars = (typeof parsed[0] === 'string' ? [parsed] : parsed) as [string, unknown[], unknown[]][];
    return calendars.flatMap((calendar) => new ICAL.Component(calendar).getAllSubcomponents('vevent'));
  } catch {
    return null;
  }
}

function daysOf(event: ICAL.Component, thisYear: number): FoundDay[] | LeftOutReason {
  const name = nameOf(event);
  const start = dateOf(event, 'dtstart');
  if (start === 'notAllDay') return 'notAllDay';
  if (start === null) return 'badDate';
  if (textOf(event, 'status').toUpperCase() === 'CANCELLED') return 'cancelled';
  if (name === '') return 'noName';
  if (event.hasProperty('rdate') || event.hasProperty('exdate') || event.hasProperty('recurrence-id'))
    return 'repeatsOtherwise';
  const end = dateOf(event, 'dtend');
  if (end === 'notAllDay' || (end === null && event.hasProperty('dtend'))) return 'badDate';
  const length = event.hasProperty('duration') ? durationOf(event) : end === null ? 1 : daysFrom(start, end);
  if (length === null) return 'notAllDay';
  if (length > longestDays) return 'tooLong';
  const starts = startsOf(event, start, thisYear);
  if (!starts) return 'repeatsOtherwise';
  // RFC 5545 §3.6.1: an end that is not after the start means the one day.
  return starts.flatMap((first) =>
    Array.from({ length: Math.max(1, length) }, (_, at) => ({ on: daysAfter(first, at), name })),
  );
}

const plainDate = z.iso.date().refine((date) => date >= '1900-01-01' && date <= '2199-12-31');

function dateOf(event: ICAL.Component, name: string): string | 'notAllDay' | null {
  const property = event.getFirstProperty(name);
  if (!property) return null;
  const [, , type, value] = property.toJSON() as [string, object, string, unknown];
  if (type !== 'date') return 'notAllDay';
  return plainDate.safeParse(value).data ?? null;
}

/** Of whole days or weeks; null for any other. */
function durationOf(event: ICAL.Component): number | null {
  const [, days, weeks] = /^P(?:(\d{1,3})D|(\d{1,2})W)$/.exec(textOf(event, 'duration')) ?? [];
  if (days === undefined && weeks === undefined) return null;
  return Number(days ?? 0) + 7 * Number(weeks ?? 0);
}

type RuleParts = Record<string, string | number | string[] | number[] | undefined>;

/**
 * The first days of an event: its own, or one each year from this year on. Only a rule that says no more than "each year on this date" is
 * understood: wrong days off would be worse than none.
 */
function startsOf(event: ICAL.Component, start: string, thisYear: number): string[] | null {
  const rules = event.getAllProperties('rrule');
  if (rules.length === 0) return [start];
  const [, , , parts] = rules[0]!.toJSON() as [string, object, string, RuleParts];
  const [year = 0, month = 0, day = 0] = start.split('-').map(Number);
  const same = (value: RuleParts[string], wanted: number) =>
    value === undefined || String(value) === String(wanted);
  const known = ['freq', 'interval', 'count', 'until', 'bymonth', 'bymonthday', 'wkst'];
  if (rules.length > 1 || parts.freq !== 'YEARLY' || Object.keys(parts).some((part) => !known.includes(part)))
    return null;
  if (!same(parts.interval, 1) || !same(parts.bymonth, month) || !same(parts.bymonthday, day)) return null;
  const until = parts.until === undefined ? '9999' : String(parts.until).slice(0, 10);
  const lastYear = parts.count === undefined ? Infinity : year + Number(parts.count) - 1;
  const starts = [];
  for (let at = Math.max(year, thisYear); at <= Math.min(thisYear + yearsAhead, lastYear); at += 1) {
    const date = `${at}${start.slice(4)}`;
    // 29 February comes in leap years alone (RFC 5545 §3.3.10).
    if (plainDate.safeParse(date).success && date <= until) starts.push(date);
  }
  return starts;
}

function nameOf(event: ICAL.Component): string {
  return textOf(event, 'summary')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
    .slice(0, longestName);
}

function textOf(event: ICAL.Component, name: string): string {
  const [, , , value] = (event.getFirstProperty(name)?.toJSON() ?? []) as unknown[];
  return typeof value === 'string' ? value : '';
}

const aDay = 24 * 3_600_000;
const daysFrom = (from: string, to: string) => Math.round((Date.parse(to) - Date.parse(from)) / aDay);
const daysAfter = (date: string, days: number) =>
  new Date(Date.parse(date) + days * aDay).toISOString().slice(0, 10);
