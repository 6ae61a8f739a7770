import { appendEvent } from '#app/audit/audit.server.ts';
import { plainview, type Person } from '#app/audit/actor.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { enqueue, inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';

const tellAgainAfter = 24 * 60 * 60_000;
const nobody = '00000000-0000-0000-0000-000000000000';

/**
 * The door of an account, or of an address that is nobody's, has just shut: an event each time. Who is told is found out by the worker, so
 * that this try writes, and takes, the same for both.
 */
export async function recordLock(
  world: World,
  email: string,
  user: Pick<Person, 'id' | 'role' | 'patientId'> | null,
): Promise<void> {
  await inTransaction(world.db, async (tx) => {
    await appendEvent(tx, {
      type: 'signIn.locked',
      actor: plainview,
      at: world.clock(),
      subject: user ? { kind: 'user', id: user.id } : { kind: 'address', id: sha256Hex(email) },
      ...(user?.patientId ? { patientId: user.patientId } : {}),
      visibleToPatient: user?.role === 'patient',
    });
    await enqueue(tx, 'tell-of-lock', { userId: user?.id ?? nobody }, `lock:${sha256Hex(email)}`);
  });
}

/** Tells the owner of an account whose door shut, at most once a day; for an address that is nobody's there is nobody to tell. */
export async function tellOfLock(world: World, userId: string): Promise<void> {
  const now = world.clock();
  const since = new Date(now.getTime() - tellAgainAfter);
  await inTransaction(world.db, async (tx) => {
    const user = await tx.user.findFirst({ where: { id: userId, disabledAt: null }, select: { id: true } });
    if (!user) return;
    const told = await tx.notice.count({ where: { userId, kind: 'signInLocked', owedAt: { gt: since } } });
    if (told === 0) await oweNotice(tx, { kind: 'signInLocked', userId, now });
  });
}
