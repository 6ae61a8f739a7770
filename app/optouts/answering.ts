import {
  decideExport,
  heldAfterRestore,
  type ExportAnswer,
  type ExportQuestion,
  type OptOutRecord,
} from './decide.ts';
import { newestRules, rulesAt, type RulesOverTime } from './rules.ts';

/** How long an answer may be relied on. A gateway asks again at send time all the same. */
export const answerValidFor = 15 * 60_000;

/** Until when answers of one moment may be relied on: no longer than each "yes" that they rest on counts. */
export function reliableUntil(now: Date, ends: readonly (Date | null)[]): Date {
  const latest = new Date(now.getTime() + answerValidFor);
  return ends.reduce<Date>((until, end) => (end !== null && end < until ? end : until), latest);
}

/** When the "yes" that an answer rests on ends; null where it rests on none, or on one without an end. */
export function endOfYes(answer: ItemAnswer, records: readonly OptOutRecord[]): Date | null {
  if (answer.reason !== 'permitted') return null;
  return records.find(({ id }) => id === answer.recordId)?.expiresAt ?? null;
}

/** Reasons of its own, beside those of the decision: nobody is known who could have said "no", or whom it could go to. */
export type ItemAnswer = ExportAnswer | { decision: 'deny'; reason: 'patientUnknown' | 'recipientUnknown' };

export interface Asking extends Omit<ExportQuestion, 'vendorId'> {
  /** Null where nobody, or several, answer to the name. */
  vendorId: string | null;
  /** A past moment to ask about; null for now. */
  at: Date | null;
  /** Of a past moment: what was recorded by then; null for what was recorded at that moment. */
  knownAt?: Date | null | undefined;
  now: Date;
  rules: RulesOverTime;
  isHeld: boolean;
}

/**
 * The one decision of page, call and list: everything that is not known to be allowed is denied.
 * @param records all records of the person, those of joined records too; null where the number is nobody's
 */
export function answerFor(
  records: readonly OptOutRecord[] | null,
  { purpose, vendorId, identifiable, studyUid, at, knownAt, now, rules, isHeld }: Asking,
): ItemAnswer {
  if (records === null) return { decision: 'deny', reason: 'patientUnknown' };
  if (vendorId === null) return { decision: 'deny', reason: 'recipientUnknown' };
  const question = { purpose, vendorId, identifiable, studyUid };
  const asOf = at ?? latest(now, records);
  const decided = decideExport(
    records,
    question,
    asOf,
    knownAt ?? asOf,
    at ? rulesAt(rules, at) : newestRules(rules),
    at ?? now,
  );
  return isHeld ? heldAfterRestore(decided) : decided;
}

/**
 * "Now" is never before a record that is committed: the clocks of two machines differ, and a "no" filed on the faster one counts at once.
 * It ends no other "no" early: whether one has ended is asked of this machine's own clock.
 */
function latest(now: Date, records: readonly OptOutRecord[]): Date {
  return records.reduce((last, { recordedAt }) => (recordedAt > last ? recordedAt : last), now);
}
