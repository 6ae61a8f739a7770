import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type FactorKind, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { asThemselves } from './credentials.server.ts';
import { knownDevice, rememberDevice } from './known-devices.server.ts';
import {
  attempt,
  attemptFrom,
  forgetKey,
  giveAddressBack,
  giveBack,
  shutsTheDoor,
  type Limited,
} from './limits.server.ts';
import { checkPasskey } from './passkeys.server.ts';
import { Busy, hashPassword, isPassword, isWeakHash } from './passwords.server.ts';
import { proveFactor } from './prove-factor.server.ts';
import { recordRefusedTry } from './refused-tries.server.ts';
import { startSession } from './sessions.server.ts';
import { recordLock } from './sign-in-locks.server.ts';

const minutes = 60_000;
const pendingFor = 10 * minutes;
const triesPerPassword = 5;

export interface From {
  /** Network address of the browser, as the trusted proxies tell it. */
  address: string;
  userAgent: string;
  /** The browser's cookie by which accounts know it. */
  device?: string | null;
}

export type PasswordStep =
  | { outcome: 'secondFactorOwed'; pendingSecret: string }
  | { outcome: 'refused' }
  | { outcome: 'tooMany'; retryAfterSeconds: number };

/** A session was started; both secrets are for cookies. */
export interface Started {
  outcome: 'signedIn';
  sessionId: string;
  device: string;
  person: Person;
}

export type CodeStep =
  | Started
  | { outcome: 'refused' }
  | { outcome: 'startAgain' }
  | { outcome: 'tooMany'; retryAfterSeconds: number };

export type PasskeyStep =
  Started | { outcome: 'refused' } | { outcome: 'tooMany'; retryAfterSeconds: number };

const personFields = {
  id: true,
  email: true,
  displayName: true,
  role: true,
  patientId: true,
  disabledAt: true,
  lastSignInAt: true,
} as const;

/**
 * First step: the password. Unknown, disabled and wrong answer alike, and take alike long. A browser that the account knows has counters
 * of its own: a stranger's guesses do not shut it out. @throws Busy
 */
export async function checkPassword(
  world: World,
  email: string,
  password: string,
  from: From,
): Promise<PasswordStep> {
  const now = world.clock();
  const address = plainEmail(email);
  const user = await world.db.user.findUnique({
    where: { email: address },
    select: { ...personFields, passwordHash: true },
  });
  const usable = user && !user.disabledAt ? user : null;
  const { limited, isKnown } = await limitedFor(world, address, user?.id ?? null, from);
  const tried = await attempt(world, limited);
  if (tried.wait > 0) return { outcome: 'tooMany', retryAfterSeconds: tried.wait };

  const right = await isPassword(usable?.passwordHash ?? null, password).catch(async (error: unknown) => {
    if (error instanceof Busy) await giveBack(world, limited, tried);
    throw error;
  });
  if (!right || !usable) {
    await recordRefusedTry(world, 'password', usable ? { user: usable } : { email: address });
    if (shutsTheDoor(tried) && !isKnown) await recordLock(world, address, usable);
    return { outcome: 'refused' };
  }
  await giveBack(world, limited, tried);
  if (isWeakHash(usable.passwordHash)) await rehash(world, usable, password);
  const pendingSecret = newSecret();
  await world.db.pendingSignIn.deleteMany({
    where: { OR: [{ userId: usable.id }, { expiresAt: { lte: now } }] },
  });
  await world.db.pendingSignIn.create({
    data: {
      idHash: sha256Hex(pendingSecret),
      userId: usable.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + pendingFor),
    },
    select: { idHash: true },
  });
  return { outcome: 'secondFactorOwed', pendingSecret };
}

/** Whose password a half-done sign-in showed. @returns null once it is over */
export async function ownerOfPending(world: World, pendingSecret: string): Promise<string | null> {
  const pending = await world.db.pendingSignIn.findFirst({
    where: { idHash: sha256Hex(pendingSecret), expiresAt: { gt: world.clock() } },
    select: { userId: true },
  });
  return pending?.userId ?? null;
}

/**
 * Second step: a code from the phone or from paper. Only here does a session start. A code counts once, also when it is sent twenty times
 * at one instant. @throws Busy
 */
export async function checkCode(
  world: World,
  pendingSecret: string,
  typed: string,
  from: From,
): Promise<CodeStep> {
  const now = world.clock();
  const idHash = sha256Hex(pendingSecret);
  // Counted before it is judged, so that parallel guesses are all counted.
  const counted = await world.db.pendingSignIn.updateMany({
    where: { idHash, expiresAt: { gt: now }, attempts: { lt: triesPerPassword } },
    data: { attempts: { increment: 1 } },
  });
  if (counted.count === 0) return { outcome: 'startAgain' };
  const pending = await world.db.pendingSignIn.findUnique({
    where: { idHash },
    select: { user: { select: personFields } },
  });
  const user = pending?.user;
  if (!user || user.disabledAt) return { outcome: 'startAgain' };

  const { limited, isKnown } = await limitedFor(world, user.email, user.id, from);
  const tried = await attempt(world, limited);
  if (tried.wait > 0) return { outcome: 'tooMany', retryAfterSeconds: tried.wait };
  const factor = await proveFactor(world, user, { code: typed }, 'signIn').catch(async (error: unknown) => {
    if (error instanceof Busy) await giveBack(world, limited, tried);
    throw error;
  });
  if (!factor) {
    await recordSessionEvent(world, asPerson(user), 'session.refused', now);
    if (shutsTheDoor(tried) && !isKnown) await recordLock(world, user.email, user);
    return { outcome: 'refused' };
  }
  await giveAddressBack(world, limited);
  const started = await start(world, user, factor, from, idHash);
  return started ?? { outcome: 'startAgain' };
}

