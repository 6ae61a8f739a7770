import type { World } from '#app/db/world.ts';
import { sheetCodeOf, type SheetCode } from './invited-sheets.server.ts';
import { readMadePasskey, type MadePasskey } from './passkeys.server.ts';
import { openTotpEnrolment, sealedTotpSecret } from './totp-enrolment.server.ts';
import { totpStep } from './totp.ts';

/** What somebody shows who has no account yet. */
export type FirstFactor =
  | { kind: 'totp'; sealed: string; code: string }
  | { kind: 'passkey'; cookie: string; response: string; name: string }
  /** A code of the sheet that the facility printed for the invitation. */
  | { kind: 'sheet'; code: string };

export type FactorRefusal = 'wrongCode' | 'expired' | 'passkey' | 'wrongSheetCode';

/** What the browser has shown, ready to be stored. */
export type ShownFactor =
  | { factor: 'sheetCode'; sheet: SheetCode }
  | { factor: 'totp'; secret: string; step: bigint }
  | { factor: 'passkey'; passkey: MadePasskey; name: string };

/** Judges it. Limits are the caller's. @returns why it is not right @throws Busy */
export async function readFactor(
  world: World,
  { userId, invitationId }: { userId: string; invitationId: string | null },
  given: FirstFactor,
): Promise<ShownFactor | FactorRefusal> {
  if (given.kind === 'sheet') {
    const sheet = invitationId && (await sheetCodeOf(world.db, invitationId, given.code));
    return sheet ? { factor: 'sheetCode', sheet } : 'wrongSheetCode';
  }
  if (given.kind === 'totp') {
    const secret = openTotpEnrolment(world, given.sealed, userId);
    if (secret === null) return 'expired';
    const step = totpStep(secret, given.code, world.clock());
    return step === null ? 'wrongCode' : { factor: 'totp', secret, step };
  }
  const { cookie, response, name } = given;
  const passkey = await readMadePasskey(world, { cookie, response, userId: null });
  return passkey ? { factor: 'passkey', passkey, name } : 'passkey';
}

/** The columns of an account that its first factor fills; a sheet has its own rows. */
export function keptWithAccount(world: World, shown: ShownFactor, id: string, now: Date) {
  if (shown.factor === 'sheetCode') return {};
  if (shown.factor === 'passkey')
    return { passkeys: { create: { ...shown.passkey, name: shown.name, createdAt: now } } };
  return {
    totpSecretSealed: sealedTotpSecret(world.keys, shown.secret, id),
    totpLastStep: shown.step,
    totpEnrolledAt: now,
  };
}
