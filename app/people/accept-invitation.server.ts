import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { lockAccount } from './credentials.server.ts';
import { InvitationSpent, spendInvitation } from './invitations.server.ts';
import { refusalToBind } from './record-account.server.ts';
import { endSessionsOf, renewSession } from './sessions.server.ts';
import { tryInvitation } from './sign-up.server.ts';

export type InvitationAccepted =
  | { ok: true; /** For the cookie: the old one is dead. */ sessionId: string }
  | { ok: false; refusal: 'invitation' | 'bound' }
  | { ok: false; wait: number };

/**
 * Binds the account of a signed-in patient, who has no record yet, to the record that a code was made for. They see more from then on:
 * other sessions end, and this one goes on under a new id. A claim that still waits for staff is settled by it. @throws Busy
 */
export async function acceptInvitation(
  world: World,
  given: { person: Person; session: { id: string }; typed: string; address: string },
): Promise<InvitationAccepted> {
  const { person, session } = given;
  const found = await tryInvitation(world, given.typed, given.address);
  if ('wait' in found) return { ok: false, wait: found.wait };
  const { invitation } = found;
  const patientId = invitation?.patientId;
  if (!invitation || invitation.role !== 'patient' || !patientId) return { ok: false, refusal: 'invitation' };
  const now = world.clock();
  try {
    return await inTransaction(world.db, async (tx) => {
      await lockAccount(tx, person.id);
      if (await refusalToBind(tx, patientId)) throw new InvitationSpent('the record has an account');
      const { count } = await tx.user.updateMany({
        where: { id: person.id, role: 'patient', patientId: null, disabledAt: null },
        data: { patientId },
      });
      if (count === 0) return { ok: false, refusal: 'bound' };
      await spendInvitation(tx, { invitationId: invitation.id, person: { ...person, patientId }, now });
      await tx.identityClaim.updateMany({
        where: { userId: person.id, state: 'pending' },
        data: { state: 'verified', patientId, decidedAt: now },
      });
      await endSessionsOf(tx, person.id, session.id);
      const sessionId = await renewSession(tx, session.id, now);
      if (!sessionId) throw new InvitationSpent('the session has ended');
      return { ok: true, sessionId };
    });
  } catch (error) {
    if (error instanceof InvitationSpent) return { ok: false, refusal: 'invitation' };
    throw error;
  }
}