/**
 * A passkey alone is both factors: the device that one has, and what opens it. It is a way in also while wrong passwords have shut the
 * other door.
 */
export async function signInWithPasskey(
  world: World,
  given: { cookie: string; response: string },
  from: From,
): Promise<PasskeyStep> {
  const wait = await attemptFrom(world, { kind: 'passkey', address: from.address });
  if (wait > 0) return { outcome: 'tooMany', retryAfterSeconds: wait };
  const checked = await checkPasskey(world, { ...given, purpose: 'signIn' });
  if (!checked) {
    await recordRefusedTry(world, 'passkey', { address: from.address });
    return { outcome: 'refused' };
  }
  await giveAddressBack(world, { kind: 'passkey', address: from.address });
  const user = await world.db.user.findUniqueOrThrow({
    where: { id: checked.userId },
    select: personFields,
  });
  return (await start(world, user, 'passkey', from)) ?? { outcome: 'refused' };
}

/** Opens the password's door again, for an account that was proved in another way (a recovery, two people at the desk). */
export function forgetRefusals(db: Db | Tx, email: string): Promise<void> {
  return forgetKey(db, { kind: 'signIn', key: plainEmail(email) });
}

export function recordSessionEvent(
  world: World,
  person: Person,
  type: 'session.refused' | 'session.ended',
  at: Date,
): Promise<void> {
  return inTransaction(world.db, (tx) => appendSessionEvent(tx, person, type, at));
}

type SignInUser = { id: string; email: string; displayName: string; lastSignInAt: Date | null } & Pick<
  Person,
  'role' | 'patientId'
>;

/** @param pendingHash the half-done sign-in that becomes this session, and can become no other. @returns null when it was gone */
async function start(
  world: World,
  user: SignInUser,
  factor: FactorKind,
  from: From,
  pendingHash?: string,
): Promise<Started | null> {
  const now = world.clock();
  const person = asPerson(user);
  const started = await inTransaction(world.db, async (tx) => {
    const owed = await tx.pendingSignIn.deleteMany({
      where: pendingHash ? { idHash: pendingHash } : { userId: user.id },
    });
    if (pendingHash && owed.count === 0) return null;
    const { count } = await tx.user.updateMany({
      where: { id: user.id, disabledAt: null },
      data: { lastSignInAt: now },
    });
    if (count === 0) return null;
    const device = await rememberDevice(tx, user.id, from.device, now);
    const { address, userAgent } = from;
    const sessionId = await startSession(tx, user.id, { address, userAgent, factor }, now);
    await appendSessionEvent(tx, person, 'session.started', now, { factor });
    if (!device.wasKnown && user.lastSignInAt)
      await oweNotice(tx, { kind: 'newDevice', userId: user.id, now });
    return { sessionId, device: device.secret };
  });
  if (!started) return null;
  const { limited } = await limitedFor(world, user.email, user.id, { ...from, device: started.device });
  await forgetKey(world.db, limited);
  await forgetRefusals(world.db, user.email);
  return { outcome: 'signedIn', ...started, person };
}

async function limitedFor(
  world: World,
  email: string,
  userId: string | null,
  { device, address }: From,
): Promise<{ limited: Limited; isKnown: boolean }> {
  const known = await knownDevice(world.db, userId, device, world.clock());
  return {
    limited: { kind: 'signIn', key: known ? `${email}|${known}` : email, address },
    isKnown: known !== null,
  };
}

async function rehash(
  world: World,
  { id, passwordHash: before }: { id: string; passwordHash: string },
  password: string,
): Promise<void> {
  const passwordHash = await hashPassword(password);
  await world.db.user.updateMany({ where: { id, passwordHash: before }, data: { passwordHash } });
}

function appendSessionEvent(
  tx: Tx,
  person: Person,
  type: 'session.started' | 'session.refused' | 'session.ended',
  at: Date,
  after?: { factor: FactorKind },
): Promise<void> {
  return appendEvent(tx, {
    type,
    ...asThemselves(person),
    at,
    subject: { kind: 'user', id: person.id },
    ...(after ? { after } : {}),
    visibleToPatient: person.role === 'patient',
  });
}

function asPerson({ id, displayName, role, patientId }: SignInUser): Person {
  return { kind: 'person', id, name: displayName, role, patientId };
}

function plainEmail(email: string): string {
  return email.trim().toLowerCase();
}
