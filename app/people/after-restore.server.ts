import type { Tx } from '#app/db/client.server.ts';

/** How much of what let somebody in ended with a restore. */
export interface EndedAccess {
  sessions: number;
  /** Of programs, those that they sign with too. Each gets a new one by `api-key rotate`; signing keys are registered anew. */
  keys: number;
  /** Sheets from the front desk, and recovery codes. */
  codeSets: number;
}

/**
 * Ends what a back-up would bring to life again: sessions and half-sessions, also those that were ended since, challenges of passkeys,
 * proofs by mail, forms kept for their owner; and what may have been revoked, used or replaced since without anybody being able to tell:
 * every key of a program, also those that it signs with, and every printed code.
 */
export async function endAllAccess(tx: Tx, now: Date): Promise<EndedAccess> {
  await tx.pendingSignIn.deleteMany();
  await tx.passkeyChallenge.deleteMany();
  await tx.mailProof.deleteMany();
  await tx.keptForm.deleteMany();
  const sessions = await tx.session.deleteMany();
  const keys = await tx.machineKey.updateMany({ where: { revokedAt: null }, data: { revokedAt: now } });
  const signing = await tx.signingKey.updateMany({ where: { revokedAt: null }, data: { revokedAt: now } });
  // A key set may have been taken back since; and which assertions were taken since, nobody knows any more.
  await tx.machineToken.deleteMany();
  const sets = await tx.codeSet.updateMany({ where: { replacedAt: null }, data: { replacedAt: now } });
  return { sessions: sessions.count, keys: keys.count + signing.count, codeSets: sets.count };
}
