import type { Tx } from '#app/db/client.server.ts';

/**
 * Ends what a back-up would bring to life again: sessions and half-sessions, also those that were ended since, challenges of passkeys,
 * proofs by mail, and forms kept for their owner. @returns how many sessions
 */
export async function endAllAccess(tx: Tx): Promise<number> {
  await tx.pendingSignIn.deleteMany();
  await tx.passkeyChallenge.deleteMany();
  await tx.mailProof.deleteMany();
  await tx.keptForm.deleteMany();
  const { count } = await tx.session.deleteMany();
  return count;
}
