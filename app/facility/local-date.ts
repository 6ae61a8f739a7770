import { Temporal } from 'temporal-polyfill';

/** The facility's local date at an instant, `YYYY-MM-DD`. @param timeZone IANA */
export function localDateAt(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}

/** The facility's local time at an instant, `HH:MM`. @param timeZone IANA */
export function localTimeAt(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainTime()
    .toString({ smallestUnit: 'minute' });
}

/** The instant at which a local day begins. @param date `YYYY-MM-DD` @param timeZone IANA */
export function startOfLocalDate(date: string, timeZone: string): Date {
  const day = Temporal.PlainDate.from(date).toZonedDateTime(timeZone);
  return new Date(day.epochMilliseconds);
}
