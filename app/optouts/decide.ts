import type { ExportRules } from './rules.ts';
import { purposeAsked, type OptOutPurpose } from './purposes.ts';

/** One record of what a patient decided. Never edited: `supersedesId` names the record it replaces or withdraws. */
export interface OptOutRecord {
  id: string;
  sequence: bigint;
  /** `permitted`: a "yes" to a purpose that the facility asks permission for. */
  act: 'denied' | 'permitted' | 'withdrawn';
  purposes: readonly OptOutPurpose[];
  /** `all`, or the vendors named. */
  vendors: 'all' | readonly string[];
  studies: 'all' | readonly string[];
  coversDeidentified: boolean;
  /** Valid time: from when it counts. */
  effectiveFrom: Date;
  /** The instant from which it counts no more; null for no end. */
  expiresAt: Date | null;
  /** When Plainview knew of it. */
  recordedAt: Date;
  supersedesId: string | null;
}

export interface ExportQuestion {
  /** v3-ActReason code. */
  purpose: string;
  vendorId: string;
  /** False when what leaves carries no identity. */
  identifiable: boolean;
  studyUid: string | null;
}

export type ExportAnswer =
  | { decision: 'permit'; reason: 'noOptOut' | 'neverStopped' }
  | { decision: 'permit'; reason: 'permitted'; recordId: string }
  | { decision: 'deny'; reason: 'optedOut'; recordId: string }
  | { decision: 'deny'; reason: 'notPermitted' | 'purposeUnknown' | 'restoreNotConfirmed' };

/**
 * Whether images of one patient may go, at an instant, by the records known then. Pure; a denial overrides everything; where the facility
 * asks permission, only a "yes" that covers all that is asked permits. The answer names the record it rests on.
 * @param at the moment asked about (valid time)
 * @param knownAt what was recorded by then (recorded time); later records did not exist yet
 * @param rules the facility's, as they were at that moment
 * @param endedBy the moment by which a "no" must have ended to count no more, where that is not the moment asked about
 */
export function decideExport(
  records: readonly OptOutRecord[],
  question: ExportQuestion,
  at: Date,
  knownAt: Date,
  rules: ExportRules,
  endedBy: Date = at,
): ExportAnswer {
  const purpose = purposeAsked(question.purpose);
  if (purpose === 'unknown') return { decision: 'deny', reason: 'purposeUnknown' };
  if (purpose === 'neverStopped') return { decision: 'permit', reason: 'neverStopped' };

  const counting = recordsInForce(records, { at, knownAt, endedBy });
  const denial = counting.find((record) => record.act === 'denied' && denies(record, purpose, question));
  if (denial) return { decision: 'deny', reason: 'optedOut', recordId: denial.id };
  if (!rules.permission.includes(purpose)) return { decision: 'permit', reason: 'noOptOut' };
  const yes = counting.find((record) => record.act === 'permitted' && permits(record, purpose, question));
  return yes
    ? { decision: 'permit', reason: 'permitted', recordId: yes.id }
    : { decision: 'deny', reason: 'notPermitted' };
}

/**
 * After a restore from a back-up, a "no" said, or a "yes" taken back, since the back-up is not there. Until somebody has confirmed that, its absence permits
 * nothing. What no "no" can stop (treatment, payment, what the law requires) goes on.
 */
export function heldAfterRestore(answer: ExportAnswer): ExportAnswer {
  return answer.reason === 'noOptOut' || answer.reason === 'permitted'
    ? { decision: 'deny', reason: 'restoreNotConfirmed' }
    : answer;
}

/**
 * The records that count at an instant, newest first. What was replaced or taken back stays so, also when what replaced it is taken back
 * or ends.
 */
function recordsInForce(
  records: readonly OptOutRecord[],
  { at, knownAt, endedBy }: { at: Date; knownAt: Date; endedBy: Date },
): OptOutRecord[] {
  const known = records.filter((record) => record.recordedAt <= knownAt && record.effectiveFrom <= at);
  const superseded = new Set(known.map((record) => record.supersedesId));
  return known
    .filter(
      (record) =>
        record.act !== 'withdrawn' &&
        !superseded.has(record.id) &&
        !hasExpired(record, record.act === 'denied' ? endedBy : at),
    )
    .sort((a, b) => (a.sequence < b.sequence ? 1 : -1));
}

/**
 * Whether a record of somebody's group of records counts for one of them. A "no" counts for all. A "yes" counts for those that were one
 * person with it when it was given: nobody gave it for a record that was joined later.
 */
export function countsFor(
  act: OptOutRecord['act'],
  givenForIds: readonly string[],
  patientId: string,
): boolean {
  return act !== 'permitted' || givenForIds.includes(patientId);
}

/**
 * A record of somebody's group as it counts for one of them. A "yes" that does not count still stands in the place of what it replaced: it
 * takes that away, and permits nothing. Left out, the wider "yes" that it narrowed would permit again.
 */
export function countedFor<R extends Pick<OptOutRecord, 'act'>>(
  record: R,
  givenForIds: readonly string[],
  patientId: string,
): R {
  return countsFor(record.act, givenForIds, patientId) ? record : { ...record, act: 'withdrawn' };
}

function hasExpired({ expiresAt }: OptOutRecord, at: Date): boolean {
  return expiresAt !== null && expiresAt <= at;
}

function concerns(record: OptOutRecord, purpose: OptOutPurpose, question: ExportQuestion): boolean {
  return (
    record.purposes.includes(purpose) &&
    (record.vendors === 'all' || record.vendors.includes(question.vendorId)) &&
    (question.identifiable || record.coversDeidentified)
  );
}

/** A "no" for some studies covers a question that does not say which study. */
function denies(record: OptOutRecord, purpose: OptOutPurpose, question: ExportQuestion): boolean {
  return (
    concerns(record, purpose, question) &&
    (record.studies === 'all' || question.studyUid === null || record.studies.includes(question.studyUid))
  );
}

/** A "yes" for some studies covers no question that does not say which study. */
function permits(record: OptOutRecord, purpose: OptOutPurpose, question: ExportQuestion): boolean {
  return (
    concerns(record, purpose, question) &&
    (record.studies === 'all' || (question.studyUid !== null && record.studies.includes(question.studyUid)))
  );
}
