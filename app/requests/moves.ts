import type { AuditEventType } from '#app/audit/events.ts';
import type { ClockEventType } from '#app/clocks/input.ts';
import type { NoticeKind } from '#app/notices/notices.ts';

export const requestStatuses = [
  'draft',
  'submitted',
  'identityCheck',
  'acknowledged',
  'inReview',
  'waitingOnPatient',
  'responded',
  'closed',
] as const;
export type RequestStatus = (typeof requestStatuses)[number];

/** How an answer can settle a request. */
export const outcomes = ['granted', 'grantedInPart', 'denied', 'nothingToReport'] as const;
export type Outcome = (typeof outcomes)[number];

export function isOutcome(value: unknown): value is Outcome {
  return (outcomes as readonly unknown[]).includes(value);
}

export type RequestResolution = Outcome | 'withdrawn' | 'duplicate';

export const moveNames = [
  'acknowledge',
  'askIdentity',
  'confirmIdentity',
  'askPatient',
  'patientReply',
  'goOn',
  'draftAnswer',
  'respond',
  'extend',
  'correctReceived',
  'refuseIdentity',
  'markDuplicate',
  'undoDuplicate',
  'notADuplicate',
  'otherEnded',
  'withdraw',
  'enterWithdrawal',
] as const;
export type MoveName = (typeof moveNames)[number];

/** What a move must bring along or find. */
export type MoveNeed =
  /** An answer that is ready to be read: with an outcome, its ground where it is a denial, and all that it must contain. */
  | 'answer'
  /** No cost that the patient was told of and has not answered: 45 CFR 164.524(c)(4), 164.528(c)(2)(ii). */
  | 'feeSettled'
  /** Reasons, in words that the patient may read. */
  | 'reason'
  /** To be inside the first period, once, with reasons and the new date. */
  | 'extension'
  /** Of an appeal: somebody who had no part in the decision that it is about (45 CFR 164.524(a)(4)). */
  | 'freshEyes'
  /** A kind that the law lets nobody have who does not show who they are, and two people where its denials want two. */
  | 'identityNeeded'
  /** The other request of the patient that this one is the same as, which came first and is answered for both. */
  | 'twin'
  /** To have been closed as the same as another. */
  | 'closedAsDuplicate'
  /** How and when the patient said it: on paper, by phone, at the desk. */
  | 'theirWord'
  /** Where it names the day on which what was asked for came: not before the asking, and not in the future. */
  | 'cameOn'
  /** Of what staff entered: when it truly came. Not before its patient was born, not in the future, and not what stands there. */
  | 'received';

export interface MoveRule {
  from: readonly RequestStatus[];
  /** `same`: the status stays as it is. */
  to: RequestStatus | 'same';
  /** Staff who process requests, the privacy officer alone, the patient whose request it is, or Plainview by itself. */
  who: 'requests.process' | 'requests.extend' | 'requests.deny' | 'ownRequests.file' | 'plainview';
  needs: readonly MoveNeed[];
  /** What it is to the clock. */
  clockEvent: Extract<
    ClockEventType,
    | 'extensionNoticeSent'
    | 'identityInfoRequested'
    | 'identityInfoReceived'
    | 'clarificationRequested'
    | 'clarificationReceived'
  > | null;
  event: AuditEventType;
  notices: readonly NoticeKind[];
  /** Work inside the facility is not in the patient's own history. */
  visibleToPatient: boolean;
}

/** Not answered and not closed: somebody still has to do something. */
export const openStatuses = [
  'submitted',
  'identityCheck',
  'acknowledged',
  'inReview',
  'waitingOnPatient',
] as const;

export const isOpenStatus = (status: RequestStatus): boolean =>
  (openStatuses as readonly RequestStatus[]).includes(status);

const byStaff = {
  who: 'requests.process',
  needs: [],
  clockEvent: null,
  notices: [],
  visibleToPatient: true,
} as const;

