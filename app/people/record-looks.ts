import type { Role } from '#app/audit/actor.ts';
import { can } from './can.ts';

/** Why somebody opens records that no open request explains. The patient reads which of these it was; what was written with it only the officer. */
export const lookReasons = [
  'patientAsked',
  'answeredRequest',
  'recordUpkeep',
  'reportQuestion',
  'other',
] as const;
export type LookReason = (typeof lookReasons)[number];

/** A reason that was given counts for the day's work; a closed record is open for an hour. */
export const reasonCountsFor = 8 * 60 * 60_000;
const glassBrokenFor = 60 * 60_000;
/** How long an answered request explains why the one it was assigned to looks again. */
export const answeredExplainsFor = 30 * 24 * 60 * 60_000;

/** Whether somebody may open a record now, or what they are asked first. */
export type Look = 'open' | 'reasonNeeded' | 'closed';

export interface AboutLook {
  role: Role;
  /** An officer closed it to staff. */
  isClosed: boolean;
  /** The patient has an open request, or one answered of late that this person entered, had or answered. */
  isExplained: boolean;
  /** When this person last gave a reason, and last opened it though it was closed. */
  reasonAt: Date | null;
  glassBrokenAt: Date | null;
}

export function lookAt({ role, isClosed, isExplained, reasonAt, glassBrokenAt }: AboutLook, now: Date): Look {
  const isWithin = (at: Date | null, span: number) => at !== null && now.getTime() - at.getTime() < span;
  if (can(role, 'records.seeClosed')) return 'open';
  if (isClosed) return isWithin(glassBrokenAt, glassBrokenFor) ? 'open' : 'closed';
  if (can(role, 'records.seeUnasked') || isExplained) return 'open';
  return isWithin(reasonAt, reasonCountsFor) || isWithin(glassBrokenAt, reasonCountsFor)
    ? 'open'
    : 'reasonNeeded';
}

/** What is missing of a reason. A closed record, and “something else”, need words of one's own. */
export function missingOfReason(given: { why: LookReason; text: string; isClosed: boolean }): 'text' | null {
  return (given.isClosed || given.why === 'other') && given.text.trim().length < 3 ? 'text' : null;
}

/** The choice in what an event keeps. @param after the facts of a `records.reasonGiven` or `records.glassBroken` */
export function lookReasonIn(after: unknown): LookReason {
  const why = after !== null && typeof after === 'object' && 'why' in after ? after.why : null;
  return lookReasons.find((reason) => reason === why) ?? 'other';
}
