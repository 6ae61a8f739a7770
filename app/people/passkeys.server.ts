import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import type { Person } from '#app/audit/actor.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { isUniqueViolation, type Db, type PasskeyPurpose, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { changeCredentials, countFactors, refuse, type CredentialChange } from './credentials.server.ts';
import { readAssertion, readRegistration } from './passkey-answers.ts';

const challengeFor = 5 * 60_000;
const mostPasskeys = 20;

// EdDSA, ES256, RS256: what every authenticator and every Node that we run on can do.
const algorithms = [-8, -7, -257];

// The site's own address alone says for whom a passkey is: nothing that came with a request does.
const siteOf = ({ appOrigin }: World) => ({ origin: appOrigin, rpID: new URL(appOrigin).hostname });
const handleOf = (userId: string) => new TextEncoder().encode(userId);

/** What a page hands to the browser, and the cookie `plainview_passkey` by which its answer finds the challenge. */
export interface PasskeyQuestion<Options> {
  cookie: string;
  options: Options;
}

/**
 * For making a passkey: resident on the device, with the person verified by it.
 * @param whose.isNew there is no account of this id yet: a sign-up makes it, with the passkey
 */
export async function registrationOptions(
  world: World,
  whose: { userId: string; email: string; displayName: string; isNew?: boolean },
): Promise<PasskeyQuestion<Awaited<ReturnType<typeof generateRegistrationOptions>>>> {
  const { userId, email, displayName, isNew = false } = whose;
  const [facility, present] = await Promise.all([theFacility(world.db), credentialsOf(world.db, userId)]);
  const options = await generateRegistrationOptions({
    rpName: facility.name,
    rpID: siteOf(world).rpID,
    userID: handleOf(userId),
    userName: email,
    userDisplayName: displayName,
    attestationType: 'none',
    excludeCredentials: present,
    supportedAlgorithmIDs: algorithms,
    timeout: challengeFor,
    authenticatorSelection: {
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    },
  });
  const asked = {
    challenge: options.challenge,
    purpose: 'enrol',
    userId: isNew ? null : userId,
  } as const;
  return { cookie: await keepChallenge(world, asked), options };
}

/** For using a passkey. @param about.userId whose; without it the browser offers every passkey it has for this site */
export async function authenticationOptions(
  world: World,
  { purpose, userId }: { purpose: Exclude<PasskeyPurpose, 'enrol'>; userId?: string },
): Promise<PasskeyQuestion<Awaited<ReturnType<typeof generateAuthenticationOptions>>>> {
  const options = await generateAuthenticationOptions({
    rpID: siteOf(world).rpID,
    userVerification: 'required',
    timeout: challengeFor,
    ...(userId ? { allowCredentials: await credentialsOf(world.db, userId) } : {}),
  });
  return {
    cookie: await keepChallenge(world, { challenge: options.challenge, purpose, userId: userId ?? null }),
    options,
  };
}

/** A passkey that a browser has just made, ready to be stored with its owner and name. */
export interface MadePasskey {
  credentialId: string;
  publicKey: Uint8Array<ArrayBuffer>;
  counter: bigint;
  transports: string[];
  backedUp: boolean;
}

/**
 * Checks what a browser answers when it has made a passkey. The challenge is spent by it, right or wrong.
 * @param given.userId whom the challenge was made for; null: a sign-up, whose account there is not yet
 */
export async function readMadePasskey(
  world: World,
  given: { cookie: string; response: string; userId: string | null },
): Promise<MadePasskey | null> {
  const answer = readRegistration(given.response);
  const asked = await takeChallenge(world, given.cookie, 'enrol');
  if (!answer || !asked || asked.userId !== given.userId) return null;
  const { origin, rpID } = siteOf(world);
  const verified = await verifyRegistrationResponse({
    response: answer,
    expectedChallenge: asked.challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
    supportedAlgorithmIDs: algorithms,
  }).catch(() => null);
  if (!verified?.verified) return null;
  const { credential, credentialBackedUp } = verified.registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: credential.publicKey,
    counter: BigInt(credential.counter),
    transports: answer.response.transports ?? [],
    backedUp: credentialBackedUp,
  };
}

/** Makes the passkey that a browser has just made the person's. */
export async function addPasskey(
  world: World,
  who: { person: Person; session: { id: string }; cookie: string; response: string; name: string },
): Promise<CredentialChange> {
  const { person, name, cookie, response } = who;
  const made = await readMadePasskey(world, { cookie, response, userId: person.id });
  if (!made) return { ok: false, refusal: 'passkey' };
  try {
    return await changeCredentials(world, who, async (tx, now) => {
      if ((await tx.passkey.count({ where: { userId: person.id } })) >= mostPasskeys) refuse('tooMany');
      await tx.passkey.create({
        data: { ...made, userId: person.id, name, createdAt: now },
        select: { id: true },
      });
      return { type: 'passkey.added', notice: 'factorAdded', after: { name } };
    });
  } catch (error) {
    if (isUniqueViolation(error)) return { ok: false, refusal: 'alreadyThere' };
    throw error;
  }
}

