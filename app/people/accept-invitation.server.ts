import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { agreesInFull } from './identity-claims.ts';
import { candidatesFor, claimFields, stored } from './identity-claims-reading.server.ts';
import { lockAccount } from './credentials.server.ts';
import { InvitationSpent, spendInvitation } from './invitations.server.ts';
import { settleSheet } from './invited-sheets.server.ts';
import { refusalToBind } from './record-account.server.ts';
import { endSessionsOf, renewSession } from './sessions.server.ts';
import { tryInvitation } from './sign-up.server.ts';

export type InvitationAccepted =
  | { ok: true; /** For the cookie: the old one is dead. */ sessionId: string }
  | { ok: false; refusal: 'invitation' | 'bound' }
  | { ok: false; wait: number };

/**
 * Binds the account of a signed-in patient, who has no record yet, to the record that a code was made for. They see more from then on:
 * other sessions end, and this one goes on under a new id. A claim that still waits for staff ends. @throws Busy
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
      // Whoever has an account has shown a factor of their own.
      await settleSheet(tx, { invitationId: invitation.id, person, shown: null, now });
      await settleClaims(tx, { userId: person.id, patientId, now });
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

/**
 * What the code proves is who the record is of. A claim that agrees with that record in full is proved with it; any other may be about
 * somebody else, whom nobody has compared: it ends without having been decided.
 */
async function settleClaims(
  tx: Tx,
  { userId, patientId, now }: { userId: string; patientId: string; now: Date },
): Promise<void> {
  const rows = await tx.identityClaim.findMany({ where: { userId, state: 'pending' }, select: claimFields });
  for (const claim of rows.map(stored)) {
    const own = (await candidatesFor(tx, claim)).find((one) => one.patientId === patientId);
    const isSame = own !== undefined && agreesInFull(own.agreement);
    await tx.identityClaim.updateMany({
      where: { id: claim.id, state: 'pending' },
      data: {
        state: isSame ? 'verified' : 'overtaken',
        patientId: isSame ? patientId : null,
        decidedAt: now,
      },
    });
  }
}
