import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { actingForFields, opensRecord } from './acting-for.server.ts';
import { renewSession } from './sessions.server.ts';

/**
 * Lets a session act for a patient from now on, when the representation opens the record at this moment. The session gets a new id: the old
 * cookie is dead. @returns the new cookie's value; null when there is no such representation of this person, or it does not count
 */
export function actFor(
  world: World,
  { person, sessionId, representationId }: { person: Person; sessionId: string; representationId: string },
): Promise<string | null> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const representation = await tx.representation.findFirst({
      where: { id: representationId, representativeId: person.id, state: 'granted' },
      select: actingForFields,
    });
    if (!representation?.patient || !representation.patientId) return null;
    if (!(await opensRecord(tx, person.id, representation, now))) return null;
    const { patient, patientId, scope } = representation;
    await tx.session.updateMany({
      where: { id: sessionId, userId: person.id },
      data: { actingForId: representationId },
    });
    const cookie = await renewSession(tx, sessionId, now);
    if (!cookie) return null;
    const name = `${patient.givenName} ${patient.familyName}`;
    const actor: Person = { ...person, patientId, onBehalfOf: { representationId, name, scope } };
    await appendEvent(tx, {
      type: 'representation.used',
      actor,
      at: now,
      subject: { kind: 'representation', id: representationId },
      patientId,
      visibleToPatient: true,
    });
    return cookie;
  });
}

/** Back to the person's own records. @returns the new cookie's value; null when the session has ended meanwhile */
export function actForThemselves(
  world: World,
  { person, sessionId }: { person: Person; sessionId: string },
): Promise<string | null> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await tx.session.updateMany({ where: { id: sessionId, userId: person.id }, data: { actingForId: null } });
    return renewSession(tx, sessionId, now);
  });
}

/** The record that an account itself is bound to, whoever it acts for at present. */
export async function ownRecordOf(world: World, userId: string): Promise<string | null> {
  const user = await world.db.user.findUniqueOrThrow({ where: { id: userId }, select: { patientId: true } });
  return user.patientId;
}
