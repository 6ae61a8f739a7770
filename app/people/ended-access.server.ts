import type { Db } from '#app/db/client.server.ts';
import { daysBefore, keptForDays } from '#app/facility/retention.ts';

/**
 * Removes what let somebody in and has ended: sessions, half-done sign-ins, challenges of passkeys, mailed codes, and invitations that
 * nobody used. The events of all of them stay.
 */
export async function sweepEndedAccess(db: Db, now: Date): Promise<void> {
  const ended = daysBefore(now, keptForDays.sessions);
  await db.session.deleteMany({ where: { absoluteExpiresAt: { lte: ended } } });
  await db.pendingSignIn.deleteMany({ where: { expiresAt: { lte: ended } } });
  await db.passkeyChallenge.deleteMany({ where: { expiresAt: { lte: ended } } });
  await db.mailProof.deleteMany({ where: { expiresAt: { lte: ended } } });
  await db.invitation.deleteMany({
    where: {
      usedAt: null,
      expiresAt: { lte: daysBefore(now, keptForDays.invitations) },
      mailProofs: { none: {} },
      // What two people decided about stays, with what it was about.
      sheetOrders: { none: {} },
    },
  });
}
