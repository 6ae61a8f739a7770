import { Temporal } from 'temporal-polyfill';
import type { ClockEventType } from '#app/clocks/input.ts';
import { localDateAt } from '#app/facility/local-date.ts';

/** What a patient was asked for and has not answered, by the status in which a request waits for it. */
export interface Asking {
  status: 'identityCheck' | 'waitingOnPatient';
  at: Date;
}

const waits: Partial<Record<ClockEventType, Asking['status']>> = {
  identityInfoRequested: 'identityCheck',
  identityInfoReceived: 'identityCheck',
  clarificationRequested: 'waitingOnPatient',
  clarificationReceived: 'waitingOnPatient',
};

/** The asking that is still open, if one is. @param events of the clock, oldest first */
export function openAsking(events: readonly { type: ClockEventType; at: Date }[]): Asking | null {
  let open: Asking | null = null;
  for (const { type, at } of events) {
    const status = waits[type];
    if (!status) continue;
    const isAsking = type === 'identityInfoRequested' || type === 'clarificationRequested';
    if (isAsking) open = { status, at };
    else if (open?.status === status) open = null;
  }
  return open;
}

/** Why a day cannot be the one on which something came that was asked for. */
export type CameGap = 'cameBeforeAsked' | 'cameInFuture';

/** @param cameOn,askedOn,today facility-local dates, `YYYY-MM-DD` */
export function cameGap(
  cameOn: string,
  { askedOn, today }: { askedOn: string | null; today: string },
): CameGap | null {
  if (cameOn > today) return 'cameInFuture';
  return askedOn !== null && cameOn < askedOn ? 'cameBeforeAsked' : null;
}

/**
 * The instant with which a clock's history says on which day something came: now, for today; for an earlier day its noon, but never
 * before it was asked for, so that asking and coming keep their order on one day too.
 * @param cameOn facility-local; has passed `cameGap`
 */
export function cameAt(
  cameOn: string,
  { askedAt, timeZone, now }: { askedAt: Date | null; timeZone: string; now: Date },
): Date {
  if (cameOn >= localDateAt(now, timeZone)) return now;
  const noon = Temporal.PlainDateTime.from(`${cameOn}T12:00`).toZonedDateTime(timeZone).epochMilliseconds;
  return new Date(askedAt ? Math.max(noon, askedAt.getTime() + 1) : noon);
}
