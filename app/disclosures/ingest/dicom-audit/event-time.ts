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

function wallTime(match: RegExpExecArray): Temporal.PlainDateTime | null {
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
  try {
    const time = Temporal.PlainDateTime.from(
      { year, month, day, hour: isMidnightAtEnd ? 0 : hour, minute, second, millisecond },
      { overflow: 'reject' },
    );
    return isMidnightAtEnd ? time.add({ days: 1 }) : time;
  } catch {
    return null;
  }
}

function instantOf(time: Temporal.PlainDateTime, zone: string): number | null {
  try {
    // A local time that a change of clocks skips or repeats is not one instant: it is not guessed.
    return time.toZonedDateTime(zone, { disambiguation: 'reject' }).epochMilliseconds;
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
  if (!match || !time) return { ok: false, reason: 'badEventTime' };
  const zone = match[8] ?? assumedTimeZone;
  const at = zone === undefined ? null : instantOf(time, zone === 'Z' ? 'UTC' : zone);
  if (at === null) return { ok: false, reason: 'eventTimeWithoutZone' };
  if (at < earliest) return { ok: false, reason: 'badEventTime' };
  if (at > now.getTime() + futureTolerance) return { ok: false, reason: 'eventTimeInFuture' };
  return { ok: true, at: new Date(at), assumedTimeZone: match[8] === undefined ? (zone ?? null) : null };
}
