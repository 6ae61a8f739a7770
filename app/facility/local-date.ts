import { Temporal } from 'temporal-polyfill';

/** The facility's local date at an instant, `YYYY-MM-DD`. @param timeZone IANA */
export function localDateAt(instant: Date, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString();
}
