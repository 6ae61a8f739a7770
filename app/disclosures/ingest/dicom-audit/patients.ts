import type { ParticipantObject } from './message.ts';
import { trimXml } from './deceiving-text.ts';

export interface PatientIdentity {
  /** Trimmed; leading zeros kept. Never compared without its issuer. */
  id: string;
  /** The assigning authority: its namespace, or its universal id where it has no namespace. Null when not given. */
  issuer: string | null;
  /** The id is the logical id of a Patient resource of this server (FHIR), not a number on paper. */
  isReference?: true;
  /** `YYYY-MM-DD`, where a format has a place for it. */
  bornOn?: string;
}

export interface AuditedPatient extends PatientIdentity {
  /** `Family^Given` as sent; only for staff to compare. */
  name: string | null;
}

/** HL7 v2 CX, as dcm4chee writes it: `ID^check digit^scheme^assigning authority`, the authority `namespace&uid&type`. */
function splitPatientId(value: string): PatientIdentity {
  const components = value.split('^');
  const authority = (components[3] ?? '').split('&').map(trimXml);
  return { id: trimXml(components[0] ?? ''), issuer: authority[0] || authority[1] || null };
}

function identityOf({ id, identity }: ParticipantObject): PatientIdentity {
  return identity ? { ...identity, id: trimXml(identity.id) } : splitPatientId(id);
}

function isPatient({ typeCode, typeCodeRole }: ParticipantObject): boolean {
  return trimXml(typeCode ?? '') === '1' && ['', '1'].includes(trimXml(typeCodeRole ?? ''));
}

/** Whether a patient object carries no id: somebody is meant, and nobody can say who. */
export function namesUnidentifiedPatient(objects: readonly ParticipantObject[]): boolean {
  return objects.some((object) => isPatient(object) && identityOf(object).id === '');
}

/** The patients that a message names (object type 1, role 1), each (id, issuer) once; one without an id is left out. */
export function patientsOf(objects: readonly ParticipantObject[]): AuditedPatient[] {
  const byIdentity = new Map<string, AuditedPatient>();
  for (const object of objects.filter(isPatient)) {
    const identity = identityOf(object);
    const key = JSON.stringify([identity.id, identity.issuer]);
    if (identity.id === '' || byIdentity.has(key)) continue;
    byIdentity.set(key, { ...identity, name: trimXml(object.name ?? '') || null });
  }
  return [...byIdentity.values()];
}
