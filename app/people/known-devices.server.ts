import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Db, Tx } from '#app/db/client.server.ts';

const days = 24 * 60 * 60_000;
/** How long a browser stays known after its last full sign-in. */
const knownFor = 180 * days;

// One browser may be known to several people of a household: it keeps one secret, and each account has a hash of its own.
const hashFor = (userId: string, secret: string) => sha256Hex(`${userId}.${secret}`);
const isSecret = (value: string | null | undefined): value is string => /^[\w-]{43}$/.test(value ?? '');

/** Whether somebody signed in to this account with this browser before. @returns what its counters are named by, else null */
export async function knownDevice(
  db: Db | Tx,
  userId: string | null,
  secret: string | null | undefined,
  now: Date,
): Promise<string | null> {
  // Asked also for an account that there is not: it takes as long.
  const secretHash = hashFor(userId ?? '', isSecret(secret) ? secret : '');
  const row = await db.knownDevice.findFirst({
    where: { secretHash, lastSeenAt: { gt: new Date(now.getTime() - knownFor) } },
    select: { secretHash: true },
  });
  return row?.secretHash ?? null;
}

/** Remembers the browser of a full sign-in. @returns the cookie's value, and whether the account knew it before */
export async function rememberDevice(
  tx: Tx,
  userId: string,
  given: string | null | undefined,
  now: Date,
): Promise<{ secret: string; wasKnown: boolean }> {
  const secret = isSecret(given) ? given : newSecret();
  const wasKnown = (await knownDevice(tx, userId, given, now)) !== null;
  const secretHash = hashFor(userId, secret);
  await tx.knownDevice.upsert({
    where: { secretHash },
    create: { secretHash, userId, createdAt: now, lastSeenAt: now },
    update: { lastSeenAt: now },
    select: { secretHash: true },
  });
  return { secret, wasKnown };
}

/** Forgets all browsers of an account: after a recovery, none of them is trusted for having been there before. */
export async function forgetDevices(tx: Tx, userId: string): Promise<void> {
  await tx.knownDevice.deleteMany({ where: { userId } });
}

/** Removes browsers that were not seen for so long that they are strangers again. */
export async function sweepDevices(db: Db, now: Date): Promise<number> {
  const { count } = await db.knownDevice.deleteMany({
    where: { lastSeenAt: { lte: new Date(now.getTime() - knownFor) } },
  });
  return count;
}
