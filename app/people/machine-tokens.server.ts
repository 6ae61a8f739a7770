import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify, type JWK } from 'jose';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { machineScopes } from './can.ts';
import { signingAlgorithms } from './key-set.ts';
import { countCalls } from './limits.server.ts';
import type { MachineClientIdentity } from './machine-clients.server.ts';
import { keyWorks, vendorScopes } from './machine-keys.ts';
import { grantedOf, machineScopesOf } from './smart-scopes.ts';

/** SMART Backend Services: how far away the end of an assertion, and of a token, may be. */
const mostAssertionMs = 5 * 60_000;
const tokenMs = 5 * 60_000;
const prefix = 'pvt_';

export type TokenAnswer =
  | { ok: true; token: string; seconds: number; granted: string[] }
  /** `assertion`: what anybody can see of it is wrong, said in `why`. `client`: who it is, its key, its signature, or it was used before. */
  | { ok: false; refusal: 'assertion'; why: string }
  | { ok: false; refusal: 'client' }
  | { ok: false; refusal: 'scope' }
  | { ok: false; refusal: 'tooMany'; wait: number };

interface Claimed {
  clientId: string;
  kid: string;
  jti: string;
  expiresAt: Date;
}

/**
 * Trades a signed assertion for a token of five minutes. An assertion counts once: which was first, the database says, to all processes.
 * @param audience the address of the token endpoint, which the assertion has to name
 */
export async function tradeAssertion(
  world: World,
  { assertion, scopes, audience }: { assertion: string; scopes: readonly string[]; audience: string },
): Promise<TokenAnswer> {
  const now = world.clock();
  const claimed = claimsOf(assertion, { audience, now });
  if (typeof claimed === 'string') return { ok: false, refusal: 'assertion', why: claimed };
  const key = await world.db.signingKey.findFirst({
    where: { clientId: claimed.clientId, kid: claimed.kid, revokedAt: null, client: { revokedAt: null } },
    select: {
      id: true,
      algorithm: true,
      jwk: true,
      createdAt: true,
      expiresAt: true,
      revokedAt: true,
      client: { select: { scopes: true, vendorId: true } },
    },
  });
  if (!key || !keyWorks(key, now) || !(await isSignedBy(key, assertion, { ...claimed, audience, now })))
    return { ok: false, refusal: 'client' };
  const [wait = 0] = await countCalls(world.database.pool, [{ keyId: `token:${claimed.clientId}`, now }]);
  if (wait > 0) return { ok: false, refusal: 'tooMany', wait };
  const { scopes: has, vendorId } = key.client;
  const allowed = machineScopes.filter(
    (scope) => has.includes(scope) && (!vendorId || vendorScopes.includes(scope)),
  );
  const granted = grantedOf(scopes, allowed);
  const token = `${prefix}${newSecret()}`;
  const isFirst = await inTransaction(world.db, async (tx) => {
    const taken = await tx.usedAssertion.createMany({
      data: {
        idHash: sha256Hex(JSON.stringify([claimed.clientId, claimed.jti])),
        expiresAt: claimed.expiresAt,
      },
      skipDuplicates: true,
    });
    if (taken.count === 0) return false;
    if (granted.length === 0) return true;
    await tx.machineToken.create({
      data: {
        tokenHash: sha256Hex(token),
        signingKeyId: key.id,
        granted,
        createdAt: now,
        expiresAt: new Date(now.getTime() + tokenMs),
      },
      select: { tokenHash: true },
    });
    await tx.signingKey.updateMany({ where: { id: key.id }, data: { lastUsedAt: now } });
    return true;
  });
  if (!isFirst) return { ok: false, refusal: 'client' };
  if (granted.length === 0) return { ok: false, refusal: 'scope' };
  return { ok: true, token, seconds: tokenMs / 1_000, granted };
}

