import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { Person } from './actor.ts';
import { appendEvent } from './audit.server.ts';

/** One entry stands for all refusals of a person at a path within this many milliseconds: a reload is no second attempt. */
const oneDenialFor = 60_000;

/** Writes that somebody who is signed in asked for what is not theirs to see or do (ASVS 5.0.0 V16.3.2). */
export function recordDenial(world: World, actor: Person, path: string): Promise<void> {
  const subject = { kind: 'path', id: path.slice(0, 200) };
  return inTransaction(world.db, async (tx) => {
    const denial = JSON.stringify([actor.id, subject.id]);
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`denied:${denial}`}, 0))`;
    const at = world.clock();
    const before = await tx.auditEvent.findFirst({
      where: {
        type: 'access.denied',
        actorId: actor.id,
        subjectId: subject.id,
        at: { gt: new Date(at.getTime() - oneDenialFor) },
      },
      select: { id: true },
    });
    if (!before)
      await appendEvent(tx, { type: 'access.denied', actor, at, subject, visibleToPatient: false });
  });
}
