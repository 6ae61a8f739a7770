import type { AuditEventType } from '#app/audit/events.ts';
import { readLists } from '#app/audit/read-lists.ts';
import type { PatientEvent } from '#app/people/activity.server.ts';
import { lookReasonIn } from '#app/people/record-looks.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import { listNames } from './read-list-words.ts';
import { actorInWords, type HistoryReader } from './present-actor.server.ts';
import type { TimelineLine } from './present-timeline.server.ts';

/** What a patient's start page tells of. Each has words below. */
export const activityTypes = [
  'request.submitted',
  'request.acknowledged',
  'request.responded',
  'request.withdrawn',
  'request.read',
  'records.read',
  'optOut.filed',
  'optOut.withdrawn',
  'optOut.permitted',
  'optOut.changed',
  'optOut.askedAbout',
  'disclosure.recorded',
  'disclosure.contradictsOptOut',
  'representation.used',
] as const satisfies readonly AuditEventType[];

/** What the page of activity tells of a patient's records: everything that was looked at or changed. Flags are not among it. */
export const recordActivityTypes = [
  ...activityTypes,
  'records.listed',
  'records.reasonGiven',
  'records.glassBroken',
  'accounting.downloaded',
  'request.downloaded',
  'request.packTaken',
  'request.removed',
  'request.reviewBegan',
  'request.identityAsked',
  'request.identityConfirmed',
  'request.moreAsked',
  'request.patientReplied',
  'request.extended',
  'request.receivedCorrected',
  'request.dueMoved',
  'request.markedDuplicate',
  'request.reopened',
  'request.messageWritten',
  'request.disagreed',
  'request.feeTold',
  'request.feeTakenBack',
  'request.feeChosen',
  'request.narrowed',
  'request.letterPosted',
  'request.feePaid',
  'request.fileAdded',
  'request.fileTakenBack',
  'request.fileRead',
  'notice.sent',
  'evidence.read',
  'representation.granted',
  'representation.refused',
  'representation.ended',
  'patient.added',
  'patient.identifierAdded',
  'patient.identifierRemoved',
  'disclosure.retracted',
  'disclosure.corrected',
  'patient.merged',
  'patient.unmerged',
  'invitation.issued',
  'invitation.used',
  'invitation.revoked',
  'identity.verified',
] as const satisfies readonly AuditEventType[];

/** What it tells of the reader's own account. */
export const accountActivityTypes = [
  'session.started',
  'session.refused',
  'session.ended',
  'session.steppedUp',
  'session.endedByOwner',
  'session.endedByOfficer',
  'signIn.locked',
  'password.changed',
  'totp.enrolled',
  'totp.removed',
  'passkey.added',
  'passkey.renamed',
  'passkey.removed',
  'recoveryCodes.issued',
  'recoveryCode.used',
  'codeSheet.issued',
  'codeSheet.bound',
  'codeSheet.voided',
  'account.recovered',
  'email.changed',
  'noticeChoice.changed',
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.roleChanged',
  'credentialOrder.asked',
  'credentialOrder.carriedOut',
  'credentialOrder.refused',
] as const satisfies readonly AuditEventType[];

type Told = (typeof recordActivityTypes)[number] | (typeof accountActivityTypes)[number];
type Plain = Exclude<
  Told,
  | 'request.submitted'
  | 'disclosure.recorded'
  | 'records.listed'
  | 'records.reasonGiven'
  | 'records.glassBroken'
>;