/** What an assertion says, before anybody believes it; in words what is wrong with it. */
function claimsOf(assertion: string, { audience, now }: { audience: string; now: Date }): Claimed | string {
  try {
    const { alg, kid } = decodeProtectedHeader(assertion);
    const { iss, sub, aud, exp, jti } = decodeJwt(assertion);
    if (!signingAlgorithms.some((one) => one === alg)) return 'alg is RS384 or ES384.';
    if (typeof kid !== 'string' || kid === '') return 'kid is missing in the header.';
    if (typeof iss !== 'string' || iss !== sub) return 'iss and sub are the id of the program, both.';
    if (aud !== audience) return `aud is ${audience}.`;
    if (typeof exp !== 'number' || !Number.isSafeInteger(exp)) return 'exp is missing.';
    const left = exp * 1_000 - now.getTime();
    if (left <= 0) return 'It has expired.';
    if (left > mostAssertionMs) return 'exp is five minutes from now at most.';
    if (typeof jti !== 'string' || jti === '' || jti.length > 256) return 'jti is missing, or too long.';
    return { clientId: isId(iss) ? iss : noId, kid, jti, expiresAt: new Date(exp * 1_000) };
  } catch {
    return 'It is no signed JWT.';
  }
}

const noId = '00000000-0000-0000-0000-000000000000';

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

async function isSignedBy(
  { jwk, algorithm }: { jwk: unknown; algorithm: string },
  assertion: string,
  { clientId, audience, now }: { clientId: string; audience: string; now: Date },
): Promise<boolean> {
  try {
    await jwtVerify(assertion, await importJWK(jwk as JWK, algorithm), {
      algorithms: [algorithm],
      issuer: clientId,
      subject: clientId,
      audience,
      currentDate: now,
      requiredClaims: ['exp', 'jti'],
    });
    return true;
  } catch {
    return false;
  }
}

/** Whether what stands in the Authorization header is a token rather than a key. */
export function isToken(text: string): boolean {
  return text.startsWith(prefix);
}

/** Whose token this is; null for one that is unknown or past its end, or whose program or signing key has ended since. */
export async function findTokenHolder(
  db: Db,
  token: string,
  now: Date,
): Promise<(MachineClientIdentity & { keyId: string }) | null> {
  const row = await db.machineToken.findUnique({
    where: { tokenHash: sha256Hex(token) },
    select: {
      granted: true,
      expiresAt: true,
      signingKey: {
        select: {
          id: true,
          createdAt: true,
          expiresAt: true,
          revokedAt: true,
          client: {
            select: {
              id: true,
              name: true,
              scopes: true,
              vendorId: true,
              networks: true,
              sources: true,
              revokedAt: true,
            },
          },
        },
      },
    },
  });
  if (!row || row.expiresAt <= now || !keyWorks(row.signingKey, now)) return null;
  const { client, id: keyId } = row.signingKey;
  if (client.revokedAt) return null;
  return {
    id: client.id,
    name: client.name,
    scopes: machineScopesOf(row.granted, client.scopes),
    vendorId: client.vendorId,
    networks: client.networks,
    sources: client.sources,
    granted: row.granted,
    keyId,
  };
}

/** Whether the key that a program's token rests on works still. */
export async function signingKeyWorks(
  db: Db,
  { keyId, clientId }: { keyId: string; clientId: string },
  now: Date,
): Promise<boolean> {
  const key = await db.signingKey.findFirst({
    where: { id: keyId, clientId, client: { revokedAt: null } },
    select: { createdAt: true, expiresAt: true, revokedAt: true },
  });
  return key !== null && keyWorks(key, now);
}

/** Removes tokens past their end, and assertions that would be refused for their age. */
export async function sweepTokens(db: Db, now: Date): Promise<void> {
  // An hour later: the clocks of processes differ.
  const ended = new Date(now.getTime() - 3_600_000);
  await db.machineToken.deleteMany({ where: { expiresAt: { lte: ended } } });
  await db.usedAssertion.deleteMany({ where: { expiresAt: { lte: ended } } });
}
