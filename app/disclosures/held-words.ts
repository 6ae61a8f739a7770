import type { MessageId, Words } from '#app/words/words.ts';
import type { HeldReason } from './ingest/dicom-audit/reading.ts';

/** Every reason for which a report waits for staff: those of its content, and who could not be told. */
export type WaitsBecause =
  | HeldReason
  | 'patientUnknown'
  | 'patientContradicted'
  | 'issuerUnknown'
  | 'recipientUnknown'
  | 'recipientAmbiguous';

/** A reason that is new does not compile until it has words here. */
const held: Record<WaitsBecause, MessageId> = {
  suspiciousCharacters: 'matching.held.suspiciousCharacters',
  severalPatients: 'matching.held.severalPatients',
  noPatient: 'matching.held.noPatient',
  noDestination: 'matching.held.noDestination',
  noAuditSource: 'matching.held.noAuditSource',
  badEventTime: 'matching.held.badEventTime',
  eventTimeWithoutZone: 'matching.held.eventTimeWithoutZone',
  eventTimeInFuture: 'matching.held.eventTimeInFuture',
  badStudyUid: 'matching.held.badStudyUid',
  noStudy: 'matching.held.noStudy',
  contradictoryStudy: 'matching.held.contradictoryStudy',
  badInstanceCount: 'matching.held.badInstanceCount',
  transferNotSuccessful: 'matching.held.transferNotSuccessful',
  outcomeUnknown: 'matching.held.outcomeUnknown',
  deidentificationUnclear: 'matching.held.deidentificationUnclear',
  purposeUnclear: 'matching.held.purposeUnclear',
  notSettled: 'matching.held.notSettled',
  senderNotTrusted: 'matching.held.senderNotTrusted',
  sourceNotOfKey: 'matching.held.sourceNotOfKey',
  patientUnknown: 'matching.kind.patientUnknown',
  patientContradicted: 'matching.kind.patientContradicted',
  issuerUnknown: 'matching.kind.issuerUnknown',
  recipientUnknown: 'matching.kind.recipientUnknown',
  recipientAmbiguous: 'matching.kind.recipientAmbiguous',
};

/** Why a report waits, in words; as it is kept where a later release wrote a reason that this one does not know. */
export function heldInWords(words: Words, reason: string): string {
  return Object.hasOwn(held, reason) ? words(held[reason as WaitsBecause]) : reason;
}
