import { z } from 'zod';

/** How assertions are signed (SMART Backend Services; RFC 7518). */
export const signingAlgorithms = ['RS384', 'ES384'] as const;
export type SigningAlgorithm = (typeof signingAlgorithms)[number];

export interface PublicKey {
  kid: string;
  algorithm: SigningAlgorithm;
  /** Its public members, and no others. */
  jwk: Record<string, string>;
}

export type KeySetRefusal =
  'notJson' | 'noKeySet' | 'privateKey' | 'noKid' | 'sameKid' | 'otherKey' | 'weakKey';

const mostKeysASet = 10;
export const mostKeySetLetters = 40_000;

const base64url = z.string().regex(/^[A-Za-z0-9_-]{1,2800}$/);
const rsa = z.object({
  kty: z.literal('RSA'),
  n: base64url,
  e: base64url,
  alg: z.literal('RS384').optional(),
});
const ec = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-384'),
  x: base64url,
  y: base64url,
  alg: z.literal('ES384').optional(),
});

/** RFC 7518 §6: members of a private or a shared key. */
const secretMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];
const bits = { least: 2_048, most: 8_192 };

/**
 * Reads a JWKS (RFC 7517) of public keys. One key that is none of ours refuses the whole: a set that is taken in part fails later, and
 * nobody knows why.
 */
export function readKeySet(
  text: string,
): { ok: true; keys: PublicKey[] } | { ok: false; refusal: KeySetRefusal } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { ok: false, refusal: 'notJson' };
  }
  const set = z.object({ keys: z.array(z.looseObject({})).min(1).max(mostKeysASet) }).safeParse(body);
  if (!set.success) return { ok: false, refusal: 'noKeySet' };
  const keys: PublicKey[] = [];
  for (const one of set.data.keys) {
    if (secretMembers.some((name) => name in one)) return { ok: false, refusal: 'privateKey' };
    const { kid, use } = one;
    if (typeof kid !== 'string' || !/^[\x21-\x7E]{1,128}$/.test(kid)) return { ok: false, refusal: 'noKid' };
    if (keys.some((other) => other.kid === kid)) return { ok: false, refusal: 'sameKid' };
    if (use !== undefined && use !== 'sig') return { ok: false, refusal: 'otherKey' };
    const asRsa = rsa.safeParse(one);
    const asEc = ec.safeParse(one);
    if (asRsa.success) {
      const { kty, n, e } = asRsa.data;
      const length = Math.floor((n.length * 6) / 8) * 8;
      if (length < bits.least || length > bits.most) return { ok: false, refusal: 'weakKey' };
      keys.push({ kid, algorithm: 'RS384', jwk: { kty, n, e } });
    } else if (asEc.success) {
      const { kty, crv, x, y } = asEc.data;
      keys.push({ kid, algorithm: 'ES384', jwk: { kty, crv, x, y } });
    } else return { ok: false, refusal: 'otherKey' };
  }
  return { ok: true, keys };
}
