import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { open } from '#app/crypto/key-ring.server.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { isPassword } from './passwords.server.ts';
import { startSession } from './sessions.server.ts';
import { totpStep } from './totp.ts';

const minutes = 60_000;
const pendingFor = 10 * minutes;
const codesPerPassword = 5;

// NIST SP 800-63B-4 §3.2.2 allows at most 100 failures in a row; these are far below it, and pass by themselves, so that a
// stranger can slow a patient down but not shut them out.
const refusals = { account: { points: 10, duration: 15 * 60 }, address: { points: 100, duration: 15 * 60 } };

export interface From {
  /** Network address of the browser, as the trusted proxies tell it. */
  address: string;
  userAgent: string;
}

export type PasswordStep =
  | { outcome: 'secondFactorOwed'; pendingSecret: string }
  | { outcome: 'refused' }
  | { outcome: 'tooMany'; retryAfterSeconds: number };

export type CodeStep =
  | { outcome: 'signedIn'; sessionId: string; person: Person }
  | { outcome: 'refused' }
  | { outcome: 'startAgain' }
  | { outcome: 'tooMany'; retryAfterSeconds: number };

/** First step: the password. Unknown, disabled and wrong answer alike, and take alike long. */
export async function checkPassword(
  world: World,
  email: string,
  password: string,
  from: From,
): Promise<PasswordStep> {
  const now = world.clock();
  const account = sha256Hex(email.trim().toLowerCase());
  const wait = await secondsToWait(world, account, from.address);
  if (wait > 0) return { outcome: 'tooMany', retryAfterSeconds: wait };

  const user = await world.db.user.findUnique({
    where: { email: email.trim().toLowerCase() },
    select: { id: true, passwordHash: true, totpSecretSealed: true, disabledAt: true },
  });
  const usable = user && !user.disabledAt && user.totpSecretSealed;
  if (!(await isPassword(usable ? user.passwordHash : null, password)) || !user) {
    await countRefusal(world, account, from.address);
    return { outcome: 'refused' };
  }
  const pendingSecret = newSecret();
  await world.db.pendingSignIn.deleteMany({
    where: { OR: [{ userId: user.id }, { expiresAt: { lte: now } }] },
  });
  await world.db.pendingSignIn.create({
    data: {
      idHash: sha256Hex(pendingSecret),
      userId: user.id,
      createdAt: now,
      expiresAt: new Date(now.getTime() + pendingFor),
    },
  });
  return { outcome: 'secondFactorOwed', pendingSecret };
}

/** Second step: the code. Only here does a session start. A code counts once, also when sent twenty times at one instant. */
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
    where: { idHash, expiresAt: { gt: now }, attempts: { lt: codesPerPassword } },
    data: { attempts: { increment: 1 } },
  });
  if (counted.count === 0) return { outcome: 'startAgain' };
  const pending = await world.db.pendingSignIn.findUnique({
    where: { idHash },
    select: {
      user: {
        select: {
          id: true,
          email: true,
          displayName: true,
          role: true,
          patientId: true,
          totpSecretSealed: true,
          disabledAt: true,
        },
      },
    },
  });
  const user = pending?.user;
  if (!user || user.disabledAt || !user.totpSecretSealed) return { outcome: 'startAgain' };

  const account = sha256Hex(user.email);
  const wait = await secondsToWait(world, account, from.address);
  if (wait > 0) return { outcome: 'tooMany', retryAfterSeconds: wait };

  const secret = open(world.keys, user.totpSecretSealed, totpSealedFor(user.id)).toString();
  const step = totpStep(secret, typed, now);
  const taken =
    step !== null &&
    (await world.db.user.updateMany({
      where: { id: user.id, OR: [{ totpLastStep: null }, { totpLastStep: { lt: step } }] },
      data: { totpLastStep: step, lastSignInAt: now },
    }));
  const person: Person = {
    kind: 'person',
    id: user.id,
    name: user.displayName,
    role: user.role,
    patientId: user.patientId,
  };
  if (!taken || taken.count === 0) {
    await countRefusal(world, account, from.address);
    await recordSessionEvent(world, person, 'session.refused', now);
    return { outcome: 'refused' };
  }
  await world.db.pendingSignIn.deleteMany({ where: { idHash } });
  await forgetRefusals(world, account);
  const sessionId = await startSession(world.db, user.id, { ...from, factor: 'totp' }, now);
  await recordSessionEvent(world, person, 'session.started', now);
  return { outcome: 'signedIn', sessionId, person };
}

/** What a sealed TOTP secret is bound to. */
export function totpSealedFor(userId: string): string {
  return `user_account.totp_secret:${userId}`;
}

export function recordSessionEvent(
  world: World,
  person: Person,
  type: 'session.started' | 'session.refused' | 'session.ended',
  at: Date,
): Promise<void> {
  return inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type,
      actor: person,
      at,
      subject: { kind: 'user', id: person.id },
      ...(person.patientId ? { patientId: person.patientId } : {}),
      visibleToPatient: person.role === 'patient',
    }),
  );
}

function limiter(world: World, kind: keyof typeof refusals): RateLimiterPostgres {
  return new RateLimiterPostgres({
    storeClient: world.database.pool,
    tableName: 'rate_limit',
    tableCreated: true,
    clearExpiredByTimeout: false,
    keyPrefix: `sign-in-${kind}`,
    ...refusals[kind],
  });
}

async function secondsToWait(world: World, account: string, address: string): Promise<number> {
  const counters = await Promise.all([
    limiter(world, 'account').get(account),
    limiter(world, 'address').get(address),
  ]);
  return Math.max(
    0,
    ...counters.map((counter) =>
      counter && counter.remainingPoints <= 0 ? Math.ceil(counter.msBeforeNext / 1000) : 0,
    ),
  );
}

async function countRefusal(world: World, account: string, address: string): Promise<void> {
  for (const [kind, key] of [
    ['account', account],
    ['address', address],
  ] as const) {
    await limiter(world, kind)
      .consume(key)
      .catch((full: unknown) => {
        if (!(full instanceof RateLimiterRes)) throw full;
      });
  }
}

async function forgetRefusals(world: World, account: string): Promise<void> {
  await limiter(world, 'account').delete(account);
}
