import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { askOfficerOrder, confirmOfficerOrder } from '#app/people/officer-orders.server.ts';
import type { FacilityRole } from '#app/people/officer-orders.ts';

/** Another open privacy officer than the one of the cast. */
export async function anotherOfficer(world: World, name = 'Second Officer'): Promise<Person> {
  const { id } = await world.db.user.create({
    data: {
      email: `${crypto.randomUUID()}@demo.example`,
      displayName: name,
      role: 'privacyOfficer',
      passwordHash: 'nobody-signs-in-by-this',
      createdAt: world.clock(),
    },
    select: { id: true },
  });
  return { kind: 'person', id, name, role: 'privacyOfficer', patientId: null };
}

/** A colleague's code, the way two officers make one. @returns it as it is handed over */
export async function inviteColleague(
  world: World,
  { actor, role, displayName }: { actor: Person; role: FacilityRole; displayName: string },
): Promise<{ code: string }> {
  const asked = await askOfficerOrder(world, {
    actor: await anotherOfficer(world),
    content: { kind: 'invite', name: displayName, role },
    reason: 'A new colleague',
  });
  if (!asked.ok) throw new Error(asked.refusal);
  const done = await confirmOfficerOrder(world, { actor, orderId: asked.id });
  if (!done.ok || done.given.kind !== 'invite') throw new Error('no invitation was made');
  return { code: done.given.code };
}
