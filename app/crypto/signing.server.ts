import { createHmac, createPrivateKey, createPublicKey, hkdfSync, sign, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from './key-ring.server.ts';

export interface SigningKey {
  /** HMAC-SHA-256 of a text, in base64url. */
  sign(text: string): string;
  verifies(text: string, signature: string): boolean;
}

/** A key for one purpose, derived from one of the ring (HKDF-SHA-256, RFC 5869): what is signed with it says nothing of the ring's. */
export function signingKey(ringKey: Uint8Array, purpose: string): SigningKey {
  const key = Buffer.from(hkdfSync('sha256', ringKey, '', `plainview:v1:${purpose}`, 32));
  const signed = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    sign: signed,
    verifies: (text, signature) => {
      const [right, given] = [Buffer.from(signed(text)), Buffer.from(signature)];
      return right.length === given.length && timingSafeEqual(right, given);
    },
  };
}

// RFC 8410: what stands in front of the 32 bytes of an Ed25519 private key in PKCS #8.
const ed25519Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The private key of one purpose, derived like the one above, for what others than the facility verify. */
function keyPairSeed(ringKey: Uint8Array, purpose: string) {
  const seed = Buffer.from(hkdfSync('sha256', ringKey, '', `plainview:v1:ed25519:${purpose}`, 32));
  return createPrivateKey({ key: Buffer.concat([ed25519Prefix, seed]), format: 'der', type: 'pkcs8' });
}

/** Signs a JSON text as a compact JWS (RFC 7515, RFC 8037): any program with the public key can verify it, without asking anybody. */
export function signedText(ring: KeyRing, purpose: string, type: string, payload: object): string {
  const key = ring.keys.get(ring.currentId);
  if (!key) throw new Error('the current key is missing');
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'EdDSA', kid: ring.currentId, typ: type })}.${part(payload)}`;
  return `${signed}.${sign(null, Buffer.from(signed), keyPairSeed(key, purpose)).toString('base64url')}`;
}

/** The public keys to verify with, of every key of the ring, as a JWK set (RFC 7517). */
export function publicKeys(ring: KeyRing, purpose: string): { keys: PublicKey[] } {
  return {
    keys: [...ring.keys].map(([kid, key]) => {
      const { x = '' } = createPublicKey(keyPairSeed(key, purpose)).export({ format: 'jwk' });
      return { kty: 'OKP', crv: 'Ed25519', x, kid, use: 'sig', alg: 'EdDSA' };
    }),
  };
}

export interface PublicKey {
  kty: 'OKP';
  crv: 'Ed25519';
  x: string;
  kid: string;
  use: 'sig';
  alg: 'EdDSA';
}
