import type { PatientIdentity } from './patients.ts';

/**
 * The audit message of DICOM PS3.15 A.5.1 as a sender wrote it: strings, nothing trimmed, judged or converted, and only
 * the parts that this room reads. `null` means that the attribute or element was absent.
 */
export interface AuditMessage {
  event: AuditEventIdentification;
  participants: ActiveParticipant[];
  /** The first one: RFC 3881 allows several, PS3.15 one. */
  auditSource: { id: string | null; enterpriseSiteId: string | null } | null;
  objects: ParticipantObject[];
}

export interface AuditEventIdentification {
  /** `EventID`: the code, from `csd-code` or the `code` of RFC 3881 senders. */
  code: string;
  /** `EventTypeCode` codes, in order. */
  typeCodes: string[];
  actionCode: string | null;
  /** xsd:dateTime as written. For 110104 the time that the transfer completed. */
  dateTime: string | null;
  outcomeIndicator: string | null;
}

export interface ActiveParticipant {
  userId: string;
  alternativeUserId: string | null;
  networkAccessPointId: string | null;
  networkAccessPointTypeCode: string | null;
  /** Codes of `RoleIDCode`: 110153 source, 110152 destination, 110154 destination media. */
  roles: string[];
  /** Code of `UserIDTypeCode`, a dcm4che addition: 110119 station AE title, 12 URI, 113871 person, 110182 node. */
  userIdType: string | null;
  /** Code of `MediaType`, nested in `MediaIdentifier` (the standard) or direct (dcm4che). */
  mediaType: string | null;
}

export interface ParticipantObject {
  id: string;
  /** Of a patient: number and issuer, from a format that has a place for each. `id` is then read by nobody, and judged still. */
  identity?: PatientIdentity;
  typeCode: string | null;
  typeCodeRole: string | null;
  /** `ParticipantObjectDataLifeCycle`: 4 verification (RFC 3881 §5.5.3). */
  lifeCycle?: string | null;
  /** Code of `ParticipantObjectIDTypeCode`: 110180 Study Instance UID, 2 patient number. */
  idType: string | null;
  /** Text of `ParticipantObjectName`: for a patient `Family^Given`. */
  name: string | null;
  /** `ParticipantObjectDetail`; `value` is base64. */
  details: { type: string; value: string }[];
  accessionNumbers: string[];
  sopClasses: { uid: string | null; numberOfInstances: string | null; listedInstances: number }[];
  /** `ParticipantObjectContainsStudy/StudyIDs@UID` */
  containedStudyUids: string[];
  encrypted: string | null;
  anonymized: string | null;
}
