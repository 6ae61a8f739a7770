import { isKindOf } from './classify.ts';

/** What makes two reports reports of one transfer. */
export interface TransferMark {
  studyUid: string | null;
  instanceCount: number | null;
  occurredAt: Date;
  /** Images of each SOP class, where every class is told. */
  classes: ReadonlyMap<string, number>;
  /** The report names one class by its form (a line of a file, a FHIR entity): others of the transfer may be missing. */
  namesOneClass: boolean;
  /** Somebody says that the images had no name on them. */
  withoutName: boolean;
  /** v3-ActReason code: of a row what it counts as, of a report what it states itself. */
  purpose: string | null;
  /** Who told of it, and in which form (`reporterOf`). */
  reporters: ReadonlySet<string>;
}

/** Sender, receiver and retries tell slightly different times of one transfer; a second transfer within this is not told apart. */
export const sameTransferWithin = 5 * 60_000;

/**
 * Whether a report tells of a transfer that is a row of one patient and one vendor already: same study, same number of images, at about
 * the same time. A different number of images is a different transfer: better one row too many for staff to see than one too few. A
 * report that can name one class alone is of the same transfer when the other one has that class with exactly as many images; and one
 * that does not count is, when it is another system's. Without a study nothing tells two transfers apart but their reports. A report that
 * says what would put the transfer elsewhere in an accounting (the name is on the images, it was for something else) is no second witness.
 */
export function isSameTransfer(row: TransferMark, report: TransferMark): boolean {
  return (
    row.studyUid !== null &&
    row.studyUid === report.studyUid &&
    Math.abs(row.occurredAt.getTime() - report.occurredAt.getTime()) <= sameTransferWithin &&
    row.withoutName === report.withoutName &&
    (report.purpose === null || isKindOf(row.purpose, report.purpose)) &&
    (row.instanceCount === report.instanceCount ||
      isPartOf(row, report) ||
      isPartOf(report, row) ||
      isUncounted(row, report))
  );
}

/** One counts and the other does not. A row without a number has room for one that counts, or two transfers would end in it. */
function isUncounted(row: TransferMark, report: TransferMark): boolean {
  if ((row.instanceCount === null) === (report.instanceCount === null)) return false;
  if ([...report.reporters].some((one) => row.reporters.has(one))) return false;
  return row.instanceCount !== null || row.reporters.size === 1;
}

export function reporterOf(format: string, auditSourceId: string | null): string {
  return JSON.stringify([format, auditSourceId]);
}

function isPartOf(part: TransferMark, whole: TransferMark): boolean {
  const [only, ...others] = part.classes;
  if (!part.namesOneClass || !only || others.length > 0) return false;
  const [uid, count] = only;
  return whole.classes.size > 1 && whole.classes.get(uid) === count;
}

export function classesOf(uids: readonly string[], counts: readonly number[]): Map<string, number> {
  return new Map(uids.length === counts.length ? uids.map((uid, at) => [uid, counts[at]!]) : []);
}
