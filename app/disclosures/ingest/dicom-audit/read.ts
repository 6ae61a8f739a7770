import { decodeAuditMessage } from './decode.ts';
import { readEventTime, type EventTime } from './event-time.ts';
import type { AuditMessage, ParticipantObject } from './message.ts';
import { parseAuditMessage } from './parse.ts';
import { namesUnidentifiedPatient, patientsOf } from './patients.ts';
import {
  quarantineReasons,
  type AuditAction,
  type AuditedTransfer,
  type HeldReason,
  type IgnoredReason,
  type PartialTransfer,
  type QuarantineReason,
  type Reading,
} from './reading.ts';
import { destinationOf, participantOf } from './recipients.ts';
import { studiesOf, type Studies } from './studies.ts';
import { deceivesAsIdentifier, deceivesAsName, trimXml } from './deceiving-text.ts';

/** PS3.15 A.5.3: DICOM Instances Transferred, and Export. */
const transferEvents: ReadonlySet<string> = new Set(['110104', '110106']);

const ignoredEvents: ReadonlyMap<string, IgnoredReason> = new Map([
  ['110102', 'transferBegun'],
  ['110103', 'internalAccess'],
]);

const sourceRole = '110153';
const destinationRoles = ['110152', '110154'];

const actions: ReadonlySet<string> = new Set<AuditAction>(['C', 'R', 'U', 'D', 'E']);

function isAction(value: string): value is AuditAction {
  return actions.has(value);
}

/** xsd:boolean, or null. */
function booleanOf(text: string | null): boolean | null {
  const value = trimXml(text ?? '');
  if (value === 'true' || value === '1') return true;
  return value === 'false' || value === '0' ? false : null;
}

function ofEveryStudy(values: readonly (boolean | null)[]): boolean | null {
  if (values.includes(false)) return false;
  return values.length > 0 && values.every((value) => value === true) ? true : null;
}

function isImageObject(object: ParticipantObject): boolean {
  return object.idType === '110180' || object.containedStudyUids.length > 0;
}

function reportedBy(action: AuditAction | null): AuditedTransfer['reportedBy'] {
  if (action === 'R') return 'sender';
  return action === 'C' || action === 'U' ? 'receiver' : 'unknown';
}

function textOrNull(value: string | null | undefined): string | null {
  return trimXml(value ?? '') || null;
}

function partialOf(message: AuditMessage, time: EventTime, { studies }: Studies): PartialTransfer {
  const { participants, objects, auditSource } = message;
  const source = participants.find(({ roles }) => roles.includes(sourceRole));
  const destinations = participants.filter(({ roles }) =>
    roles.some((role) => destinationRoles.includes(role)),
  );
  const imageObjects = objects.filter(isImageObject);
  const actionCode = trimXml(message.event.actionCode ?? '');
  const action = isAction(actionCode) ? actionCode : null;
  return {
    occurredAt: time.ok ? time.at : null,
    assumedTimeZone: time.ok ? time.assumedTimeZone : null,
    action,
    auditSourceId: textOrNull(auditSource?.id),
    enterpriseSiteId: textOrNull(auditSource?.enterpriseSiteId),
    patients: patientsOf(objects),
    source: source ? participantOf(source) : null,
    destinations: destinations.map(destinationOf),
    studies,
    anonymized: ofEveryStudy(imageObjects.map((object) => booleanOf(object.anonymized))),
    encrypted: ofEveryStudy(imageObjects.map((object) => booleanOf(object.encrypted))),
    reportedBy: reportedBy(action),
  };
}

/** On the values as sent: making a key of a value may map a deceiving character away. */
function isSuspicious({ participants, objects, auditSource }: AuditMessage): boolean {
  const identifiers = [
    ...participants.flatMap((one) => [one.userId, one.alternativeUserId, one.networkAccessPointId]),
    ...objects.flatMap((one) => [one.id, ...one.accessionNumbers, ...one.containedStudyUids]),
    ...objects.flatMap((one) => one.sopClasses.map(({ uid }) => uid)),
    auditSource?.id,
    auditSource?.enterpriseSiteId,
  ];
  return (
    identifiers.some((value) => deceivesAsIdentifier(trimXml(value ?? ''))) ||
    objects.some(({ name }) => deceivesAsName(trimXml(name ?? '')))
  );
}

