import type { Role } from '#app/audit/actor.ts';
import type { AuditEventType } from '#app/audit/events.ts';
import { readLists, type ReadList } from '#app/audit/read-lists.ts';
import { refusalReasons, type RefusalReason } from '#app/audit/refusal-counts.ts';
import { requestKinds } from '#app/requests/kinds/registry.ts';
import { resolutionWords } from '#app/requests/letters.ts';
import { requestStatuses } from '#app/requests/moves.ts';
import { listNames } from '#app/web/read-list-words.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import type { MessageId, Words } from '#app/words/words.ts';

/** What each kind of event is called. */
export const eventNames: Record<AuditEventType, MessageId> = {
  'request.submitted': 'officer.event.requestSubmitted',
  'request.acknowledged': 'officer.event.requestAcknowledged',
  'request.reviewBegan': 'officer.event.requestReviewBegan',
  'request.answerDrafted': 'officer.event.requestAnswerDrafted',
  'request.responded': 'officer.event.requestResponded',
  'request.withdrawn': 'officer.event.requestWithdrawn',
  'request.read': 'officer.event.requestRead',
  'request.identityAsked': 'officer.event.requestIdentityAsked',
  'request.identityConfirmed': 'officer.event.requestIdentityConfirmed',
  'request.moreAsked': 'officer.event.requestMoreAsked',
  'request.patientReplied': 'officer.event.requestPatientReplied',
  'request.extended': 'officer.event.requestExtended',
  'request.receivedCorrected': 'officer.event.requestReceivedCorrected',
  'request.markedDuplicate': 'officer.event.requestMarkedDuplicate',
  'request.reopened': 'requests.event.reopened',
  'request.dueMoved': 'officer.event.requestDueMoved',
  'request.assigned': 'officer.event.requestAssigned',
  'request.messageWritten': 'officer.event.requestMessageWritten',
  'request.noteWritten': 'officer.event.requestNoteWritten',
  'request.disagreed': 'requests.event.disagreed',
  'request.fileAdded': 'officer.event.requestFileAdded',
  'request.fileTakenBack': 'officer.event.requestFileTakenBack',
  'request.fileRead': 'officer.event.requestFileRead',
  'request.feeTold': 'officer.event.requestFeeTold',
  'request.feeTakenBack': 'officer.event.requestFeeTakenBack',
  'request.feeChosen': 'officer.event.requestFeeChosen',
  'request.narrowed': 'officer.event.requestNarrowed',
  'request.letterPosted': 'officer.event.requestLetterPosted',
  'request.feePaid': 'officer.event.requestFeePaid',
  'request.reminded': 'officer.event.requestReminded',
  'request.downloaded': 'officer.event.requestDownloaded',
  'request.packTaken': 'requests.event.packTaken',
  'records.reasonGiven': 'officer.event.recordsReasonGiven',
  'records.glassBroken': 'officer.event.recordsGlassBroken',
  'request.removed': 'requests.event.removed',
  'retention.removed': 'officer.event.retentionRemoved',
  'calendarAddress.made': 'officer.event.calendarAddressMade',
  'calendarAddress.revoked': 'officer.event.calendarAddressRevoked',
  'optOut.filed': 'officer.event.optOutFiled',
  'optOut.withdrawn': 'officer.event.optOutWithdrawn',
  'optOut.permitted': 'officer.event.optOutPermitted',
  'optOut.changed': 'officer.event.optOutChanged',
  'optOut.askedAbout': 'officer.event.optOutAskedAbout',
  'disclosure.recorded': 'officer.event.disclosureRecorded',
  'disclosure.corroborated': 'officer.event.disclosureCorroborated',
  'disclosure.contradictsOptOut': 'officer.event.disclosureContradictsOptOut',
  'ingest.refused': 'officer.event.ingestRefused',
  'ingest.refusedRead': 'officer.event.ingestRefusedRead',
  'ingest.held': 'officer.event.ingestHeld',
  'list.cleaned': 'officer.event.listCleaned',
  'import.uploaded': 'officer.event.importUploaded',
  'import.columnsKept': 'officer.event.importColumnsKept',
  'import.confirmed': 'officer.event.importConfirmed',
  'import.thrownAway': 'officer.event.importThrownAway',
  'import.ended': 'officer.event.importEnded',
  'import.stopped': 'officer.event.importStopped',
  'import.lapsed': 'officer.event.importLapsed',
  'import.linesTaken': 'officer.event.importLinesTaken',
  'import.contentRemoved': 'officer.event.importContentRemoved',
  'ingest.settled': 'officer.event.ingestSettled',
  'matching.decided': 'officer.event.matchingDecided',
  'matching.undone': 'officer.event.matchingUndone',
  'endpoint.added': 'officer.event.endpointAdded',
  'endpoint.ended': 'officer.event.endpointEnded',
  'vendor.added': 'officer.event.vendorAdded',
  'vendor.changed': 'officer.event.vendorChanged',
  'agreement.added': 'officer.event.agreementAdded',
  'agreement.ended': 'officer.event.agreementEnded',
  'label.drafted': 'officer.event.labelDrafted',
  'label.draftDropped': 'officer.event.labelDraftDropped',
  'label.published': 'officer.event.labelPublished',
  'modelCard.read': 'officer.event.modelCardRead',
  'vendor.expiryReminded': 'officer.event.expiryReminded',
  'releaseRule.made': 'officer.event.releaseRuleMade',
  'sourceIssuer.set': 'officer.event.sourceIssuerSet',
  'disclosure.retracted': 'officer.event.disclosureRetracted',
  'disclosure.corrected': 'officer.event.disclosureCorrected',
  'patient.identifierRemoved': 'officer.event.patientIdentifierRemoved',
  'accounting.prepared': 'officer.event.accountingPrepared',
  'optOutAlert.takenUp': 'officer.event.optOutAlertTakenUp',
  'optOutAlert.closed': 'officer.event.optOutAlertClosed',
  'optOutAlert.reopened': 'officer.event.optOutAlertReopened',
  'optOutAlert.reminded': 'officer.event.optOutAlertReminded',
  'accounting.suspended': 'officer.event.accountingSuspended',
  'accounting.suspensionEnded': 'officer.event.accountingSuspensionEnded',
  'researchProtocol.recorded': 'officer.event.researchProtocolRecorded',
  'accounting.downloaded': 'officer.event.accountingDownloaded',
  'records.read': 'officer.event.recordsRead',
  'records.listed': 'officer.event.recordsListed',
  'notice.sent': 'officer.event.noticeSent',
  'notice.gaveUp': 'officer.event.noticeGaveUp',
  'notice.resent': 'officer.event.noticeResent',
  'vendorNotice.owed': 'officer.event.vendorNoticeOwed',
  'vendorNotice.sent': 'officer.event.vendorNoticeSent',
  'vendorNotice.gaveUp': 'officer.event.vendorNoticeGaveUp',
  'vendorNotice.sentAgain': 'officer.event.vendorNoticeSentAgain',
  'vendorNotice.escalated': 'officer.event.vendorNoticeEscalated',
  'vendorNotice.opened': 'officer.event.vendorNoticeOpened',
  'vendorNotice.acknowledged': 'officer.event.vendorNoticeAcknowledged',
  'vendorNotice.answered': 'officer.event.vendorNoticeAnswered',
  'vendorNotice.closed': 'officer.event.vendorNoticeClosed',
  'vendorProof.read': 'officer.event.vendorProofRead',
  'vendorChannel.set': 'officer.event.vendorChannelSet',
  'vendorSecret.made': 'officer.event.vendorSecretMade',
  'vendorSecret.ended': 'officer.event.vendorSecretEnded',
  'session.started': 'officer.event.sessionStarted',
  'session.refused': 'officer.event.sessionRefused',
  'session.ended': 'officer.event.sessionEnded',
  'apiKey.created': 'officer.event.apiKeyCreated',
  'apiKey.revoked': 'officer.event.apiKeyRevoked',
  'user.created': 'officer.event.userCreated',
  'user.disabled': 'officer.event.userDisabled',
  'session.steppedUp': 'officer.event.sessionSteppedUp',
  'session.endedByOwner': 'officer.event.sessionEndedByOwner',
  'session.endedByOfficer': 'officer.event.sessionEndedByOfficer',
  'signIn.locked': 'officer.event.signInLocked',
  'access.denied': 'officer.event.accessDenied',
  'password.changed': 'officer.event.passwordChanged',
  'totp.enrolled': 'officer.event.totpEnrolled',
  'totp.removed': 'officer.event.totpRemoved',
  'passkey.added': 'officer.event.passkeyAdded',
  'passkey.renamed': 'officer.event.passkeyRenamed',
  'passkey.removed': 'officer.event.passkeyRemoved',
  'recoveryCodes.issued': 'officer.event.recoveryCodesIssued',
  'recoveryCode.used': 'officer.event.recoveryCodeUsed',
  'codeSheet.issued': 'officer.event.codeSheetIssued',
  'codeSheet.bound': 'officer.event.codeSheetBound',
  'codeSheet.voided': 'officer.event.codeSheetVoided',
  'account.recovered': 'officer.event.accountRecovered',
  'email.changed': 'officer.event.emailChanged',
  'noticeChoice.changed': 'officer.event.noticeChoiceChanged',
  'invitation.issued': 'officer.event.invitationIssued',
  'invitation.used': 'officer.event.invitationUsed',
  'invitation.revoked': 'officer.event.invitationRevoked',
  'identity.claimed': 'officer.event.identityClaimed',
  'identity.verified': 'officer.event.identityVerified',
  'identity.refused': 'officer.event.identityRefused',
  'credentialOrder.asked': 'officer.event.credentialOrderAsked',
  'credentialOrder.carriedOut': 'officer.event.credentialOrderCarriedOut',
  'credentialOrder.refused': 'officer.event.credentialOrderRefused',
  'officerOrder.asked': 'officer.event.officerOrderAsked',
  'officerOrder.confirmed': 'officer.event.officerOrderConfirmed',
  'officerOrder.refused': 'officer.event.officerOrderRefused',
  'representation.asked': 'officer.event.representationAsked',
  'representation.granted': 'officer.event.representationGranted',
  'representation.refused': 'officer.event.representationRefused',
  'representation.ended': 'officer.event.representationEnded',
  'representation.used': 'officer.event.representationUsed',
  'evidence.read': 'officer.event.evidenceRead',
  'patient.added': 'officer.event.patientAdded',
  'patient.identifierAdded': 'officer.event.patientIdentifierAdded',
  'patient.merged': 'officer.event.patientMerged',
  'patient.unmerged': 'officer.event.patientUnmerged',
  'patient.flagSet': 'officer.event.patientFlagSet',
  'patient.flagLifted': 'officer.event.patientFlagLifted',
  'apiKey.rotated': 'officer.event.apiKeyRotated',
  'apiKey.setRegistered': 'officer.event.apiKeySetRegistered',
  'user.enabled': 'officer.event.userEnabled',
  'user.roleChanged': 'officer.event.userRoleChanged',
  'keys.rotated': 'officer.event.keysRotated',
  'backup.began': 'officer.event.backupBegan',
  'backup.made': 'officer.event.backupMade',
  'backup.restored': 'officer.event.backupRestored',
  'restore.confirmed': 'officer.event.restoreConfirmed',
  'facility.changed': 'officer.event.facilityChanged',
  'setting.changed': 'officer.event.settingChanged',
  'holidays.changed': 'officer.event.holidaysChanged',
  'holidays.recounted': 'officer.event.holidaysRecounted',
  'template.saved': 'officer.event.templateSaved',
  'template.retired': 'officer.event.templateRetired',
  'source.set': 'officer.event.sourceSet',
  'source.gapFound': 'officer.event.sourceGapFound',
  'source.gapEnded': 'officer.event.sourceGapEnded',
  'facility.seeded': 'officer.event.facilitySeeded',
};

