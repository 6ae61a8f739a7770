import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyRingError, newKeyRingEntry, open, parseKeyRing, seal } from './key-ring.server.ts';

const old = newKeyRingEntry('k1');
const ring = parseKeyRing(old);

describe('the key ring', () => {
  it('opens what it sealed, for the row it was sealed for', () => {
    const sealed = seal(ring, 'JBSWY3DPEHPK3PXP', 'user_account.totp_secret:1');
    expect(sealed).not.toContain('JBSWY3DPEHPK3PXP');
    expect(open(ring, sealed, 'user_account.totp_secret:1').toString()).toBe('JBSWY3DPEHPK3PXP');
  });

  it('refuses a value moved to another row, or changed', () => {
    const sealed = seal(ring, 'secret', 'user_account.totp_secret:1');
    expect(() => open(ring, sealed, 'user_account.totp_secret:2')).toThrow(KeyRingError);
    const end = sealed.at(-3) === 'A' ? 'B' : 'A';
    expect(() =>
      open(ring, sealed.slice(0, -3) + end + sealed.slice(-2), 'user_account.totp_secret:1'),
    ).toThrow(KeyRingError);
  });

  it('seals with the first key and still opens with an older one', () => {
    const sealed = seal(ring, 'kept', 'row');
    const rotated = parseKeyRing(`${newKeyRingEntry('k2')},${old}`);
    expect(open(rotated, sealed, 'row').toString()).toBe('kept');
    expect(seal(rotated, 'new', 'row')).toMatch(/^v1\.k2\./);
  });

  it('never uses a nonce twice', () => {
    const nonces = new Set(
      Array.from({ length: 2000 }, () => seal(ring, 'x', 'row').split('.')[2]?.slice(0, 16)),
    );
    expect(nonces.size).toBe(2000);
  });

  it.each([
    ['', 'no key'],
    ['k1', 'id:base64'],
    ['K 1:abc', 'id:base64'],
    [`k1:${randomBytes(31).toString('base64')}`, '32 bytes'],
    [`${old},${old}`, 'twice'],
  ])('says what is wrong with %j', (text, words) => {
    expect(() => parseKeyRing(text)).toThrow(words);
  });
});
