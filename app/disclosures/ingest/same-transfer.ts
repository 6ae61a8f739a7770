/** What makes two reports reports of one transfer. */
export interface TransferMark {
  studyUid: string | null;
  instanceCount: number | null;
  occurredAt: Date;
}

/** Sender, receiver and retries tell slightly different times of one transfer; a second transfer within this is not told apart. */
export const sameTransferWithin = 5 * 60_000;

/**
 * Whether two reports of one patient and one vendor tell of one transfer: same study, same number of images, at about the same time.
 * A different number of images is a different transfer: better one row too many for staff to see than one too few.
 */
export function isSameTransfer(a: TransferMark, b: TransferMark): boolean {
  return (
    a.studyUid === b.studyUid &&
    a.instanceCount === b.instanceCount &&
    Math.abs(a.occurredAt.getTime() - b.occurredAt.getTime()) <= sameTransferWithin
  );
}
