import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';
import { legalBases, type ExclusionReason, type LegalBasis } from '../../accounting-words.ts';
import type { StatedBasis } from '../classify.ts';
import type { EvidenceFormat, Item } from '../delivery.ts';
import { isPurpose } from '../csv/read.ts';
import { deceivesAsIdentifier } from '../dicom-audit/deceiving-text.ts';
import type { ReadOptions } from '../dicom-audit/read.ts';
import type { AuditedTransfer, Reading } from '../dicom-audit/reading.ts';
import { entryMedia } from './media.ts';

const text = (most: number) => z.string().min(1).max(most);

const correction = z.strictObject({
  disclosureId: z.uuid(),
  reason: text(2_000),
  /** There was no such release. */
  isRetraction: z.boolean(),
});

/** What staff wrote down of one release, as it is kept for evidence. */
export const staffEntry = z.strictObject({
  format: z.literal(1),
  /** Made by the form when it was shown: the same form sent twice is one entry. */
  key: z.uuid(),
  enteredBy: z.uuid(),
  /** The patient’s record. */
  patientId: z.uuid(),
  /** Who received it, of the register, and in the words of whoever entered it: a person, an office, a number. */
  vendorId: z.uuid(),
  receiver: text(200),
  medium: z.enum(entryMedia).nullable(),
  /** Facility-local day, and time where it is known; the zone they are read in. */
  sentOn: z.iso.date(),
  sentTime: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .nullable(),
  timeZone: text(64),
  /** The instant of the row that it corrects, where its time stays. */
  occurredAt: z.iso.datetime().nullable(),
  studyUid: z
    .string()
    .max(64)
    .regex(/^\d+(?:\.\d+)+$/)
    .nullable(),
  accession: text(64).nullable(),
  modality: text(16).nullable(),
  studyOn: z.iso.date().nullable(),
  description: text(200).nullable(),
  images: z.int().min(1).max(2_147_483_647).nullable(),
  deidentified: z.boolean(),
  /** v3-ActReason; null: not known. */
  purpose: z.string().refine(isPurpose).nullable(),
  basis: z.enum(legalBases).nullable(),
  note: text(2_000).nullable(),
  documents: z.array(
    z.strictObject({ sha256: text(64), fileName: text(200), mediaType: text(100), byteCount: z.int() }),
  ),
  corrects: correction.nullable(),
});
export type StaffEntry = z.output<typeof staffEntry>;
export type Correction = z.output<typeof correction>;

const format: EvidenceFormat = 'staffEntry';

export function staffEntryBytes(entry: StaffEntry): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(entry));
}

/** An entry, as it is kept. */
export function staffEntryItem(bytes: Uint8Array): Item {
  return { bytes, format, read: (options) => readEntry(bytes, options) };
}

/** An entry out of what is kept. @throws for bytes that are none */
export function keptEntry(bytes: Uint8Array): StaffEntry {
  return staffEntry.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
}

function readEntry(bytes: Uint8Array, { now }: ReadOptions): Reading {
  let entry: StaffEntry;
  try {
    entry = keptEntry(bytes);
  } catch {
    return { outcome: 'rejected', code: 'notJson', detail: 'It is not an entry of ours.' };
  }
  const transfer = transferOf(entry, now);
  const identifiers = [entry.studyUid, entry.accession, entry.modality];
  if (!identifiers.some((one) => one !== null && deceivesAsIdentifier(one)))
    return { outcome: 'transfer', eventCode, transfer };
  const { patient, ...partial } = transfer;
  const reason = 'suspiciousCharacters';
  return {
    outcome: 'quarantined',
    eventCode,
    reason,
    reasons: [reason],
    partial: { ...partial, patients: [patient] },
  };
}

/** PS3.15 Export: it left the facility, by whatever way. */
const eventCode = '110106';

function transferOf(entry: StaffEntry, now: Date): AuditedTransfer {
  const { studyUid, accession, modality, description, images, studyOn, sentTime, corrects } = entry;
  return {
    occurredAt: instantOf(entry, now),
    // Where it is read in is the facility's own zone, which staff write in.
    assumedTimeZone: null,
    ...timeOfDay(entry),
    action: 'R',
    // No system reported it.
    auditSourceId: '',
    enterpriseSiteId: null,
    patient: { id: entry.patientId, issuer: null, name: null, isReference: true },
    source: null,
    destinations: [
      {
        aeTitles: [],
        host: null,
        ip: null,
        uri: null,
        login: null,
        display: entry.receiver,
        mediaType: null,
        vendorId: entry.vendorId,
      },
    ],
    studies: [
      { studyUid, accession, modality, description, studyDate: studyOn, instances: images, sopClasses: [] },
    ],
    anonymized: entry.deidentified ? true : null,
    encrypted: null,
    reportedBy: 'sender',
    statedPurpose: entry.purpose,
    ...(entry.basis ? { statedBasis: basisOf(entry.basis) } : {}),
    // Of a day alone, or of no study, nobody can say that it is one with another report.
    standsAlone: sentTime === null || studyUid === null,
    ...(corrects ? { corrects } : {}),
  };
}

function timeOfDay({ occurredAt, sentTime }: StaffEntry): Pick<AuditedTransfer, 'timeOfDay'> {
  if (occurredAt !== null) return { timeOfDay: 'asCorrected' };
  return sentTime === null ? { timeOfDay: 'unknown' } : {};
}

/** Noon where the time is not known: that day, wherever it is read. Never after it was entered. */
function instantOf({ sentOn, sentTime, timeZone, occurredAt }: StaffEntry, now: Date): Date {
  if (occurredAt !== null) return new Date(occurredAt);
  const local = Temporal.PlainDateTime.from(`${sentOn}T${sentTime ?? '12:00'}`).toZonedDateTime(timeZone);
  return new Date(
    sentTime === null ? Math.min(local.epochMilliseconds, now.getTime()) : local.epochMilliseconds,
  );
}

/** What 45 CFR 164.528(a)(1) makes of each basis: these are left out of the law’s list, and why. */
const exclusionOf: Readonly<Record<LegalBasis, ExclusionReason | null>> = {
  treatment: 'treatmentPaymentOperations',
  operations: 'treatmentPaymentOperations',
  authorization: 'authorization',
  deidentified: 'deidentified',
  irbWaiver: null,
  requiredByLaw: null,
};

function basisOf(legalBasis: LegalBasis): StatedBasis {
  const exclusionReason = exclusionOf[legalBasis];
  return { legalBasis, legallyRequired: exclusionReason === null, exclusionReason };
}
