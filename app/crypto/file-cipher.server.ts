import { createCipheriv, createDecipheriv, hkdfSync, type Cipher, type Decipher } from 'node:crypto';

/**
 * Seals one part of a file as a stream (AES-256-CTR). Key and counter are derived (HKDF-SHA-256) from a key of the ring, a salt that no
 * other file has, and the part's name, so that no key stream is used twice. It hides and does not authenticate: whoever reads holds the
 * hash of the sealed bytes against a signed list first.
 */
export function partCipher(
  ringKey: Uint8Array,
  salt: Uint8Array,
  part: string,
): { sealing(): Cipher; opening(): Decipher } {
  const bytes = Buffer.from(hkdfSync('sha256', ringKey, salt, `plainview:v1:file part:${part}`, 48));
  const [key, counter] = [bytes.subarray(0, 32), bytes.subarray(32)];
  return {
    sealing: () => createCipheriv('aes-256-ctr', key, counter),
    opening: () => createDecipheriv('aes-256-ctr', key, counter),
  };
}
