import { Temporal } from 'temporal-polyfill';
import { localDateAt } from '#app/facility/local-date.ts';

export type Received =
  | { ok: true; at: Date; timeKnown: boolean }
  /** `laterToday`: the day has come, and that time of it has not. */
  | { ok: false; why: 'inTheFuture' | 'laterToday' | 'tooEarly' };

/** Before it nobody can have received anything that is asked here. */
const earliest = '1900-01-01';

/**
 * When the facility truly got something, from a local day and, where it is known, a local time. Without a time: noon of that day, which
 * is that day wherever the clock is counted; today, now. Such a time is for counting alone: `timeKnown` says that nobody gave it.
 * @param received.on `YYYY-MM-DD`; @param received.time `HH:MM` or `''`; @param timeZone the facility's
 */
export function receivedAt(
  { on, time }: { on: string; time: string },
  { timeZone, now }: { timeZone: string; now: Date },
): Received {
  if (on < earliest) return { ok: false, why: 'tooEarly' };
  const today = localDateAt(now, timeZone);
  if (on > today) return { ok: false, why: 'inTheFuture' };
  if (on === today && time === '') return { ok: true, at: now, timeKnown: false };
  const at = Temporal.PlainDateTime.from(`${on}T${time || '12:00'}`).toZonedDateTime(timeZone);
  const instant = new Date(at.epochMilliseconds);
  return instant > now ? { ok: false, why: 'laterToday' } : { ok: true, at: instant, timeKnown: time !== '' };
}

/** Whether a day of receipt cannot be, or wants a second look: before the patient was born, or more than a year ago. */
export function receiptDoubt(
  on: string,
  { bornOn, today }: { bornOn: string; today: string },
): 'beforeBirth' | 'longAgo' | null {
  if (on < bornOn) return 'beforeBirth';
  const yearAgo = Temporal.PlainDate.from(today).subtract({ years: 1 }).toString();
  return on < yearAgo ? 'longAgo' : null;
}
