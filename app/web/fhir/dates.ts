import { startOfLocalDate } from '#app/facility/local-date.ts';

/** What a FHIR date means by how exact it is: from (inclusive) and until (exclusive). */
export interface Span {
  from: Date;
  until: Date;
}

/** Prefixes that are understood; `ne` and `ap` are not (hl7.org/fhir/R4/search.html#prefix). */
export const datePrefixes = ['eq', 'gt', 'lt', 'ge', 'le', 'sa', 'eb'] as const;
export type DatePrefix = (typeof datePrefixes)[number];

export interface AskedDate extends Span {
  prefix: DatePrefix;
}

const shape =
  /^(eq|gt|lt|ge|le|sa|eb)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T([01]\d|2[0-3]):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;

/**
 * Reads a date of a search. What has no time of day is a date of the facility's zone; a time of day needs its offset.
 * @returns null for what is no such date, or lies outside the years 1900 to 2199
 */
export function askedDate(text: string, timeZone: string): AskedDate | null {
  // A plus sign that nobody encoded arrives as a space.
  const parts = shape.exec(text.replace(/ (\d\d:\d\d)$/, '+$1'));
  if (!parts) return null;
  const [, prefix = 'eq', year = '', month, day, hour, minute, second, fraction, offset] = parts;
  if (year < '1900' || year >= '2200') return null;
  const span =
    hour === undefined
      ? daysOf({ year: Number(year), month, day }, timeZone)
      : instantOf(`${year}-${month}-${day}T${hour}:${minute}`, { second, fraction, offset: offset ?? 'Z' });
  return span && { prefix: prefix as DatePrefix, ...span };
}

function daysOf(
  { year, month, day }: { year: number; month: string | undefined; day: string | undefined },
  timeZone: string,
): Span | null {
  const first = new Date(Date.UTC(year, Number(month ?? 1) - 1, Number(day ?? 1)));
  if (month !== undefined && first.getUTCMonth() !== Number(month) - 1) return null;
  const next = new Date(first);
  if (month === undefined) next.setUTCFullYear(year + 1);
  else if (day === undefined) next.setUTCMonth(first.getUTCMonth() + 1);
  else next.setUTCDate(first.getUTCDate() + 1);
  const start = (date: Date) => startOfLocalDate(date.toISOString().slice(0, 10), timeZone);
  return { from: start(first), until: start(next) };
}

function instantOf(
  toMinute: string,
  { second, fraction, offset }: { second: string | undefined; fraction: string | undefined; offset: string },
): Span | null {
  const milliseconds = (fraction ?? '').slice(0, 3).padEnd(3, '0');
  const from = new Date(`${toMinute}:${second ?? '00'}.${milliseconds}${offset}`);
  // 30 February is none, though Date would make it one of March.
  const isReal = !Number.isNaN(from.getTime()) && isDay(toMinute.slice(0, 10));
  const length = second === undefined ? 60_000 : fraction === undefined ? 1_000 : 1;
  return isReal ? { from, until: new Date(from.getTime() + length) } : null;
}

function isDay(date: string): boolean {
  const at = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === date;
}

/** Which instants a question asks for: from (inclusive) and until (exclusive); null: open. */
export function instantsAsked({ prefix, from, until }: AskedDate): { from: Date | null; until: Date | null } {
  switch (prefix) {
    case 'eq':
      return { from, until };
    case 'gt':
    case 'sa':
      return { from: until, until: null };
    case 'ge':
      return { from, until: null };
    case 'lt':
    case 'eb':
      return { from: null, until: from };
    case 'le':
      return { from: null, until };
  }
}
