import type { StatedBasis } from '../classify.ts';
import type { Correction } from '../staff-entry/entry.ts';
import type { AuditedPatient } from './patients.ts';
import type { Destination, Participant } from './recipients.ts';
import type { Refusal } from './refusal.ts';
import type { Study } from './studies.ts';

/** `EventActionCode`: create, read, update, delete, execute. */
export type AuditAction = 'C' | 'R' | 'U' | 'D' | 'E';

/** What one message says left the facility: one patient, one or more destinations. */
export interface AuditedTransfer {
  /** When the transfer completed (110104) or the export was made (110106). */
  occurredAt: Date;
  /** The zone configured for the source (IANA), where the message gave none and this one was used. */
  assumedTimeZone: string | null;
  action: AuditAction | null;
  auditSourceId: string;
  enterpriseSiteId: string | null;
  patient: AuditedPatient;
  source: Participant | null;
  /** One for each destination participant; each is a disclosure of its own. */
  destinations: Destination[];
  /** Empty only for an export that names none (an XDS submission set). */
  studies: Study[];
  /** True only when every study of the message says so; false when one says it is not. */
  anonymized: boolean | null;
  encrypted: boolean | null;
  /** v3-ActReason code, where the report names what the transfer was for. A claim of the sender. */
  statedPurpose?: string | null;
  /** Only of what staff enter: what it rested on. */
  statedBasis?: StatedBasis;
  /** Only of what staff enter: too little is known to find another report of the same transfer. */
  standsAlone?: boolean;
  /** Only of what staff enter: the day alone is known, or the time stays that of the row that it corrects. */
  timeOfDay?: 'unknown' | 'asCorrected';
  /** Only of what staff enter: the row of the ledger in whose place it stands. */
  corrects?: Correction;
  /**
   * Who reports, by the action code. PS3.15 A.5.3.7: only a receiver writes C (it had no copy) or U (it changed its
   * copy); senders write R, and so may a receiver that already held the same copy.
   */
  reportedBy: 'sender' | 'receiver' | 'unknown';
}

/** What could be read of a message that cannot be taken as it is. */
export interface PartialTransfer extends Omit<AuditedTransfer, 'occurredAt' | 'auditSourceId' | 'patient'> {
  occurredAt: Date | null;
  auditSourceId: string | null;
  patients: AuditedPatient[];
}

/** Why a readable message waits for staff, gravest first. */
export const quarantineReasons = [
  'suspiciousCharacters',
  'severalPatients',
  'noPatient',
  'noDestination',
  'noAuditSource',
  'badEventTime',
  'eventTimeWithoutZone',
  'eventTimeInFuture',
  'badStudyUid',
  'noStudy',
  'contradictoryStudy',
  'badInstanceCount',
  'transferNotSuccessful',
  'outcomeUnknown',
] as const;

export type QuarantineReason = (typeof quarantineReasons)[number];

/** Reasons that only readers of other formats give, or the ledger itself. */
export const furtherQuarantineReasons = [
  /** It says neither yes nor no to "without the patient's name". */
  'deidentificationUnclear',
  /** What it was for is no code of v3-ActReason. */
  'purposeUnclear',
  /** The database refused what came of it: it can be settled again. */
  'notSettled',
  /** It came by syslog without a certificate that may speak for its source. */
  'senderNotTrusted',
  /** It came with a key that is bound to other sources. */
  'sourceNotOfKey',
] as const;

/** Reasons that lie in who brought a message: its bytes do not tell them, so they are never found again by reading. */
const reasonsOfSender = ['senderNotTrusted', 'sourceNotOfKey'] as const satisfies HeldReason[];
export type ReasonOfSender = (typeof reasonsOfSender)[number];

export function isOfSender(reason: string | null): reason is ReasonOfSender {
  return (reasonsOfSender as readonly (string | null)[]).includes(reason);
}

export type HeldReason = QuarantineReason | (typeof furtherQuarantineReasons)[number];

/** Why a message is no disclosure: `transferBegun` is an intent, `internalAccess` a use, the rest no transfer at all. */
export type IgnoredReason = 'transferBegun' | 'internalAccess' | 'notATransfer';

export type Reading =
  | ({ outcome: 'rejected' } & Refusal)
  /** `begun` is set for `transferBegun`: an attempt that no 110104 has confirmed. */
  | {
      outcome: 'ignored';
      eventCode: string;
      reason: IgnoredReason;
      begun: PartialTransfer | null;
      /** It shows that the source is alive. */
      auditSourceId?: string | null;
    }
  | {
      outcome: 'quarantined';
      eventCode: string;
      /** The first of `reasons`. */
      reason: HeldReason;
      reasons: HeldReason[];
      partial: PartialTransfer;
    }
  | { outcome: 'transfer'; eventCode: string; transfer: AuditedTransfer };

/** Of which system the message says that it is. */
export function auditSourceOf(reading: Reading): string | null {
  switch (reading.outcome) {
    case 'rejected':
      return null;
    case 'ignored':
      return reading.begun?.auditSourceId ?? reading.auditSourceId ?? null;
    case 'quarantined':
      return reading.partial.auditSourceId || null;
    case 'transfer':
      return reading.transfer.auditSourceId || null;
  }
}

/** A message in the name of a source for which whoever brings it may not speak. It waits for staff. */
export function distrusted(reading: Reading, reason: ReasonOfSender = 'senderNotTrusted'): Reading {
  if (reading.outcome === 'transfer') {
    const { patient, ...transfer } = reading.transfer;
    return {
      outcome: 'quarantined',
      eventCode: reading.eventCode,
      reason,
      reasons: [reason],
      partial: { ...transfer, patients: [patient] },
    };
  }
  if (reading.outcome === 'quarantined') return { ...reading, reason, reasons: [reason, ...reading.reasons] };
  return reading;
}
