import { Temporal } from 'temporal-polyfill';
import { localDateAt } from '#app/facility/local-date.ts';

export type Received = { ok: true; at: Date } | { ok: false; why: 'inTheFuture' | 'tooEarly' };

/** Before it nobody can have received anything that is asked here. */
const earliest = '1900-01-01';

/**
 * When the facility truly got something, from a local day and, where it is known, a local time. Without a time: noon of that day, which
 * is that day wherever the clock is counted; today, now.
 * @param received.on `YYYY-MM-DD`; @param received.time `HH:MM` or `''`; @param timeZone the facility's
 */
export function receivedAt(
  { on, time }: { on: string; time: string },
  { timeZone, now }: { timeZone: string; now: Date },
): Received {
  if (on < earliest) return { ok: false, why: 'tooEarly' };
  const today = localDateAt(now, timeZone);
  if (on > today) return { ok: false, why: 'inTheFuture' };
  if (on === today && time === '') return { ok: true, at: now };
  const at = Temporal.PlainDateTime.from(`${on}T${time || '12:00'}`).toZonedDateTime(timeZone);
  const instant = new Date(at.epochMilliseconds);
  return instant > now ? { ok: false, why: 'inTheFuture' } : { ok: true, at: instant };
}
