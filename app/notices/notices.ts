/**
 * Everything that Plainview writes to people about. A notice says that there is something to read or that something changed, never what a
 * record says. `about` says where its one link leads. `always`: goes out also to those who chose no mail beyond what must be sent.
 */
export const notices = {
  requestReceived: { about: 'request', always: false },
  answerReady: { about: 'request', always: true },
  // To an address that need not have an account; details carry a code.
  mailCode: { about: 'address', always: true },
  accountExists: { about: 'address', always: true },
  // About the account's own security: always, also to the address that was left behind.
  accountOpened: { about: 'account', always: true },
  passwordChanged: { about: 'account', always: true },
  factorAdded: { about: 'account', always: true },
  factorRemoved: { about: 'account', always: true },
  recoveryCodesMade: { about: 'account', always: true },
  recoveryCodeUsed: { about: 'account', always: true },
  codeSheetIssued: { about: 'account', always: true },
  accountRecovered: { about: 'account', always: true },
  emailChanged: { about: 'account', always: true },
  signInLocked: { about: 'account', always: true },
  newDevice: { about: 'account', always: true },
  accountChanged: { about: 'account', always: true },
  // Decisions of staff about who somebody is, and for whom they act.
  identityDecided: { about: 'account', always: true },
  representativeAsked: { about: 'account', always: true },
  representativeDecided: { about: 'account', always: true },
} as const;
export type NoticeKind = keyof typeof notices;

export const noticeKinds = Object.keys(notices) as NoticeKind[];

/** @returns whether a stored word is a kind of notice that this version knows */
export function isNoticeKind(value: string): value is NoticeKind {
  return Object.hasOwn(notices, value);
}
