import { kindDefinition, type RequestKind } from './kinds/registry.ts';

/** The time that a request asks about: facility-local days, both included. */
export interface AskedTime {
  from: string;
  to: string;
}

/** Why a time is not one to which a request may be narrowed. A longer time is a new request, with a clock of its own. */
export type NarrowingGap =
  | 'timeTooEarly'
  | 'timeTooLate'
  | 'timeBackwards'
  /** Its kind asks about no time. */
  | 'noTime'
  /** Neither another time nor a word of what should change. */
  | 'changeMissing';

/** What a request asks about, and of which kind it is. */
export interface Asked {
  kind: RequestKind;
  details: unknown;
}

/** The time that a request asks about; null for a kind that asks about none. */
export function timeAskedFor({ kind, details }: Asked): AskedTime | null {
  return kind === 'accounting' ? kindDefinition(kind).details.parse(details) : null;
}

/** Of two times, whether they are the same days. */
export const isSameTime = (one: AskedTime, other: AskedTime): boolean =>
  one.from === other.from && one.to === other.to;

export type Narrowing = { ok: true; time: AskedTime | null } | { ok: false; refusal: NarrowingGap };

/**
 * What becomes of a request that its patient changes because of what it costs (45 CFR 164.528(c)(2)(ii), "withdraw or modify the
 * request"): less of the time that it asks about, words, or both.
 * @param change.time null: none was given @returns the new time; null where it stays as it is
 */
export function narrow(asked: Asked, change: { time: AskedTime | null; text: string }): Narrowing {
  const before = timeAskedFor(asked);
  const { time } = change;
  if (time && !before) return { ok: false, refusal: 'noTime' };
  if (time && before) {
    if (time.from < before.from) return { ok: false, refusal: 'timeTooEarly' };
    if (time.to > before.to) return { ok: false, refusal: 'timeTooLate' };
    if (time.from > time.to) return { ok: false, refusal: 'timeBackwards' };
    if (!isSameTime(time, before)) return { ok: true, time };
  }
  return change.text.trim() === '' ? { ok: false, refusal: 'changeMissing' } : { ok: true, time: null };
}
