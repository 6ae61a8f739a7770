import type { Person } from '#app/audit/actor.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type FactorKind } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { resetPassword } from './change-password.server.ts';
import { passwordMistake } from './common-passwords.server.ts';
import { traceCredentials } from './credentials.server.ts';
import { rememberDevice } from './known-devices.server.ts';
import { attempt, forget, giveBack } from './limits.server.ts';
import { askProof, plainEmail, provedMail, type ProofAsked } from './mail-proofs.server.ts';
import type { PasswordMistake } from './password-rules.ts';
import { Busy, hashPassword } from './passwords.server.ts';
import { proveFactor, type GivenProof } from './prove-factor.server.ts';
import { recordRefusedTry } from './refused-tries.server.ts';
import { forgetRefusals } from './sign-in.server.ts';

/** First step: the address of mail. One that has no account gets the same answer and another letter. */
export async function beginRecovery(
  world: World,
  asked: { email: string; locale: Locale; address: string; device: string | null },
): Promise<ProofAsked> {
  const user = await world.db.user.findFirst({
    where: { email: plainEmail(asked.email), disabledAt: null },
    select: { id: true },
  });
  return askProof(world, {
    purpose: 'recover',
    ...asked,
    userId: user?.id ?? null,
    instead: user ? null : 'noAccount',
  });
}

/** Whose account a browser recovers, once it has typed the mailed code. @returns null before, or too late */
export async function recoveringUser(world: World, cookie: string): Promise<string | null> {
  const proof = await provedMail(world, cookie, 'recover');
  return proof?.userId ?? null;
}

const whose = { id: true, role: true, patientId: true } as const;

export type FactorStep =
  | { outcome: 'proved'; /** For the cookie: the old one is dead. */ cookie: string }
  | { outcome: 'refused' | 'startAgain' }
  | { outcome: 'tooMany'; wait: number };

/**
 * Third step: a factor besides the mail. A code from the phone or from paper, or a passkey; each counts once. The browser goes on under a
 * new cookie, which alone can set the password. @throws Busy
 */
export async function proveForRecovery(
  world: World,
  { cookie, given, address }: { cookie: string; given: GivenProof; address: string },
): Promise<FactorStep> {
  const proof = await provedMail(world, cookie, 'recover');
  if (!proof?.userId) return { outcome: 'startAgain' };
  const limited = { kind: 'recover', key: proof.userId, address } as const;
  const tried = await attempt(world, limited);
  if (tried.wait > 0) return { outcome: 'tooMany', wait: tried.wait };
  const factor = await proveFactor(world, { id: proof.userId }, given, 'recover').catch(
    async (error: unknown) => {
      if (error instanceof Busy) await giveBack(world, limited, tried);
      throw error;
    },
  );
  if (!factor) {
    const user = await world.db.user.findUniqueOrThrow({ where: { id: proof.userId }, select: whose });
    await recordRefusedTry(world, 'recoveryFactor', { user });
    return { outcome: 'refused' };
  }
  await forget(world, limited);
  const next = newSecret();
  const { count } = await world.db.mailProof.updateMany({
    where: { idHash: sha256Hex(cookie), purpose: 'recover', expiresAt: { gt: world.clock() } },
    data: { idHash: hashAfter(factor, next) },
  });
  return count === 1 ? { outcome: 'proved', cookie: next } : { outcome: 'startAgain' };
}

const kinds: FactorKind[] = ['totp', 'passkey', 'recoveryCode', 'sheetCode'];

/** Under this hash a proof is found only once the factor was shown: the cookie of the step before does not find it. */
function hashAfter(factor: FactorKind, cookie: string): string {
  return sha256Hex(`recover.${factor}.${cookie}`);
}

const owner = { id: true, email: true, displayName: true, role: true, patientId: true } as const;

function afterFactor(cookie: string, now: Date) {
  return {
    idHash: { in: kinds.map((kind) => hashAfter(kind, cookie)) },
    purpose: 'recover' as const,
    expiresAt: { gt: now },
    user: { disabledAt: null },
  };
}

/** Whether a browser has shown both and may set the password. */
export async function maySetPassword(world: World, cookie: string): Promise<{ email: string } | null> {
  return world.db.mailProof.findFirst({
    where: afterFactor(cookie, world.clock()),
    select: { email: true },
  });
}

/**
 * Last step: the new password. Every session ends; the second factors stay, and signing in asks for one. Of all browsers this one alone is
 * known from now on: it has shown the mail and a factor, and strangers' guesses are not to shut it out. @returns a mistake of the
 * password; `startAgain` when it is over or was used; else the browser's secret, for its cookie @throws Busy
 */
export async function finishRecovery(
  world: World,
  { cookie, password }: { cookie: string; password: string },
): Promise<PasswordMistake | 'startAgain' | { device: string }> {
  const now = world.clock();
  const where = afterFactor(cookie, now);
  const proof = await world.db.mailProof.findFirst({ where, select: { user: { select: owner } } });
  if (!proof?.user) return 'startAgain';
  const { email, displayName, id, role, patientId } = proof.user;
  const { name: facilityName } = await theFacility(world.db);
  const mistake = passwordMistake(password, { email, displayName, facilityName });
  if (mistake) return mistake;
  const passwordHash = await hashPassword(password);
  const person: Person = { kind: 'person', id, name: displayName, role, patientId };
  const done = await inTransaction(world.db, async (tx) => {
    const row = await tx.mailProof.findFirst({ where, select: { idHash: true } });
    const { count } = await tx.mailProof.deleteMany({ where: { idHash: row?.idHash ?? '' } });
    if (!row || count === 0) return null;
    const factor = kinds.find((kind) => hashAfter(kind, cookie) === row.idHash) ?? null;
    await resetPassword(tx, { person, passwordHash, now });
    // What was begun for this account in other browsers ends with it.
    await tx.mailProof.deleteMany({ where: { userId: id } });
    await traceCredentials(
      tx,
      person,
      { type: 'account.recovered', notice: 'accountRecovered', after: { factor } },
      now,
    );
    return rememberDevice(tx, id, null, now);
  });
  if (!done) return 'startAgain';
  await forgetRefusals(world.db, email);
  return { device: done.secret };
}
