import type { PatientIdentity } from '../dicom-audit/patients.ts';
import type { AuditEventResource, Contained, Entity, Reference } from './resource.ts';

/**
 * The entities that are patients: HL7 audit-entity-type 1 with object-role 1, or what refers to a Patient, whatever its codes. The
 * record of somebody who is named as the patient already, sent as a resource, is what was sent and not somebody else.
 */
export function patientsAmong(entities: readonly Entity[]): ReadonlySet<Entity> {
  const named = entities.filter(isNamedPatient);
  const references = new Set(named.flatMap(({ what }) => what?.reference ?? []).map(withoutVersion));
  const referred = entities.filter(
    (entity) =>
      refersToPatient(entity) &&
      !(isSent(entity) && references.has(withoutVersion(entity.what?.reference ?? ''))),
  );
  return new Set([...named, ...referred]);
}

function isNamedPatient({ type, role }: Entity): boolean {
  return type?.code === '1' && (role?.code ?? '1') === '1';
}

/** audit-entity-type 2, a system object, in another part than the patient's. */
function isSent({ type, role }: Entity): boolean {
  return type?.code === '2' && role?.code !== '1';
}

function refersToPatient({ what }: Entity): boolean {
  return what?.type === 'Patient' || /(?:^|\/)Patient\/[^/]+$/.test(withoutVersion(what?.reference ?? ''));
}

/**
 * Who is meant: by the number that the reference carries, or the resource that came inside the event; else by the logical id. One of
 * another server is a number of that server's, which nobody knows until somebody says whose it is.
 */
export function identityOf(what: Reference | undefined, event: AuditEventResource): PatientIdentity {
  const inside = insideOf(what, event);
  const born = /^\d{4}-\d{2}-\d{2}$/.exec(inside?.birthDate ?? '')?.[0];
  const person = born ? { bornOn: born } : {};
  const number = [what?.identifier, ...(inside?.identifier ?? [])].find((one) => one?.value?.trim());
  if (number?.value) {
    // HL7 v2 CX in one text is how archives write it; it brings its issuer along.
    const [value, , , authority] = number.value.split('^');
    const issuer = authority?.split('&')[0] || number.assigner?.display || number.system;
    return { id: value ?? '', issuer: issuer?.replace(/^urn:oid:/, '') || null, ...person };
  }
  const [, base, id] = /^(.*?)(?:\/|^)Patient\/([^/]+)$/.exec(withoutVersion(what?.reference ?? '')) ?? [];
  if (id === undefined) return { id: what?.reference ?? '', issuer: null, ...person };
  return base ? { id, issuer: base } : { id, issuer: null, isReference: true };
}

/** The name of the Patient that came inside the event, as an audit message writes names. */
export function nameInside(what: Reference | undefined, event: AuditEventResource): string | null {
  const [name] = insideOf(what, event)?.name ?? [];
  return name ? `${name.family ?? ''}^${(name.given ?? []).join(' ')}` : null;
}

function insideOf(what: Reference | undefined, event: AuditEventResource): Contained | undefined {
  if (!what?.reference?.startsWith('#')) return undefined;
  return event.contained?.find(
    ({ id, resourceType }) => resourceType === 'Patient' && `#${id}` === what.reference,
  );
}

function withoutVersion(reference: string): string {
  return reference.replace(/\/_history\/[^/]+$/, '');
}
