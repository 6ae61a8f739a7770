import type { MessageId } from '#app/words/words.ts';

/** What images may have been sent for, as v3-ActReason codes. */
export const purposesAsked = [
  { code: 'MLTRAINING', label: 'optOuts.purpose.aiTraining' },
  { code: 'HRESCH', label: 'optOuts.purpose.research' },
  { code: 'HMARKT', label: 'optOuts.purpose.commercialSharing' },
  { code: 'TREATDS', label: 'patient.use.care' },
] as const satisfies readonly { code: string; label: MessageId }[];

/** An answer about a past moment, in words. */
export interface AllowedAnswer {
  /** By what was known when. */
  heading: string;
  isAllowed: boolean;
  says: string;
  why: string;
  record: { requestId: string; reference: string; since: string } | null;
  /** What the facility had set then. */
  rule: string;
}
