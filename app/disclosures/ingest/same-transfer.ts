/** What makes two reports reports of one transfer. */
export interface TransferMark {
  studyUid: string | null;
  instanceCount: number | null;
  occurredAt: Date;
  /** Images of each SOP class, where every class is told. */
  classes: ReadonlyMap<string, number>;
  /** The report names one class by its form (a line of a file, a FHIR entity): others of the transfer may be missing. */
  namesOneClass: boolean;
}

/** Sender, receiver and retries tell slightly different times of one transfer; a second transfer within this is not told apart. */
export const sameTransferWithin = 5 * 60_000;

/**
 * Whether two reports of one patient and one vendor tell of one transfer: same study, same number of images, at about the same time.
 * A different number of images is a different transfer: better one row too many for staff to see than one too few. A report that can
 * name one class alone is of the same transfer when the other one has that class with exactly as many images.
 */
export function isSameTransfer(a: TransferMark, b: TransferMark): boolean {
  return (
    a.studyUid === b.studyUid &&
    Math.abs(a.occurredAt.getTime() - b.occurredAt.getTime()) <= sameTransferWithin &&
    (a.instanceCount === b.instanceCount || isPartOf(a, b) || isPartOf(b, a))
  );
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
