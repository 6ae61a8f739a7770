import { Temporal } from 'temporal-polyfill';

export type ClockInputErrorCode =
  | 'unknownRule'
  | 'badReceivedAt'
  | 'badTimeZone'
  | 'badDate'
  | 'badHoliday'
  | 'badEventType'
  | 'badEventAt'
  | 'badEventUntil'
  | 'eventBeforeReceipt'
  | 'badPromised';

/** What was given to a clock cannot be counted. `code` is for programs; `value` is what was refused. */
export class ClockInputError extends Error {
  override readonly name = 'ClockInputError';
  readonly code: ClockInputErrorCode;
  readonly value: string;

  constructor(code: ClockInputErrorCode, value: unknown) {
    super(`${code}: ${String(value)}`);
    this.code = code;
    this.value = String(value);
  }
}

export const clockEventTypes = [
  'extensionNoticeSent',
  'identityInfoRequested',
  'identityInfoReceived',
  'clarificationRequested',
  'clarificationReceived',
  'feeTold',
  'feePaid',
  'lawEnforcementOralHold',
  'lawEnforcementWrittenHold',
] as const;
export type ClockEventType = (typeof clockEventTypes)[number];

/** Something that happened to a request and may change its date. `at` is RFC 3339 with an offset. */
export type ClockEvent =
  /** `namedOn`: the facility-local date that the notice named. It binds; without it the rule's longest day is taken. */
  | { type: 'extensionNoticeSent'; at: string; hasReason?: boolean; hasNewDate?: boolean; namedOn?: string }
  | {
      type:
        | 'identityInfoRequested'
        | 'identityInfoReceived'
        | 'clarificationRequested'
        | 'clarificationReceived'
        | 'feeTold'
        | 'feePaid'
        | 'lawEnforcementOralHold';
      at: string;
    }
  /** `until`: the facility-local date that the written statement specifies. */
  | { type: 'lawEnforcementWrittenHold'; at: string; until: string };

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;
const isoDate = /^\d{4}-\d{2}-\d{2}$/;
const zoneName = /^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/;

/** What may be given to a clock lies in these years; what it counts from there may lie later. */
const firstYear = 1900;
export const lastYear = 2199;

/** A legal date, given or counted. Only years 1900–2999, so that no count runs out of four-digit years. */
export function parseDate(value: unknown, code: ClockInputErrorCode = 'badDate'): Temporal.PlainDate {
  if (typeof value !== 'string' || !isoDate.test(value)) throw new ClockInputError(code, value);
  try {
    return inRange(Temporal.PlainDate.from(value), code, 2999);
  } catch {
    throw new ClockInputError(code, value);
  }
}

/** The IANA name as given. A fixed offset ("+05:00") is refused: it knows no summer time. */
export function parseTimeZone(value: unknown): string {
  if (typeof value !== 'string' || !zoneName.test(value)) throw new ClockInputError('badTimeZone', value);
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(value);
    return value;
  } catch {
    throw new ClockInputError('badTimeZone', value);
  }
}

/** The calendar date of an RFC 3339 instant in `timeZone`. A time without an offset is refused. */
export function localDateOf(
  value: unknown,
  timeZone: string,
  code: ClockInputErrorCode = 'badReceivedAt',
): Temporal.PlainDate {
  if (typeof value !== 'string' || !rfc3339.test(value)) throw new ClockInputError(code, value);
  try {
    return inRange(Temporal.Instant.from(value).toZonedDateTimeISO(timeZone).toPlainDate(), code);
  } catch {
    throw new ClockInputError(code, value);
  }
}

/** A legal date that somebody gave: see `firstYear` and `lastYear`. */
export function givenDate(value: unknown, code: ClockInputErrorCode): Temporal.PlainDate {
  return inRange(parseDate(value, code), code);
}

/**
 * The instant that a facility-local date begins, for somebody who knows the day and not the hour; what is no plain date comes back as it
 * is, and is judged as an instant.
 */
export function startOfDay(value: string, timeZone: string): string {
  if (!isoDate.test(value)) return value;
  try {
    return Temporal.PlainDate.from(value).toZonedDateTime(timeZone).toInstant().toString();
  } catch {
    return value;
  }
}

/**
 * The instant of a local time of a day, for a clock that counts hours: of two readings, where clocks are set back, the earlier. Without a time, or
 * where it cannot be read, the day itself.
 */
export function momentOfDay(date: string, time: string, timeZone: string): string {
  if (time === '' || !isoDate.test(date)) return date;
  try {
    const moment = Temporal.PlainDateTime.from(`${date}T${time}`);
    return moment.toZonedDateTime(timeZone, { disambiguation: 'earlier' }).toInstant().toString();
  } catch {
    return date;
  }
}

export function parseHolidays(values: readonly unknown[]): ReadonlySet<string> {
  return new Set(values.map((value) => givenDate(value, 'badHoliday').toString()));
}

/** An event with its facility-local dates, ready to be counted with. */
export type DatedEvent = { type: ClockEventType; on: Temporal.PlainDate } & {
  hasReason: boolean;
  hasNewDate: boolean;
  namedOn: Temporal.PlainDate | null;
  until: Temporal.PlainDate | null;
};

/**
 * Dates every event in the facility's time zone, in order of time (events of one instant keep the given order).
 * An event on a local date before the receipt is refused: it belongs to something else.
 */
export function dateEvents(
  events: readonly ClockEvent[],
  timeZone: string,
  receivedOn: Temporal.PlainDate,
): DatedEvent[] {
  const dated = events.map((event) => {
    if (!clockEventTypes.includes(event.type)) throw new ClockInputError('badEventType', event.type);
    const on = localDateOf(event.at, timeZone, 'badEventAt');
    if (isBefore(on, receivedOn)) throw new ClockInputError('eventBeforeReceipt', event.at);
    const until = event.type === 'lawEnforcementWrittenHold' ? givenDate(event.until, 'badEventUntil') : null;
    if (until && isBefore(until, on)) throw new ClockInputError('badEventUntil', until);
    const notice = event.type === 'extensionNoticeSent' ? event : null;
    return {
      instant: Temporal.Instant.from(event.at),
      type: event.type,
      on,
      hasReason: notice?.hasReason === true,
      hasNewDate: notice?.hasNewDate === true,
      namedOn: notice?.namedOn === undefined ? null : parseDate(notice.namedOn),
      until,
    };
  });
  return dated
    .sort((a, b) => Temporal.Instant.compare(a.instant, b.instant))
    .map(({ instant: _instant, ...event }) => event);
}

export function isBefore(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) < 0;
}

export function laterOf(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return isBefore(a, b) ? b : a;
}

/** Calendar days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return from.until(to, { largestUnit: 'day' }).days;
}

function inRange(
  date: Temporal.PlainDate,
  code: ClockInputErrorCode,
  last: number = lastYear,
): Temporal.PlainDate {
  if (date.year < firstYear || date.year > last) throw new ClockInputError(code, date);
  return date;
}
