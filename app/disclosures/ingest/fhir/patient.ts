import type { PatientIdentity } from '../dicom-audit/patients.ts';
import type { AuditEventResource, Entity, Reference } from './resource.ts';

/** HL7 audit-entity-type 1 with object-role 1; or a reference to a Patient, whatever the codes. */
export function isPatient({ what, type, role }: Entity): boolean {
  return (
    (type?.code === '1' && (role?.code ?? '1') === '1') ||
    what?.type === 'Patient' ||
    /(?:^|\/)Patient\/[^/]+$/.test(withoutVersion(what?.reference ?? ''))
  );
}

/**
 * Who is meant: by the number that the reference carries, or the resource that came inside the event; else by the logical id. One of
 * another server is a number of that server's, which nobody knows until somebody says whose it is.
 */
export function identityOf(what: Reference | undefined, event: AuditEventResource): PatientIdentity {
  const inside = what?.reference?.startsWith('#')
    ? event.contained?.find(({ id }) => `#${id}` === what.reference)?.identifier
    : undefined;
  const number = [what?.identifier, ...(inside ?? [])].find((one) => one?.value?.trim());
  if (number?.value) {
    // HL7 v2 CX in one text is how archives write it; it brings its issuer along.
    const [value, , , authority] = number.value.split('^');
    const issuer = authority?.split('&')[0] || number.assigner?.display || number.system;
    return { id: value ?? '', issuer: issuer?.replace(/^urn:oid:/, '') || null };
  }
  const [, base, id] = /^(.*?)(?:\/|^)Patient\/([^/]+)$/.exec(withoutVersion(what?.reference ?? '')) ?? [];
  if (id === undefined) return { id: what?.reference ?? '', issuer: null };
  return base ? { id, issuer: base } : { id, issuer: null, isReference: true };
}

function withoutVersion(reference: string): string {
  return reference.replace(/\/_history\/[^/]+$/, '');
}