export const actorRoles: Record<Role | 'machine' | 'system', MessageId> = {
  patient: 'officer.role.patient',
  staff: 'officer.role.staff',
  privacyOfficer: 'officer.role.privacyOfficer',
  auditor: 'officer.role.auditor',
  machine: 'officer.role.machine',
  system: 'officer.role.system',
};

const factNames: Record<string, MessageId> = {
  status: 'officer.fact.status',
  resolution: 'officer.fact.resolution',
  kind: 'officer.fact.kind',
  reference: 'officer.fact.reference',
  ruleId: 'officer.fact.ruleId',
  dueOn: 'officer.fact.dueOn',
  role: 'officer.fact.role',
  refused: 'officer.fact.refused',
  network: 'officer.fact.network',
  path: 'officer.fact.path',
  times: 'officer.fact.times',
  shown: 'officer.fact.shown',
  list: 'officer.fact.list',
};

const refusalNames: Record<RefusalReason, MessageId> = {
  wrongKey: 'officer.refused.wrongKey',
  keyInAddress: 'officer.refused.keyInAddress',
  foreignForm: 'officer.refused.foreignForm',
  oldDataRequest: 'officer.refused.oldDataRequest',
  hostileForm: 'officer.refused.hostileForm',
  oddRequest: 'officer.refused.oddRequest',
};

