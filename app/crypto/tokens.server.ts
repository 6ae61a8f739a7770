import { hash, randomBytes, randomInt } from 'node:crypto';

/** A secret of 256 bits for a cookie or a key, in base64url. Only its hash is stored. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 in lower-case hex. Enough for secrets of 128 bits and more; passwords go through argon2id. */
export function sha256Hex(value: string | Uint8Array): string {
  return hash('sha256', value, 'hex');
}

// No I, L, O, U: read aloud and written by hand without mistakes (Crockford's base 32).
const referenceAlphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A reference number that a person can read over the phone: `PV-7K3M9Q`. Not a secret. */
export function newReference(): string {
  return `PV-${Array.from({ length: 6 }, () => referenceAlphabet[randomInt(referenceAlphabet.length)]).join('')}`;
}

/** A password of 100 bits that a person can copy from paper: `7K3M-9QXZ-…`, five groups of four. */
export function newPassword(): string {
  const group = () =>
    Array.from({ length: 4 }, () => referenceAlphabet[randomInt(referenceAlphabet.length)]).join('');
  return Array.from({ length: 5 }, group).join('-');
}