function reasonsFor(
  message: AuditMessage,
  partial: PartialTransfer,
  time: EventTime,
  studies: Studies,
): QuarantineReason[] {
  const outcome = trimXml(message.event.outcomeIndicator ?? '');
  const isUnreachable = partial.destinations.some(({ display }) => display === '');
  const found: Record<QuarantineReason, boolean> = {
    suspiciousCharacters: isSuspicious(message),
    severalPatients: partial.patients.length > 1,
    noPatient: partial.patients.length === 0 || namesUnidentifiedPatient(message.objects),
    noDestination: partial.destinations.length === 0 || isUnreachable,
    noAuditSource: partial.auditSourceId === null,
    badEventTime: !time.ok && time.reason === 'badEventTime',
    eventTimeWithoutZone: !time.ok && time.reason === 'eventTimeWithoutZone',
    eventTimeInFuture: !time.ok && time.reason === 'eventTimeInFuture',
    badStudyUid: studies.badStudyUid,
    // 110104 reports the studies that were transferred; an export may be of other documents, as an XDS submission set.
    noStudy: message.event.code === '110104' && partial.studies.length === 0 && !studies.badStudyUid,
    contradictoryStudy: studies.contradictory,
    badInstanceCount: studies.badInstanceCount,
    transferNotSuccessful: ['4', '8', '12'].includes(outcome),
    outcomeUnknown: !['0', '4', '8', '12'].includes(outcome),
  };
  return quarantineReasons.filter((reason) => found[reason]);
}

/**
 * What a report says, once it is in the form of an audit message: every format is judged alike. Nothing is guessed. `statedPurpose` and
 * `further` are what other formats tell besides.
 */
export function judgeMessage(
  message: AuditMessage,
  options: ReadOptions,
  { statedPurpose = null, further = [] }: { statedPurpose?: string | null; further?: HeldReason[] } = {},
): Reading {
  const reading = judge(message, options);
  if (reading.outcome === 'quarantined')
    return {
      ...reading,
      reasons: [...reading.reasons, ...further],
      partial: { ...reading.partial, statedPurpose },
    };
  if (reading.outcome !== 'transfer') return reading;
  const transfer = { ...reading.transfer, statedPurpose };
  const [reason] = further;
  if (!reason) return { ...reading, transfer };
  const { patient, ...rest } = transfer;
  const partial = { ...rest, patients: [patient] };
  return { outcome: 'quarantined', eventCode: reading.eventCode, reason, reasons: [...further], partial };
}

/**
 * dcm4chee reports under 110104 too that it looked whether a study is still there (storage commitment): nobody received it, no participant
 * has a part in it, and of every study it says "verification".
 */
function isVerification({ participants, objects }: AuditMessage): boolean {
  const images = objects.filter(isImageObject);
  return (
    participants.every(({ roles }) => roles.length === 0) &&
    images.length > 0 &&
    images.every(({ lifeCycle }) => trimXml(lifeCycle ?? '') === '4')
  );
}

function judge(message: AuditMessage, options: ReadOptions): Reading {
  const eventCode = message.event.code;
  const isTransfer = transferEvents.has(eventCode) && !isVerification(message);
  const ignored = ignoredEvents.get(eventCode) ?? 'notATransfer';
  if (!isTransfer && ignored !== 'transferBegun') {
    const auditSourceId = textOrNull(message.auditSource?.id);
    return { outcome: 'ignored', eventCode, reason: ignored, begun: null, auditSourceId };
  }
  const time = readEventTime(message.event.dateTime ?? '', options.now, options.assumedTimeZone);
  const studies = studiesOf(message.objects);
  const partial = partialOf(message, time, studies);
  if (!isTransfer) {
    return { outcome: 'ignored', eventCode, reason: ignored, begun: partial };
  }
  const reasons = reasonsFor(message, partial, time, studies);
  const { patients, ...rest } = partial;
  const [patient] = patients;
  const { occurredAt, auditSourceId } = partial;
  const [reason] = reasons;
  if (reason) return { outcome: 'quarantined', eventCode, reason, reasons, partial };
  if (!patient || !occurredAt || auditSourceId === null) {
    throw new Error('a message without patient, time or audit source has a reason to wait');
  }
  return { outcome: 'transfer', eventCode, transfer: { ...rest, occurredAt, auditSourceId, patient } };
}

export interface ReadOptions {
  /** The moment of receipt. */
  now: Date;
  /** IANA zone configured for the authenticated source, for event times that carry none. */
  assumedTimeZone?: string;
}

/**
 * Reads the bytes of one DICOM audit message (PS3.15 A.5, or its RFC 3881 ancestor).
 *
 * `rejected`: not readable as an audit message. `ignored`: readable, and of a kind that is never a disclosure.
 * `quarantined`: a transfer or export that cannot be assigned safely; what could be read is in `partial`, and every
 * reason in `reasons`. `transfer`: one patient, at least one destination, a real time. Nothing is guessed: which vendor a
 * destination is, and which patient an id, is decided elsewhere. The values are untrusted text. Never throws on any
 * bytes.
 */
export function readAuditMessage(bytes: Uint8Array, options: ReadOptions): Reading {
  const decoded = decodeAuditMessage(bytes);
  if (!decoded.ok) return { outcome: 'rejected', ...decoded.refusal };
  const parsed = parseAuditMessage(decoded.text);
  if (!parsed.ok) return { outcome: 'rejected', ...parsed.refusal };
  return judge(parsed.message, options);
}
