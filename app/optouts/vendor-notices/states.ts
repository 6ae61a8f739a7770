export const vendorNoticeKinds = ['stop', 'ended', 'narrowed', 'recall'] as const;
export type VendorNoticeKind = (typeof vendorNoticeKinds)[number];

/** These tell that less is asked, or nothing: that the company has it is all that is asked of it. */
export const kindsOfEnds = ['ended', 'narrowed'] as const satisfies readonly VendorNoticeKind[];
export function tellsAnEnd(kind: VendorNoticeKind): boolean {
  return kindsOfEnds.some((one) => one === kind);
}

/** What a vendor can say that it did. `cannot` is said with its reason. */
export const vendorDeeds = ['stopped', 'deleted', 'removedFromTraining', 'cannot'] as const;
export type VendorDeed = (typeof vendorDeeds)[number];

/**
 * Where a notice stands. `owed`: not handed over. `failed`: given up until somebody acts. `silent`: handed over, and nothing came back.
 * `escalated`: an officer was told of the silence. `closed`: nothing more is asked.
 */
export const vendorNoticeStates = [
  'owed',
  'failed',
  'silent',
  'escalated',
  'acknowledged',
  'answered',
  'closed',
] as const;
export type VendorNoticeState = (typeof vendorNoticeStates)[number];

export interface NoticeInstants {
  kind: VendorNoticeKind;
  owedAt: Date;
  sentAt: Date | null;
  failedAt: Date | null;
  acknowledgedAt: Date | null;
  answeredAt: Date | null;
  reminders: number;
  escalatedAt: Date | null;
  closedAt: Date | null;
}

/** The columns of it, to be selected. */
export const noticeInstants = {
  kind: true,
  owedAt: true,
  sentAt: true,
  failedAt: true,
  acknowledgedAt: true,
  answeredAt: true,
  reminders: true,
  escalatedAt: true,
  closedAt: true,
} as const satisfies Record<keyof NoticeInstants, true>;

/**
 * @returns where a notice stands by what its row says, as `whereState` finds it. An answer counts for more than that nothing more is asked; of an end
 * it is enough that the vendor has it. Whoever says after a long silence that they have it is silent no more.
 */
export function stateOfVendorNotice(notice: NoticeInstants): VendorNoticeState {
  const { kind, acknowledgedAt, escalatedAt } = notice;
  if (notice.answeredAt || (tellsAnEnd(kind) && acknowledgedAt)) return 'answered';
  if (notice.closedAt) return 'closed';
  if (notice.failedAt) return 'failed';
  if (escalatedAt && !(acknowledgedAt && acknowledgedAt >= escalatedAt)) return 'escalated';
  if (acknowledgedAt) return 'acknowledged';
  return notice.sentAt ? 'silent' : 'owed';
}

/** Whether something is still asked of the vendor: an end of a "no" asks only to be acknowledged. */
export function isOpen({ kind, closedAt, answeredAt, acknowledgedAt }: NoticeInstants): boolean {
  return closedAt === null && answeredAt === null && (!tellsAnEnd(kind) || acknowledgedAt === null);
}

const aDay = 24 * 3_600_000;

/** Whole days between two instants. */
export function daysSince(from: Date, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - from.getTime()) / aDay));
}

/** When the facility asks again, and when an officer is told, in days after the notice was handed over (or owed, where it never was). */
export interface ChaseSchedule {
  remindAfter: readonly number[];
  escalateAfter: number;
}

/**
 * What is due of an open notice. Late runs make one reminder, not several: the count goes to the last step that has passed.
 * @returns the count of reminders to reach, where it is above the present one; whether to tell an officer
 */
export function chaseDue(
  notice: NoticeInstants,
  { remindAfter, escalateAfter }: ChaseSchedule,
  now: Date,
): { remindTo: number | null; escalate: boolean } {
  if (!isOpen(notice)) return { remindTo: null, escalate: false };
  const days = daysSince(notice.sentAt ?? notice.owedAt, now);
  const passed = remindAfter.filter((after) => days >= after).length;
  const isOut = notice.sentAt !== null && notice.failedAt === null;
  return {
    remindTo: isOut && passed > notice.reminders ? passed : null,
    escalate: notice.escalatedAt === null && days >= escalateAfter,
  };
}

export type AnswerRefusal =
  'nothingSaid' | 'contradiction' | 'sayWhy' | 'proofMissing' | 'sinceMissing' | 'inFuture' | 'tooEarly';

export interface VendorAnswer {
  deeds: VendorDeed[];
  /** From which day that is so, in the facility's zone; null only where nothing could be done. */
  sinceOn: string | null;
  text: string;
  hasProof: boolean;
}

/**
 * Whether an answer can be taken as it is.
 * @param earliestOn the day of the first images that the vendor got, else the one on which the notice was owed
 */
export function judgeAnswer(
  { deeds, sinceOn, text, hasProof }: VendorAnswer,
  { earliestOn, today }: { earliestOn: string; today: string },
): AnswerRefusal | null {
  if (deeds.length === 0) return 'nothingSaid';
  const did = deeds.filter((deed) => deed !== 'cannot');
  if (deeds.includes('cannot') && text === '') return 'sayWhy';
  if (deeds.includes('deleted') && text === '' && !hasProof) return 'proofMissing';
  if (did.length === 0) return sinceOn === null ? null : 'contradiction';
  if (sinceOn === null) return 'sinceMissing';
  if (sinceOn > today) return 'inFuture';
  return sinceOn < earliestOn ? 'tooEarly' : null;
}
