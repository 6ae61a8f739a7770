import type { Person, Role } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { cast, type CastMember } from '#prisma/seed/cast.ts';

// Apart from `world.ts`, which is for Vitest alone: the browser tests need them too.

/** Of the seed's people, the first with this role, or the patient with this MRN. */
export function castMember(wanted: Role | { mrn: string }): CastMember {
  const found = cast.find((member) =>
    typeof wanted === 'string' ? member.role === wanted : member.patientMrn === wanted.mrn,
  );
  if (!found) throw new Error(`nobody of the cast is ${JSON.stringify(wanted)}`);
  return found;
}

/** One of the seed's people as an actor. */
export async function personOf(world: World, wanted: Role | { mrn: string }): Promise<Person> {
  const { id, displayName, role, patientId } = await world.db.user.findUniqueOrThrow({
    where: { email: castMember(wanted).email },
    select: { id: true, displayName: true, role: true, patientId: true },
  });
  return { kind: 'person', id, name: displayName, role, patientId };
}

/** A patient of the seed who has an account. */
export async function patientOf(world: World, mrn: string): Promise<Person & { patientId: string }> {
  const { patientId, ...person } = await personOf(world, { mrn });
  if (!patientId) throw new Error(`${mrn} has no account`);
  return { ...person, patientId };
}