/** Every way a request can move: from where, to where, by whom, what it needs, and what it owes. What is not here is refused. */
export const moves: Record<MoveName, MoveRule> = {
  acknowledge: {
    ...byStaff,
    from: ['submitted'],
    to: 'acknowledged',
    event: 'request.acknowledged',
    notices: ['requestAcknowledged'],
  },
  askIdentity: {
    ...byStaff,
    from: ['submitted', 'acknowledged'],
    to: 'identityCheck',
    clockEvent: 'identityInfoRequested',
    event: 'request.identityAsked',
    notices: ['identityAsked'],
  },
  confirmIdentity: {
    ...byStaff,
    from: ['identityCheck'],
    to: 'acknowledged',
    needs: ['cameOn'],
    clockEvent: 'identityInfoReceived',
    event: 'request.identityConfirmed',
  },
  askPatient: {
    ...byStaff,
    from: ['submitted', 'acknowledged', 'inReview'],
    to: 'waitingOnPatient',
    clockEvent: 'clarificationRequested',
    event: 'request.moreAsked',
    notices: ['moreAsked'],
  },
  patientReply: {
    ...byStaff,
    from: ['waitingOnPatient'],
    to: 'inReview',
    who: 'ownRequests.file',
    clockEvent: 'clarificationReceived',
    event: 'request.patientReplied',
  },
  // The answer came by phone, or is not needed any more.
  goOn: {
    ...byStaff,
    from: ['waitingOnPatient'],
    to: 'inReview',
    needs: ['reason', 'cameOn'],
    clockEvent: 'clarificationReceived',
    event: 'request.reviewBegan',
  },
  draftAnswer: {
    ...byStaff,
    from: ['submitted', 'acknowledged', 'inReview'],
    to: 'inReview',
    needs: ['freshEyes'],
    event: 'request.answerDrafted',
    // The patient sees the answer, not each draft.
    visibleToPatient: false,
  },
  respond: {
    ...byStaff,
    from: ['inReview'],
    to: 'responded',
    needs: ['feeSettled', 'freshEyes', 'answer'],
    event: 'request.responded',
    notices: ['answerReady'],
  },
  extend: {
    ...byStaff,
    from: openStatuses,
    to: 'same',
    who: 'requests.extend',
    needs: ['extension'],
    clockEvent: 'extensionNoticeSent',
    event: 'request.extended',
    notices: ['deadlineExtended'],
  },
  // A day that was mistyped moves the law's last day: the privacy officer puts it right, and the patient reads both days.
  correctReceived: {
    ...byStaff,
    from: openStatuses,
    to: 'same',
    who: 'requests.extend',
    needs: ['reason', 'received'],
    event: 'request.receivedCorrected',
    notices: ['lastDayTold'],
  },
  // 45 CFR 164.514(h)(1), GDPR Art. 12(2) and (6): nobody has to be told what is on record of somebody they may not be.
  refuseIdentity: {
    ...byStaff,
    from: ['identityCheck'],
    to: 'responded',
    who: 'requests.deny',
    needs: ['freshEyes', 'identityNeeded', 'reason'],
    event: 'request.responded',
    notices: ['answerReady'],
  },
  markDuplicate: {
    ...byStaff,
    from: openStatuses,
    to: 'closed',
    needs: ['reason', 'twin'],
    event: 'request.markedDuplicate',
    notices: ['requestIsDuplicate'],
  },
  // It was not the same after all: the request goes on under the clock that it has had since it came.
  undoDuplicate: {
    ...byStaff,
    from: ['closed'],
    to: 'submitted',
    needs: ['closedAsDuplicate', 'reason'],
    event: 'request.reopened',
    notices: ['requestReopened'],
  },
  notADuplicate: {
    ...byStaff,
    from: ['closed'],
    to: 'submitted',
    who: 'ownRequests.file',
    needs: ['closedAsDuplicate'],
    event: 'request.reopened',
  },
  // What was to answer it ended without an answer, or is somebody else's since their records were parted.
  otherEnded: {
    ...byStaff,
    from: ['closed'],
    to: 'submitted',
    who: 'plainview',
    needs: ['closedAsDuplicate'],
    event: 'request.reopened',
    notices: ['requestReopened'],
  },
  withdraw: {
    ...byStaff,
    from: openStatuses,
    to: 'closed',
    who: 'ownRequests.file',
    event: 'request.withdrawn',
  },
  // Of somebody who has no account: staff enter what came on paper, by phone or at the desk.
  enterWithdrawal: {
    ...byStaff,
    from: openStatuses,
    to: 'closed',
    needs: ['theirWord'],
    event: 'request.withdrawn',
  },
};
