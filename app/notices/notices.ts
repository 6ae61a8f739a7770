/**
 * Everything that Plainview writes to people about. A notice says that there is something to read or that something changed, never what a
 * record says. `opens`: where its one link leads, if it has one; `request`: the request's own page. `always`: goes out also to those who
 * chose no mail beyond what must be sent. `letter`: a message to read; a change of the account's own security, which says when it was and
 * what to do if it was somebody else, and goes also to a shut account; to an address that somebody typed here; a code to type.
 */
export const notices = {
  requestReceived: { opens: 'request', always: false, letter: 'message' },
  answerReady: { opens: 'request', always: true, letter: 'message' },
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
  accountRecovered: { opens: '/account/security', always: true, letter: 'account' },
  emailChanged: { opens: '/account/security', always: true, letter: 'account' },
  signInLocked: { opens: '/account/security', always: true, letter: 'account' },
  newDevice: { opens: '/account/security', always: true, letter: 'account' },
  accountChanged: { opens: '/account/security', always: true, letter: 'account' },
  // Decisions of staff about who somebody is, and for whom they act.
  identityDecided: { opens: '/welcome', always: true, letter: 'message' },
  representativeAsked: { opens: '/account/representatives', always: true, letter: 'message' },
  representativeDecided: { opens: '/account/representatives', always: true, letter: 'message' },
  // To the officers, when a change of the holidays moved last days.
  holidaysChanged: { opens: '/officer/settings/holidays', always: true, letter: 'message' },
} as const satisfies Record<string, NoticeRule>;
export type NoticeKind = keyof typeof notices;

export type LetterKind = 'message' | 'account' | 'address' | 'code';

interface NoticeRule {
  opens: 'request' | `/${string}` | null;
  always: boolean;
  letter: LetterKind;
}

export const noticeKinds = Object.keys(notices) as NoticeKind[];

/** @returns whether a stored word is a kind of notice that this version knows */
export function isNoticeKind(value: string): value is NoticeKind {
  return Object.hasOwn(notices, value);
}
