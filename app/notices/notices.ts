/**
 * Everything that Plainview writes to people about. A notice says that there is something to read or that something changed, never what a
 * record says. `opens`: where its one link leads, if it has one; `request`: the request's page for its patient; `staffRequest`: the same
 * for the facility's people. `always`: goes out also to those who chose no mail beyond what must be sent. `letter`: a message to read; a
 * change of the account's own security, which says when it was and what to do if it was somebody else, and goes also to a shut account; to
 * an address that somebody typed here; a code to type; work for somebody of the facility.
 */
export const notices = {
  requestReceived: { opens: 'request', always: false, letter: 'message' },
  answerReady: { opens: 'request', always: true, letter: 'message' },
  requestAcknowledged: { opens: 'request', always: false, letter: 'message' },
  messageReceived: { opens: 'request', always: false, letter: 'message' },
  // Always: a clock waits for the patient's answer.
  identityAsked: { opens: 'request', always: true, letter: 'message' },
  moreAsked: { opens: 'request', always: true, letter: 'message' },
  // Always: the patient has to be told in writing (45 CFR 164.524(b)(2)(ii), 164.526(b)(2)(ii), 164.528(c)(1)(ii)).
  deadlineExtended: { opens: 'request', always: true, letter: 'message' },
  // Always: the page of a clock that stands still promises it.
  lastDayTold: { opens: 'request', always: true, letter: 'message' },
  // Always: told in advance, with the choice to change or withdraw the request (45 CFR 164.528(c)(2); 164.524(c)(4)).
  feeTold: { opens: 'request', always: true, letter: 'message' },
  // Always: the answer that they have may change, and a clock runs again.
  requestReopened: { opens: 'request', always: true, letter: 'message' },
  // Always: a clock ends by it, unless they say that it is another request.
  requestIsDuplicate: { opens: 'request', always: true, letter: 'message' },
  // Always: what they chose ends if they do not answer, and a "no" ends only because they were asked.
  choiceEnds: { opens: '/home', always: true, letter: 'message' },
  // To an address that need not have an account; details carry a code.
  mailCode: { opens: null, always: true, letter: 'code' },
  accountExists: { opens: '/sign-in', always: true, letter: 'address' },
  noAccount: { opens: '/sign-up', always: true, letter: 'address' },
  // About the account's own security: always, also to the address that was left behind.
  accountOpened: { opens: '/account/security', always: true, letter: 'account' },
  passwordChanged: { opens: '/account/security', always: true, letter: 'account' },
  factorAdded: { opens: '/account/security', always: true, letter: 'account' },
  factorRemoved: { opens: '/account/security', always: true, letter: 'account' },
  recoveryCodesMade: { opens: '/account/security', always: true, letter: 'account' },
  recoveryCodeUsed: { opens: '/account/security', always: true, letter: 'account' },
  codeSheetIssued: { opens: '/account/security', always: true, letter: 'account' },
  codeSheetVoided: { opens: '/account/security', always: true, letter: 'account' },
  accountRecovered: { opens: '/account/security', always: true, letter: 'account' },
  emailChanged: { opens: '/account/security', always: true, letter: 'account' },
  signInLocked: { opens: '/account/security', always: true, letter: 'account' },
  newDevice: { opens: '/account/security', always: true, letter: 'account' },
  accountChanged: { opens: '/account/security', always: true, letter: 'account' },
  // The secret address of somebody's calendar of last days.
  calendarAddressMade: { opens: '/officer/calendar/address', always: true, letter: 'account' },
  calendarAddressEnded: { opens: '/officer/calendar/address', always: true, letter: 'account' },
  // Decisions of staff about who somebody is, and for whom they act.
  identityDecided: { opens: '/welcome', always: true, letter: 'message' },
  representativeAsked: { opens: '/account/representatives', always: true, letter: 'message' },
  representativeDecided: { opens: '/account/representatives', always: true, letter: 'message' },
  // To the facility's people. Always: a date is told to a person, never only to a screen.
  duplicateReopened: { opens: 'staffRequest', always: true, letter: 'work' },
  patientReplied: { opens: 'staffRequest', always: true, letter: 'work' },
  deadlineReminder: { opens: 'staffRequest', always: true, letter: 'work' },
  overdueDigest: { opens: '/officer', always: true, letter: 'work' },
  // Always: an alert reaches a person.
  optOutAlert: { opens: '/officer/alerts', always: true, letter: 'work' },
  holidaysChanged: { opens: '/officer/settings/holidays', always: true, letter: 'work' },
  closedRecordOpened: { opens: '/officer/looks', always: true, letter: 'work' },
  // About what one officer cannot do alone.
  officerOrderAsked: { opens: '/officer/orders', always: true, letter: 'work' },
  officerOrderDecided: { opens: '/officer/orders', always: true, letter: 'work' },
  // To every officer: a program’s key was made, renewed or ended.
  keyChanged: { opens: '/officer/keys', always: true, letter: 'work' },
  // To every officer: the same of a secret that is shared with a company.
  vendorSecretChanged: { opens: '/staff/vendors', always: true, letter: 'work' },
  sourceSilent: { opens: '/officer/audit', always: true, letter: 'work' },
  vendorSilent: { opens: '/officer/notices?companies=escalated', always: true, letter: 'work' },
  // To a company, at the address that the register has for it: a link alone, whose page asks for the company’s code.
  vendorNotice: { opens: null, always: true, letter: 'company' },
  // What of a company ends: an agreement, an answer of its label.
  vendorExpiry: { opens: '/staff/vendors', always: true, letter: 'work' },
  mailDead: { opens: '/officer/notices', always: true, letter: 'work' },
} as const satisfies Record<string, NoticeRule>;
export type NoticeKind = keyof typeof notices;

export type LetterKind = 'message' | 'account' | 'address' | 'code' | 'work' | 'company';

interface NoticeRule {
  opens: 'request' | 'staffRequest' | `/${string}` | null;
  always: boolean;
  letter: LetterKind;
}

/** Where the one link of a notice leads; null: it has none. @throws when it should lead to a request and there is none */
export function pathOfNotice(kind: NoticeKind, requestId: string | null): string | null {
  const { opens }: NoticeRule = notices[kind];
  if (opens !== 'request' && opens !== 'staffRequest') return opens;
  if (requestId === null) throw new Error('a notice leads to a request');
  return opens === 'request' ? `/requests/${requestId}` : `/staff/requests/${requestId}`;
}

/** Whether a notice is about one request. */
export function isAboutRequest(kind: NoticeKind): boolean {
  return notices[kind].opens === 'request' || notices[kind].opens === 'staffRequest';
}

export const noticeKinds = Object.keys(notices) as NoticeKind[];

/** @returns whether a stored word is a kind of notice that this version knows */
export function isNoticeKind(value: string): value is NoticeKind {
  return Object.hasOwn(notices, value);
}
