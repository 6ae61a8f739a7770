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
  | { decision: 'deny'; reason: 'optedOut'; recordId: string }
  | { decision: 'deny'; reason: 'purposeUnknown' | 'restoreNotConfirmed' };

/**
 * Whether images of one patient may go, at an instant, by the records known then. Pure; a denial overrides everything; the answer
 * names the record it rests on.
 * @param at the moment asked about (valid time)
 * @param knownAt what was recorded by then (recorded time); later records did not exist yet
 */
export function decideExport(
  records: readonly OptOutRecord[],
  question: ExportQuestion,
  at: Date,
  knownAt: Date = at,
): ExportAnswer {
  const purpose = purposeAsked(question.purpose);
  if (purpose === 'unknown') return { decision: 'deny', reason: 'purposeUnknown' };
  if (purpose === 'neverStopped') return { decision: 'permit', reason: 'neverStopped' };

  const denial = denialsInForce(records, at, knownAt).find((record) => covers(record, purpose, question));
  return denial
    ? { decision: 'deny', reason: 'optedOut', recordId: denial.id }
    : { decision: 'permit', reason: 'noOptOut' };
}

/**
 * After a restore from a back-up, a "no" said since the back-up is not there. Until somebody has confirmed that, its absence permits
 * nothing. What no "no" can stop (treatment, payment, what the law requires) goes on.
 */
export function heldAfterRestore(answer: ExportAnswer): ExportAnswer {
  return answer.reason === 'noOptOut' ? { decision: 'deny', reason: 'restoreNotConfirmed' } : answer;
}

/** The denials that count at an instant, newest first. */
export function denialsInForce(
  records: readonly OptOutRecord[],
  at: Date,
  knownAt: Date = at,
): OptOutRecord[] {
  const known = records.filter((record) => record.recordedAt <= knownAt && record.effectiveFrom <= at);
  const superseded = new Set(known.map((record) => record.supersedesId));
  return known
    .filter((record) => record.act === 'denied' && !superseded.has(record.id) && !hasExpired(record, at))
    .sort((a, b) => (a.sequence < b.sequence ? 1 : -1));
}

function hasExpired({ expiresAt }: OptOutRecord, at: Date): boolean {
  return expiresAt !== null && expiresAt <= at;
}

function covers(record: OptOutRecord, purpose: OptOutPurpose, question: ExportQuestion): boolean {
  return (
    record.purposes.includes(purpose) &&
    (record.vendors === 'all' || record.vendors.includes(question.vendorId)) &&
    // A "no" for some studies covers a question that does not say which study.
    (record.studies === 'all' || question.studyUid === null || record.studies.includes(question.studyUid)) &&
    (question.identifiable || record.coversDeidentified)
  );
}
