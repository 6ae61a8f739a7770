export type Role = 'patient' | 'staff' | 'privacyOfficer' | 'auditor';

/** A signed-in person. `patientId` is the one patient record a patient's account is bound to. */
export interface Person {
  kind: 'person';
  id: string;
  name: string;
  role: Role;
  patientId: string | null;
}

/** Who did it: a person, a program with its own key, or Plainview by itself (a job, the seed). */
export type Actor = Person | { kind: 'machine'; id: string; name: string } | { kind: 'system'; name: string };

export function actorId(actor: Actor): string | null {
  return actor.kind === 'system' ? null : actor.id;
}