const names: Record<Plain, MessageId> = {
  'request.acknowledged': 'requests.event.acknowledged',
  'request.responded': 'requests.event.responded',
  'request.withdrawn': 'requests.event.withdrawn',
  'request.read': 'patient.event.requestRead',
  'records.read': 'patient.event.recordsRead',
  'optOut.filed': 'requests.event.optOutFiled',
  'optOut.withdrawn': 'requests.event.optOutWithdrawn',
  'optOut.permitted': 'requests.event.optOutPermitted',
  'optOut.changed': 'requests.event.optOutChanged',
  'optOut.askedAbout': 'requests.event.optOutAskedAbout',
  'disclosure.contradictsOptOut': 'patient.event.againstNo',
  'accounting.downloaded': 'requests.event.downloaded',
  'request.downloaded': 'requests.event.allDownloaded',
  'request.packTaken': 'requests.event.packTaken',
  'request.removed': 'requests.event.removed',
  'request.reviewBegan': 'records.event.reviewBegan',
  'request.identityAsked': 'requests.event.identityAsked',
  'request.identityConfirmed': 'requests.event.identityConfirmed',
  'request.moreAsked': 'requests.event.moreAsked',
  'request.patientReplied': 'requests.event.patientReplied',
  'request.extended': 'requests.event.extended',
  'request.receivedCorrected': 'requests.event.receivedCorrected',
  // Of the holidays, or of a fee that was paid.
  'request.dueMoved': 'records.event.dueMoved',
  'request.markedDuplicate': 'requests.event.markedDuplicate',
  'request.reopened': 'requests.event.reopened',
  'request.disagreed': 'requests.event.disagreed',
  'request.messageWritten': 'requests.event.messageWritten',
  'request.feeTold': 'requests.event.feeTold',
  'request.feeTakenBack': 'requests.event.feeTakenBack',
  'request.feeChosen': 'requests.event.feeChosen',
  'request.narrowed': 'requests.event.narrowed',
  'request.letterPosted': 'requests.event.letterPosted',
  'request.feePaid': 'requests.event.feePaid',
  'request.fileAdded': 'records.event.requestFileAdded',
  'request.fileTakenBack': 'requests.event.fileTakenBack',
  'request.fileRead': 'records.event.requestFileRead',
  'notice.sent': 'requests.event.noticeSent',
  'evidence.read': 'records.event.evidenceRead',
  'representation.used': 'records.event.representationUsed',
  'representation.granted': 'records.event.representationGranted',
  'representation.refused': 'records.event.representationRefused',
  'representation.ended': 'records.event.representationEnded',
  'patient.added': 'records.event.patientAdded',
  'patient.identifierAdded': 'records.event.identifierAdded',
  'patient.identifierRemoved': 'records.event.identifierRemoved',
  'disclosure.retracted': 'records.event.disclosureRetracted',
  'disclosure.corrected': 'records.event.disclosureRetracted',
  'patient.merged': 'records.event.merged',
  'patient.unmerged': 'records.event.unmerged',
  'invitation.issued': 'records.event.invitationIssued',
  'invitation.used': 'records.event.invitationUsed',
  'invitation.revoked': 'records.event.invitationRevoked',
  'identity.verified': 'records.event.identityVerified',
  'session.started': 'records.event.sessionStarted',
  'session.refused': 'records.event.sessionRefused',
  'session.ended': 'records.event.sessionEnded',
  'session.steppedUp': 'records.event.sessionSteppedUp',
  'session.endedByOwner': 'records.event.sessionEndedByOwner',
  'session.endedByOfficer': 'records.event.sessionEndedByOfficer',
  'signIn.locked': 'records.event.signInLocked',
  'password.changed': 'records.event.passwordChanged',
  'totp.enrolled': 'records.event.totpEnrolled',
  'totp.removed': 'records.event.totpRemoved',
  'passkey.added': 'records.event.passkeyAdded',
  'passkey.renamed': 'records.event.passkeyRenamed',
  'passkey.removed': 'records.event.passkeyRemoved',
  'recoveryCodes.issued': 'records.event.recoveryCodesIssued',
  'recoveryCode.used': 'records.event.recoveryCodeUsed',
  'codeSheet.issued': 'records.event.codeSheetIssued',
  'codeSheet.bound': 'records.event.codeSheetBound',
  'codeSheet.voided': 'records.event.codeSheetVoided',
  'account.recovered': 'records.event.accountRecovered',
  'email.changed': 'records.event.emailChanged',
  'noticeChoice.changed': 'records.event.noticeChoiceChanged',
  'user.created': 'records.event.userCreated',
  'user.disabled': 'records.event.userDisabled',
  'user.enabled': 'records.event.userEnabled',
  'user.roleChanged': 'records.event.userRoleChanged',
  'credentialOrder.asked': 'records.event.credentialOrderAsked',
  'credentialOrder.carriedOut': 'records.event.credentialOrderCarriedOut',
  'credentialOrder.refused': 'records.event.credentialOrderRefused',
};

export interface ActivityReader extends Omit<HistoryReader, 'audience'> {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
}

/** A patient's newest events in words. @param companies names by id of the register */
export function activityView(
  events: readonly PatientEvent[],
  companies: ReadonlyMap<string, string>,
  reader: ActivityReader,
): TimelineLine[] {
  const words = wordsFor(reader.locale);
  return events.flatMap((event): TimelineLine[] => {
    const what = whatHappened(words, event, companies, reader);
    if (what === null) return [];
    return [
      {
        id: event.id.toString(),
        what,
        at: { iso: event.at.toISOString(), words: instantInWords(reader.locale, event.at, reader.timeZone) },
        who:
          event.actorKind === 'machine' && isRead(event.type)
            ? words('patient.actor.program', { facility: reader.facilityName })
            : actorInWords(words, event, { ...reader, audience: 'patient' }),
      },
    ];
  });
}

function isRead(type: string): boolean {
  return type === 'records.read' || type === 'records.listed';
}

function whatHappened(
  words: Words,
  event: PatientEvent,
  companies: ReadonlyMap<string, string>,
  { locale, timeZone }: ActivityReader,
): string | null {
  const facts = factsOf(event.after);
  const type = event.type as Told;
  switch (type) {
    case 'request.submitted':
      // What a "no" does at once is an event of its own, told below.
      if (facts.kind === 'optOut' || facts.kind === 'optOutWithdrawal') return null;
      if (facts.kind !== 'accounting') return words('requests.event.submitted');
      return words(event.onBehalfOf ? 'patient.event.submittedFor' : 'patient.event.submitted');
    case 'disclosure.recorded': {
      const company = typeof facts.vendorId === 'string' ? companies.get(facts.vendorId) : undefined;
      if (!company || typeof facts.occurredAt !== 'string') return null;
      const date = dayOfInstantInWords(locale, new Date(facts.occurredAt), timeZone);
      return words('patient.event.sent', { company, date });
    }
    case 'disclosure.contradictsOptOut':
      return words(facts.optOutId === null ? 'patient.againstNo.withoutYes' : names[type]);
    case 'records.listed': {
      const list = readLists.find((one) => one === event.subjectId);
      return list
        ? words(event.actorKind === 'machine' ? 'patient.event.listedByProgram' : 'patient.event.listed', {
            list: words(listNames[list]),
            times: event.times ?? 1,
          })
        : null;
    }
    case 'records.reasonGiven':
      return words('records.event.reasonGiven', { why: words(`records.look.why.${lookReasonIn(facts)}`) });
    case 'records.glassBroken':
      return words('records.event.glassBroken', { why: words(`records.look.why.${lookReasonIn(facts)}`) });
    default:
      return words(names[type], { because: typeof facts.because === 'string' ? facts.because : 'other' });
  }
}

function factsOf(after: PatientEvent['after']): Record<string, unknown> {
  return after !== null && typeof after === 'object' && !Array.isArray(after) ? after : {};
}
