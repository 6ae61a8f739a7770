import { Temporal } from 'temporal-polyfill';

export type EventTime =
  /** `assumedTimeZone`: the value gave no zone, and was read in this one. */
  | { ok: true; at: Date; assumedTimeZone: string | null }
  | { ok: false; reason: 'badEventTime' | 'eventTimeWithoutZone' | 'eventTimeInFuture' };

/** A sender's clock may be off by a day's worth of mistaken zone, not more. Milliseconds. */
const futureTolerance = 24 * 60 * 60 * 1_000;

/** RFC 3881, the first form of this message, is of September 2004: an earlier time is a clock that lost its date. */
const earliest = Date.UTC(2004, 0, 1);

// XML Schema part 2 §3.2.7 dateTime, four-digit years.
const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,12}))?(Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)?$/;

/** A wall clock's reading as if it were UTC's, in milliseconds; null for a date or a time that does not exist. */
function wallTime(match: RegExpExecArray): number | null {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millisecond = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  // §3.2.7: 24:00:00 is the first instant of the next day.
  const isMidnightAtEnd = hour === 24 && minute === 0 && second === 0 && millisecond === 0;
  const midnight = new Date(Date.UTC(year, month - 1, day));
  const isRealDate =
    midnight.getUTCFullYear() === year &&
    midnight.getUTCMonth() === month - 1 &&
    midnight.getUTCDate() === day;
  const isRealTime = isMidnightAtEnd || (hour < 24 && minute < 60 && second < 60);
  if (!isRealDate || !isRealTime) return null;
  return midnight.getTime() + ((hour * 60 + minute) * 60 + second) * 1_000 + millisecond;
}

/** An offset is arithmetic; a zone with a name is asked of the calendar of zones. */
function instantOf(time: number, zone: string): number | null {
  if (zone === 'Z') return time;
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(zone);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3]);
    return time - (offset[1] === '-' ? -minutes : minutes) * 60_000;
  }
  try {
    // A local time that a change of clocks skips or repeats is not one instant: it is not guessed.
    return Temporal.Instant.fromEpochMilliseconds(time)
      .toZonedDateTimeISO('UTC')
      .toPlainDateTime()
      .toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds;
  } catch {
    return null;
  }
}

/**
 * The instant of `EventDateTime`, an xsd:dateTime, to the millisecond (finer digits are cut).
 *
 * `assumedTimeZone` (an IANA name) is the zone configured for the source, used when the value carries none; a local time
 * that does not exist or exists twice in that zone, or a zone that is not known, leaves `eventTimeWithoutZone`. A value
 * that is not a real date and time is `badEventTime`; more than 24 hours after `now` is `eventTimeInFuture`.
 */
export function readEventTime(value: string, now: Date, assumedTimeZone?: string): EventTime {
  const match = dateTime.exec(value.trim());
  const time = match && wallTime(match);
  if (!match || time === null) return { ok: false, reason: 'badEventTime' };
  const zone = match[8] ?? assumedTimeZone;
  const at = zone === undefined ? null : instantOf(time, zone);
  if (at === null) return { ok: false, reason: 'eventTimeWithoutZone' };
  if (at < earliest) return { ok: false, reason: 'badEventTime' };
  if (at > now.getTime() + futureTolerance) return { ok: false, reason: 'eventTimeInFuture' };
  return { ok: true, at: new Date(at), assumedTimeZone: match[8] === undefined ? (zone ?? null) : null };
}