/** Gives one of the person's passkeys another name. */
export function renamePasskey(
  world: World,
  who: { person: Person; session: { id: string }; passkeyId: string; name: string },
): Promise<CredentialChange> {
  return changeCredentials(world, who, async (tx) => {
    const found = await ownPasskey(tx, who);
    await tx.passkey.update({
      where: { id: who.passkeyId },
      data: { name: who.name },
      select: { id: true },
    });
    return {
      type: 'passkey.renamed',
      notice: null,
      before: { name: found.name },
      after: { name: who.name },
    };
  });
}

/** Takes one of the person's passkeys away, unless it is the last factor. */
export function removePasskey(
  world: World,
  who: { person: Person; session: { id: string }; passkeyId: string },
): Promise<CredentialChange> {
  return changeCredentials(world, who, async (tx) => {
    const { name } = await ownPasskey(tx, who);
    await tx.passkey.delete({ where: { id: who.passkeyId }, select: { id: true } });
    if ((await countFactors(tx, who.person.id)) === 0) refuse('lastFactor');
    return { type: 'passkey.removed', notice: 'factorRemoved', before: { name } };
  });
}

async function ownPasskey(
  tx: Tx,
  { person, passkeyId }: { person: Person; passkeyId: string },
): Promise<{ name: string }> {
  const found = await tx.passkey.findFirst({
    where: { id: passkeyId, userId: person.id },
    select: { name: true },
  });
  return found ?? refuse('notFound');
}

export interface PasskeyFacts {
  id: string;
  name: string;
  /** Kept in step by the maker of the device, such as across a person's phones. */
  backedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** A person's passkeys, oldest first. */
export function passkeysOf(db: Db | Tx, userId: string): Promise<PasskeyFacts[]> {
  return db.passkey.findMany({
    where: { userId },
    orderBy: { createdAt: 'asc' },
    select: { id: true, name: true, backedUp: true, createdAt: true, lastUsedAt: true },
  });
}

/**
 * Checks the answer of a passkey to a challenge, which is spent by it, right or wrong. A counter that does not rise means that the
 * passkey was copied: refused. @param given.userId only a passkey of this account will do
 * @returns whose passkey it is; null for anything that is not right
 */
export async function checkPasskey(
  world: World,
  given: {
    purpose: Exclude<PasskeyPurpose, 'enrol'>;
    cookie: string;
    response: string;
    userId?: string;
  },
): Promise<{ userId: string } | null> {
  const answer = readAssertion(given.response);
  const asked = await takeChallenge(world, given.cookie, given.purpose);
  if (!answer || !asked) return null;
  const stored = await world.db.passkey.findUnique({
    where: { credentialId: answer.id },
    select: {
      id: true,
      userId: true,
      publicKey: true,
      counter: true,
      user: { select: { disabledAt: true } },
    },
  });
  if (!stored || stored.user.disabledAt) return null;
  if ([asked.userId, given.userId ?? null].some((id) => id !== null && id !== stored.userId)) return null;
  const { userHandle, ...response } = answer.response;
  if (userHandle && Buffer.from(userHandle, 'base64url').toString() !== stored.userId) return null;
  const { origin, rpID } = siteOf(world);
  const verified = await verifyAuthenticationResponse({
    response: { ...answer, response: { ...response, ...(userHandle ? { userHandle } : {}) } },
    expectedChallenge: asked.challenge,
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
    credential: {
      id: answer.id,
      publicKey: new Uint8Array(stored.publicKey),
      counter: Number(stored.counter),
    },
  }).catch(() => null);
  if (!verified?.verified) return null;
  const { newCounter, credentialBackedUp } = verified.authenticationInfo;
  const { count } = await world.db.passkey.updateMany({
    where: { id: stored.id, counter: stored.counter },
    data: { counter: BigInt(newCounter), backedUp: credentialBackedUp, lastUsedAt: world.clock() },
  });
  return count === 1 ? { userId: stored.userId } : null;
}

interface Asked {
  challenge: string;
  purpose: PasskeyPurpose;
  userId: string | null;
}

async function keepChallenge(world: World, asked: Asked): Promise<string> {
  const now = world.clock();
  const cookie = newSecret();
  await world.db.passkeyChallenge.deleteMany({ where: { expiresAt: { lte: now } } });
  await world.db.passkeyChallenge.create({
    data: { idHash: sha256Hex(cookie), ...asked, expiresAt: new Date(now.getTime() + challengeFor) },
    select: { idHash: true },
  });
  return cookie;
}

/** Each challenge is handed out once: of twenty answers at one instant, one finds it. */
async function takeChallenge(world: World, cookie: string, purpose: PasskeyPurpose): Promise<Asked | null> {
  const where = { idHash: sha256Hex(cookie), purpose, expiresAt: { gt: world.clock() } };
  const asked = await world.db.passkeyChallenge.findFirst({
    where,
    select: { challenge: true, purpose: true, userId: true },
  });
  const { count } = await world.db.passkeyChallenge.deleteMany({ where });
  return count === 1 ? asked : null;
}

async function credentialsOf(db: Db, userId: string): Promise<{ id: string; transports: string[] }[]> {
  const rows = await db.passkey.findMany({
    where: { userId },
    select: { credentialId: true, transports: true },
  });
  return rows.map(({ credentialId, transports }) => ({ id: credentialId, transports }));
}
