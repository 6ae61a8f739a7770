import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { FactorKind, PasskeyPurpose } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { spendCode } from './one-time-codes.server.ts';
import { checkPasskey } from './passkeys.server.ts';
import { totpStep } from './totp.ts';

export type ProofPurpose = Exclude<PasskeyPurpose, 'enrol'>;

/** What somebody shows: a code from the phone or from paper, or a passkey's answer with the cookie of its challenge. */
export type GivenProof = { code: string } | { passkeyResponse: string; cookie: string };

/**
 * The one place where a second factor is checked, for sign-in, step-up and recovery. Six digits are a code of the authenticator, anything
 * else is from paper; each counts once. Limits are the caller's. @returns which factor it was; null when it was none
 * @throws Busy
 */
export async function proveFactor(
  world: World,
  user: { id: string },
  given: GivenProof,
  purpose: ProofPurpose,
): Promise<FactorKind | null> {
  if ('passkeyResponse' in given) {
    const { cookie, passkeyResponse: response } = given;
    const checked = await checkPasskey(world, { purpose, cookie, response, userId: user.id });
    return checked && 'passkey';
  }
  const digits = given.code.replace(/[\s\p{Pd}]/gu, '');
  if (/^\d{6}$/.test(digits)) return (await spendTotp(world, user.id, digits)) ? 'totp' : null;
  return spendCode(world, user.id, given.code);
}

/** Of twenty uses of one code at one instant, one moves the last step on. */
async function spendTotp(world: World, userId: string, typed: string): Promise<boolean> {
  const user = await world.db.user.findUnique({
    where: { id: userId },
    select: { totpSecretSealed: true },
  });
  if (!user?.totpSecretSealed) return false;
  const { totpSecretSealed } = user;
  const secret = open(world.keys, totpSecretSealed, boundTo('user_account', userId)).toString();
  const step = totpStep(secret, typed, world.clock());
  if (step === null) return false;
  const { count } = await world.db.user.updateMany({
    where: { id: userId, totpSecretSealed, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
    data: { totpLastStep: step },
  });
  return count === 1;
}
