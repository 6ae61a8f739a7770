import { createElement } from 'react';
import { render, toPlainText } from '@react-email/render';
import AccountChanged from '#emails/account-changed.tsx';
import AccountExists from '#emails/account-exists.tsx';
import AccountOpened from '#emails/account-opened.tsx';
import AccountRecovered from '#emails/account-recovered.tsx';
import AnswerReady from '#emails/answer-ready.tsx';
import CalendarAddressEnded from '#emails/calendar-address-ended.tsx';
import CalendarAddressMade from '#emails/calendar-address-made.tsx';
import CodeSheetIssued from '#emails/code-sheet-issued.tsx';
import CodeSheetVoided from '#emails/code-sheet-voided.tsx';
import DeadlineExtended from '#emails/deadline-extended.tsx';
import DeadlineReminder from '#emails/deadline-reminder.tsx';
import DuplicateReopened from '#emails/duplicate-reopened.tsx';
import EmailChanged from '#emails/email-changed.tsx';
import FactorAdded from '#emails/factor-added.tsx';
import FactorRemoved from '#emails/factor-removed.tsx';
import FeeTold from '#emails/fee-told.tsx';
import HolidaysChanged from '#emails/holidays-changed.tsx';
import IdentityAsked from '#emails/identity-asked.tsx';
import IdentityDecided from '#emails/identity-decided.tsx';
import KeyChanged from '#emails/key-changed.tsx';
import LastDayTold from '#emails/last-day-told.tsx';
import MailCode from '#emails/mail-code.tsx';
import MailDead from '#emails/mail-dead.tsx';
import ChoiceEnds from '#emails/choice-ends.tsx';
import ClosedRecordOpened from '#emails/closed-record-opened.tsx';
import OfficerOrderAsked from '#emails/officer-order-asked.tsx';
import OfficerOrderDecided from '#emails/officer-order-decided.tsx';
import SourceSilent from '#emails/source-silent.tsx';
import VendorExpiry from '#emails/vendor-expiry.tsx';
import MessageReceived from '#emails/message-received.tsx';
import MoreAsked from '#emails/more-asked.tsx';
import NewDevice from '#emails/new-device.tsx';
import NoAccount from '#emails/no-account.tsx';
import OverdueDigest from '#emails/overdue-digest.tsx';
import OptOutAlert from '#emails/opt-out-alert.tsx';
import PasswordChanged from '#emails/password-changed.tsx';
import PatientReplied from '#emails/patient-replied.tsx';
import RecoveryCodeUsed from '#emails/recovery-code-used.tsx';
import RecoveryCodesMade from '#emails/recovery-codes-made.tsx';
import RepresentativeAsked from '#emails/representative-asked.tsx';
import RepresentativeDecided from '#emails/representative-decided.tsx';
import RequestAcknowledged from '#emails/request-acknowledged.tsx';
import RequestReceived from '#emails/request-received.tsx';
import RequestIsDuplicate from '#emails/request-is-duplicate.tsx';
import RequestReopened from '#emails/request-reopened.tsx';
import VendorNotice from '#emails/vendor-notice.tsx';
import VendorSecretChanged from '#emails/vendor-secret-changed.tsx';
import VendorSilent from '#emails/vendor-silent.tsx';
import SignInLocked from '#emails/sign-in-locked.tsx';
import type { NoticeProps } from '#emails/notice-letter.tsx';
import { notices, type LetterKind, type NoticeKind } from '#app/notices/notices.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';

export interface NoticeFacts {
  kind: NoticeKind;
  locale: Locale;
  facility: { name: string; phone: string };
  /** The number of the request that it is about. It says nothing of what was asked. */
  reference: string | null;
  /** Where the one link goes: a page that asks to sign in. Null: the letter has none. */
  link: string | null;
  /** When what it tells of happened, in words. */
  when: string;
  /** The code to type, for the letter that carries one. */
  code: string | null;
  /** What a reminder says of the last day, in words. */
  due: string | null;
  /** Who did what, in words, where the letter says so. */
  told: string | null;
}

const templates: Record<NoticeKind, (props: NoticeProps) => JSX.Element> = {
  requestReceived: RequestReceived,
  answerReady: AnswerReady,
  mailCode: MailCode,
  accountExists: AccountExists,
  noAccount: NoAccount,
  accountOpened: AccountOpened,
  passwordChanged: PasswordChanged,
  factorAdded: FactorAdded,
  factorRemoved: FactorRemoved,
  recoveryCodesMade: RecoveryCodesMade,
  recoveryCodeUsed: RecoveryCodeUsed,
  codeSheetIssued: CodeSheetIssued,
  codeSheetVoided: CodeSheetVoided,
  accountRecovered: AccountRecovered,
  emailChanged: EmailChanged,
  signInLocked: SignInLocked,
  newDevice: NewDevice,
  accountChanged: AccountChanged,
  calendarAddressMade: CalendarAddressMade,
  calendarAddressEnded: CalendarAddressEnded,
  identityDecided: IdentityDecided,
  representativeAsked: RepresentativeAsked,
  representativeDecided: RepresentativeDecided,
  requestAcknowledged: RequestAcknowledged,
  messageReceived: MessageReceived,
  identityAsked: IdentityAsked,
  moreAsked: MoreAsked,
  deadlineExtended: DeadlineExtended,
  lastDayTold: LastDayTold,
  feeTold: FeeTold,
  requestReopened: RequestReopened,
  requestIsDuplicate: RequestIsDuplicate,
  choiceEnds: ChoiceEnds,
  duplicateReopened: DuplicateReopened,
  patientReplied: PatientReplied,
  deadlineReminder: DeadlineReminder,
  overdueDigest: OverdueDigest,
  optOutAlert: OptOutAlert,
  holidaysChanged: HolidaysChanged,
  sourceSilent: SourceSilent,
  vendorExpiry: VendorExpiry,
  keyChanged: KeyChanged,
  vendorSecretChanged: VendorSecretChanged,
  mailDead: MailDead,
  vendorNotice: VendorNotice,
  vendorSilent: VendorSilent,
  closedRecordOpened: ClosedRecordOpened,
  officerOrderAsked: OfficerOrderAsked,
  officerOrderDecided: OfficerOrderDecided,
};

const subjects: Record<LetterKind, MessageId> = {
  message: 'mail.subject',
  account: 'mail.subjectAccount',
  address: 'mail.subject',
  code: 'mail.subjectCode',
  work: 'mail.subjectWork',
  company: 'mail.subjectCompany',
};

// No capitals for headings: they are harder to read, and some screen readers spell them.
const plainText = { wordwrap: 78, selectors: [{ selector: 'h1', options: { uppercase: false } }] };

/** A notice as subject, HTML and plain text in one language. No health facts, no company, no kind of request. */
export async function renderNotice({
  kind,
  locale,
  facility,
  ...facts
}: NoticeFacts): Promise<{ subject: string; text: string; html: string }> {
  const words = wordsFor(locale);
  const name = oneLine(facility.name);
  const { letter } = notices[kind];
  const subject = words(subjects[letter], { facility: name });
  const html = await render(
    createElement(templates[kind], {
      words,
      locale,
      letter,
      subject,
      facility: { name, phone: oneLine(facility.phone) },
      ...facts,
    }),
  );
  return { subject, html, text: toPlainText(html, plainText) };
}

/** A name that somebody typed, fit for a header. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
