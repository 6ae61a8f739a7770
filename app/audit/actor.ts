export type Role = 'patient' | 'staff' | 'privacyOfficer' | 'auditor';

/**
 * A signed-in person. `patientId` is the patient record they act on: the one that their account is bound to, or, with `onBehalfOf`,
 * the one of a patient whom they represent.
 */
export interface Person {
  kind: 'person';
  id: string;
  name: string;
  role: Role;
  patientId: string | null;
  onBehalfOf?: {
    representationId: string;
    /** The patient's. */
    name: string;
    /** What the representative may do with the patient's records. */
    scope: 'see' | 'file' | 'both';
  };
  /** They chose to act for this patient, and may not any more. They act on no record until they go back to their own. */
  actingEnded?: { name: string };
}

/** Who did it: a person, a program with its own key, or Plainview by itself (a job, the seed). */
export type Actor = Person | { kind: 'machine'; id: string; name: string } | { kind: 'system'; name: string };

/** Plainview by itself. */
export const plainview = { kind: 'system', name: 'Plainview' } as const satisfies Actor;

export function actorId(actor: Actor): string | null {
  return actor.kind === 'system' ? null : actor.id;
}
