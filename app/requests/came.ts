import { Temporal } from 'temporal-polyfill';
import type { ClockEventType } from '#app/clocks/input.ts';
import { localDateAt } from '#app/facility/local-date.ts';

/** What was written where nobody reads it on a page: it has told nobody until its letter is posted. */
export type WrittenType =
  'extensionNoticeWritten' | 'identityInfoWritten' | 'clarificationWritten' | 'feeWritten';

/** What a clock's own history tells of. */
export type HistoryType = ClockEventType | WrittenType | 'letterPosted';

/** What a patient was asked for and has not answered, by the status in which a request waits for it. */
export interface Asking {
  status: 'identityCheck' | 'waitingOnPatient';
  at: Date;
  /** When they were told: where nobody reads it on a page, when its letter was posted; null: it is not. */
  toldAt: Date | null;
}

const asks: Partial<Record<HistoryType, Asking['status']>> = {
  identityInfoRequested: 'identityCheck',
  identityInfoWritten: 'identityCheck',
  clarificationRequested: 'waitingOnPatient',
  clarificationWritten: 'waitingOnPatient',
};
const answers: Partial<Record<HistoryType, Asking['status']>> = {
  identityInfoReceived: 'identityCheck',
  clarificationReceived: 'waitingOnPatient',
};

/** The asking that is still open, if one is. @param events of the clock, oldest first */
export function openAsking(events: readonly { type: HistoryType; at: Date }[]): Asking | null {
  return events.reduce<Asking | null>((open, { type, at }) => {
    const status = asks[type];
    const isWritten = type === 'identityInfoWritten' || type === 'clarificationWritten';
    if (status) return { status, at, toldAt: isWritten ? null : at };
    if (open && type === 'letterPosted') return { ...open, toldAt: open.toldAt ?? at };
    return answers[type] === open?.status ? null : open;
  }, null);
}

/**
 * After which instant of it something came, for `cameAt`: of what was asked by post, that of its letter, unless it came on a day before.
 * @param cameOn facility-local
 */
export function cameAfter(asking: Asking | null, cameOn: string, timeZone: string): Date | null {
  if (!asking) return null;
  const { at, toldAt } = asking;
  return toldAt && localDateAt(toldAt, timeZone) <= cameOn ? toldAt : at;
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
