import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

export interface SigningKey {
  /** HMAC-SHA-256 of a text, in base64url. */
  sign(text: string): string;
  verifies(text: string, signature: string): boolean;
}

/** A key for one purpose, derived from one of the ring (HKDF-SHA-256, RFC 5869): what is signed with it says nothing of the ring's. */
export function signingKey(ringKey: Uint8Array, purpose: string): SigningKey {
  const key = Buffer.from(hkdfSync('sha256', ringKey, '', `plainview:v1:${purpose}`, 32));
  const sign = (text: string) => createHmac('sha256', key).update(text).digest('base64url');
  return {
    sign,
    verifies: (text, signature) => {
      const [right, given] = [Buffer.from(sign(text)), Buffer.from(signature)];
      return right.length === given.length && timingSafeEqual(right, given);
    },
  };
}
