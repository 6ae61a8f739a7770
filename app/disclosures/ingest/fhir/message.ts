import type { ActiveParticipant, AuditMessage, ParticipantObject } from '../dicom-audit/message.ts';
import { identityOf, nameInside, patientsAmong } from './patient.ts';
import type { Agent, AuditEventResource, Coding, Concept, Entity, Reference } from './resource.ts';
import { studyFactsOf, studyUidOf } from './study.ts';

/** Of R4; as an OID; as servers of STU3 and before wrote it, and write it still. */
const dcm = new Set([
  'http://dicom.nema.org/resources/ontology/DCM',
  'urn:oid:1.2.840.10008.2.16.4',
  'DCM',
  'http://nema.org/dicom/dicm',
]);
const purposeSystems = new Set([
  'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  'http://hl7.org/fhir/v3/ActReason',
  'urn:oid:2.16.840.1.113883.5.8',
]);
const lifecycle = 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle';

/** PS3.15 A.5.3: DICOM Instances Transferred, and Export. */
const transfers = new Set(['110104', '110106']);

/** A code of DICOM, or the code of another system with that system before it: 110106 of somebody else is not an export. */
function codeOf({ system, code = '' }: Coding): string {
  return system === undefined || dcm.has(system) ? code : `${system}#${code}`;
}

/**
 * What kind of event it is, as a code of PS3.15. A transfer or an export says so itself; of every other kind it is a disclosure when a
 * subtype says so, as that of the receiver is (IHE BALP, PrivacyDisclosure.Recipient: Import).
 */
function eventCodeOf({ type, subtype = [] }: AuditEventResource): string {
  const code = codeOf(type);
  const isDisclosure = subtype.some((one) => one.system === lifecycle && one.code === 'disclose');
  return isDisclosure && !transfers.has(code) ? '110106' : code;
}

/** When it happened: the end of its period, where that is an instant; else when it was recorded. */
function timeOf({ period, recorded }: AuditEventResource): string | null {
  return period?.end?.includes('T') ? period.end : (recorded ?? null);
}

/** The event in the form of an audit message, by the mapping that R4 gives for AuditEvent. */
export function messageOf(event: AuditEventResource): AuditMessage {
  return {
    event: {
      code: eventCodeOf(event),
      typeCodes: (event.subtype ?? []).map(codeOf),
      actionCode: event.action ?? null,
      dateTime: timeOf(event),
      outcomeIndicator: event.outcome ?? null,
    },
    participants: (event.agent ?? []).map(participantOf),
    auditSource: event.source
      ? { id: nameOf(event.source.observer) || null, enterpriseSiteId: event.source.site ?? null }
      : null,
    objects: objectsOf(event),
  };
}

function nameOf(who: Reference | undefined): string {
  return who?.identifier?.value || who?.display || who?.reference || '';
}

function participantOf({ type, role = [], who, altId, name, media, network }: Agent): ActiveParticipant {
  const roles = [type, ...role].flatMap((one) => (one?.coding ?? []).map(codeOf));
  return {
    userId: nameOf(who) || name || '',
    alternativeUserId: altId ?? null,
    networkAccessPointId: network?.address ?? null,
    networkAccessPointTypeCode: network?.type ?? null,
    roles: [...new Set(roles)],
    userIdType: /ae-?title/i.test(who?.identifier?.system ?? '') ? '110119' : null,
    mediaType: media?.code ?? null,
  };
}

const nothingTold = {
  details: [],
  accessionNumbers: [],
  sopClasses: [],
  containedStudyUids: [],
  encrypted: null,
  anonymized: null,
};

function objectsOf(event: AuditEventResource): ParticipantObject[] {
  const entities = event.entity ?? [];
  const patients = patientsAmong(entities);
  return entities.flatMap((entity) => objectOf(entity, event, patients.has(entity)) ?? []);
}

function objectOf(entity: Entity, event: AuditEventResource, isPatient: boolean): ParticipantObject | null {
  if (isPatient) {
    const name = entity.name ?? entity.what?.display ?? nameInside(entity.what, event);
    const identity = identityOf(entity.what, event);
    const id = identity.issuer ? `${identity.id}^^^${identity.issuer}` : identity.id;
    return { ...nothingTold, id, identity, typeCode: '1', typeCodeRole: '1', idType: '2', name };
  }
  const uid = studyUidOf(entity);
  if (uid === null) return null;
  return {
    ...nothingTold,
    ...studyFactsOf(entity, uid),
    typeCode: '2',
    typeCodeRole: '3',
    idType: '110180',
    name: null,
  };
}

/** What it was for. `unclear`: something is said of it, and not one code of v3-ActReason. */
export function purposeOf({ purposeOfEvent = [] }: AuditEventResource): string | null | 'unclear' {
  const codes = new Set(purposeOfEvent.map(codeOfPurpose));
  const [only = null, ...others] = codes;
  return others.length > 0 ? 'unclear' : only;
}

function codeOfPurpose({ coding = [] }: Concept): string {
  const known = coding.find(({ system }) => system !== undefined && purposeSystems.has(system));
  return known?.code ?? 'unclear';
}