/** Lists by their own names: those who read the audit may know of all. */
const listTitles: Record<ReadList, MessageId> = {
  ...listNames,
  alerts: 'ledger.alerts.title',
  suspensions: 'ledger.suspensions.title',
  looks: 'officer.looks.title',
  auditLog: 'officer.audit.title',
};

/** A fact's name in words; one without words keeps the name it is stored under. */
export function factName(words: Words, key: string): string {
  const id = Object.hasOwn(factNames, key) ? factNames[key] : undefined;
  return id ? words(id) : key;
}

const resolutions = [
  'granted',
  'grantedInPart',
  'denied',
  'nothingToReport',
  'withdrawn',
  'duplicate',
] as const;

function oneOf<T extends string>(known: readonly T[], value: unknown): value is T {
  return (known as readonly unknown[]).includes(value);
}

interface Fact {
  type: string;
  /** The kind of the request that it is about. */
  of: string | null;
  key: string;
  value: unknown;
}

/** A fact's value in words where it has any, else as it is stored. */
export function factValue({ type, of, key, value }: Fact, words: Words, locale: Locale): string {
  if (value === null || value === undefined) return words('officer.fact.none');
  if (typeof value === 'boolean') return words(value ? 'site.answer.yes' : 'site.answer.no');
  if (Array.isArray(value)) {
    return value.map((one: unknown) => factValue({ type, of, key, value: one }, words, locale)).join(', ');
  }
  if (typeof value === 'object') return JSON.stringify(value);
  if (key === 'status' && oneOf(requestStatuses, value)) {
    return words(value === 'waitingOnPatient' ? 'staff.status.waitingOnPatient' : `requests.status.${value}`);
  }
  if (key === 'resolution' && oneOf(resolutions, value))
    return words(resolutionWords(oneOf(requestKinds, of) ? of : null, value));
  if (key === 'kind' && oneOf(requestKinds, value)) return words(`requests.kind.${value}`);
  if (key === 'role' && oneOf(['patient', 'staff', 'privacyOfficer', 'auditor'] as const, value)) {
    return words(actorRoles[value]);
  }
  if (type === 'access.denied' && key === 'refused' && oneOf(refusalReasons, value))
    return words(refusalNames[value]);
  if (type === 'records.listed' && key === 'list' && oneOf(readLists, value)) return words(listTitles[value]);
  if (key === 'dueOn' && typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value)) {
    return dateInWords(locale, value);
  }
  const holiday =
    type === 'holidays.changed' && typeof value === 'string' && /^(\d{4}-\d\d-\d\d) (.+)$/su.exec(value);
  if (holiday) return `${dateInWords(locale, holiday[1]!)} (${holiday[2]})`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
