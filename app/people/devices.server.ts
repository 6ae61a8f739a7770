import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Db, type FactorKind } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { asThemselves } from './credentials.server.ts';
import { endSessionsOf, liveSince } from './sessions.server.ts';

/** A session as its owner sees it on the list of devices. */
export interface DeviceSession {
  id: string;
  createdAt: Date;
  lastSeenAt: Date;
  userAgent: string;
  address: string;
  factor: FactorKind;
}

/** A person's sessions that are not over, the latest used first. */
export async function sessionsOf(db: Db, userId: string, now: Date): Promise<DeviceSession[]> {
  const user = await db.user.findUnique({ where: { id: userId }, select: { role: true } });
  if (!user) return [];
  return db.session.findMany({
    where: { userId, ...liveSince(user.role, now) },
    orderBy: { lastSeenAt: 'desc' },
    select: { id: true, createdAt: true, lastSeenAt: true, userAgent: true, address: true, factor: true },
  });
}

/** Ends one of a person's own sessions, at once. @returns false when they have none of this name */
export function endOneSession(
  world: World,
  { person, sessionRowId }: { person: Person; sessionRowId: string },
): Promise<boolean> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const { count } = await tx.session.deleteMany({ where: { id: sessionRowId, userId: person.id } });
    if (count === 0) return false;
    await appendEvent(tx, endedByOwner(person, count, now));
    return true;
  });
}

/** Ends all of a person's sessions but the one they are using. @returns how many were not over yet */
export function endOtherSessions(
  world: World,
  { person, session }: { person: Person; session: { id: string } },
): Promise<number> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const live = await tx.session.count({
      where: { userId: person.id, id: { not: session.id }, ...liveSince(person.role, now) },
    });
    await endSessionsOf(tx, person.id, session.id);
    if (live > 0) await appendEvent(tx, endedByOwner(person, live, now));
    return live;
  });
}

function endedByOwner(person: Person, count: number, at: Date) {
  return {
    type: 'session.endedByOwner',
    ...asThemselves(person),
    at,
    subject: { kind: 'user', id: person.id },
    after: { count },
    visibleToPatient: person.role === 'patient',
  } as const;
}
