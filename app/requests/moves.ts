import type { AuditEventType } from '#app/audit/events.ts';
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

export type RequestResolution =
  'granted' | 'grantedInPart' | 'denied' | 'nothingToReport' | 'withdrawn' | 'duplicate';

export const moveNames = ['acknowledge', 'draftAnswer', 'respond', 'withdraw'] as const;
export type MoveName = (typeof moveNames)[number];

interface MoveRule {
  from: readonly RequestStatus[];
  to: RequestStatus;
  /** Staff who process requests, or the patient whose request it is. */
  who: 'requests.process' | 'ownRequests.file';
  /** What has to be there before it: an answer that is ready to be read. */
  needsAnswer: boolean;
  event: AuditEventType;
  notices: readonly NoticeKind[];
}

/** Every way a request can move: from where, to where, by whom, and what it owes. */
export const moves: Record<MoveName, MoveRule> = {
  acknowledge: {
    from: ['submitted'],
    to: 'acknowledged',
    who: 'requests.process',
    needsAnswer: false,
    event: 'request.acknowledged',
    notices: [],
  },
  draftAnswer: {
    from: ['submitted', 'acknowledged', 'inReview'],
    to: 'inReview',
    who: 'requests.process',
    needsAnswer: false,
    event: 'request.answerDrafted',
    notices: [],
  },
  respond: {
    from: ['inReview'],
    to: 'responded',
    who: 'requests.process',
    needsAnswer: true,
    event: 'request.responded',
    notices: ['answerReady'],
  },
  withdraw: {
    from: ['submitted', 'identityCheck', 'acknowledged', 'inReview', 'waitingOnPatient'],
    to: 'closed',
    who: 'ownRequests.file',
    needsAnswer: false,
    event: 'request.withdrawn',
    notices: [],
  },
};
