import { create } from 'qrcode';
import { z } from 'zod';
import type { Person } from '#app/audit/actor.ts';
import { KeyRingError, open, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { World } from '#app/db/world.ts';
import { changeCredentials, countFactors, refuse, type CredentialChange } from './credentials.server.ts';
import { newTotpSecret, totpStep, totpUri } from './totp.ts';

const enrolFor = 15 * 60_000;

/** A picture of squares as one path of an SVG, `size` units wide and high, its quiet border included. */
export interface QrPicture {
  size: number;
  path: string;
}

export interface TotpEnrolment {
  /** Goes through the form, and back to `openTotpEnrolment`: nothing is stored before a code has shown that it works. */
  sealed: string;
  /** In groups of four, to be typed where no camera is at hand. */
  secret: string;
  uri: string;
  svg: QrPicture;
}

/**
 * A new secret for an authenticator, sealed and good for 15 minutes.
 * @param owner who enrols: the account's id, or the sign-up that it will become
 * @param account what the authenticator shows beside the code
 */
export function newTotpEnrolment(
  world: World,
  { owner, account }: { owner: string; account: string },
): TotpEnrolment {
  const secret = newTotpSecret();
  const until = world.clock().getTime() + enrolFor;
  const sealed = seal(world.keys, JSON.stringify({ secret, until }), enrolmentSealedFor(owner));
  return { sealed, ...pictured(secret, account) };
}

/** The same enrolment again, for a form that came back with a wrong code. @returns null when it is nobody's or too old */
export function sameTotpEnrolment(
  world: World,
  sealed: string,
  { owner, account }: { owner: string; account: string },
): TotpEnrolment | null {
  const secret = openTotpEnrolment(world, sealed, owner);
  return secret === null ? null : { sealed, ...pictured(secret, account) };
}

function pictured(secret: string, account: string): Omit<TotpEnrolment, 'sealed'> {
  const uri = totpUri(secret, account);
  return { secret: secret.match(/.{1,4}/g)?.join(' ') ?? secret, uri, svg: qrPicture(uri) };
}

const enrolmentContent = z.strictObject({ secret: z.string(), until: z.number() });

/** @returns the secret; null when this was sealed for somebody else, was changed, or is too old */
export function openTotpEnrolment(world: World, sealed: string, owner: string): string | null {
  try {
    const text = open(world.keys, sealed, enrolmentSealedFor(owner)).toString();
    const { secret, until } = enrolmentContent.parse(JSON.parse(text));
    return world.clock().getTime() < until ? secret : null;
  } catch (error) {
    if (error instanceof KeyRingError) return null;
    throw error;
  }
}

/** Makes an enrolled authenticator the person's, in place of one they had. The code that proved it is spent. `sealed` is bound to the person's id. */
export async function enrolTotp(
  world: World,
  who: { person: Person; session: { id: string }; sealed: string; code: string },
): Promise<CredentialChange> {
  const { person, sealed, code } = who;
  const secret = openTotpEnrolment(world, sealed, person.id);
  if (secret === null) return { ok: false, refusal: 'expired' };
  const step = totpStep(secret, code, world.clock());
  if (step === null) return { ok: false, refusal: 'wrongCode' };
  return changeCredentials(world, who, async (tx, now) => {
    await tx.user.update({
      where: { id: person.id },
      data: {
        totpSecretSealed: sealedTotpSecret(world.keys, secret, person.id),
        totpLastStep: step,
        totpEnrolledAt: now,
      },
      select: { id: true },
    });
    return { type: 'totp.enrolled', notice: 'factorAdded' };
  });
}

/** Takes the person's authenticator away, unless it is the last factor. */
export function removeTotp(
  world: World,
  who: { person: Person; session: { id: string } },
): Promise<CredentialChange> {
  return changeCredentials(world, who, async (tx) => {
    const { count } = await tx.user.updateMany({
      where: { id: who.person.id, totpSecretSealed: { not: null } },
      data: { totpSecretSealed: null, totpLastStep: null, totpEnrolledAt: null },
    });
    if (count === 0) refuse('notFound');
    if ((await countFactors(tx, who.person.id)) === 0) refuse('lastFactor');
    return { type: 'totp.removed', notice: 'factorRemoved' };
  });
}

/** A TOTP secret (base 32) as the account keeps it. */
export function sealedTotpSecret(keys: KeyRing, secret: string, userId: string): string {
  return seal(keys, secret, boundTo('user_account', userId));
}

function enrolmentSealedFor(owner: string): string {
  return `totp_enrolment:${owner}`;
}

// ISO/IEC 18004 asks for four squares of white around the picture.
const quietBorder = 4;

function qrPicture(text: string): QrPicture {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) path += `M${column + quietBorder} ${row + quietBorder}h1v1h-1z`;
    }
  }
  return { size: modules.size + 2 * quietBorder, path };
}
