import { exportJWK, generateKeyPair } from 'jose';
import { describe, expect, it } from 'vitest';
import { readKeySet } from './key-set.ts';
import { grantCovers, grantedOf, machineScopesOf } from './smart-scopes.ts';

const pair = async (alg: string, modulusLength?: number) =>
  generateKeyPair(alg, { extractable: true, ...(modulusLength ? { modulusLength } : {}) });
const publicJwk = async (alg: string) => ({ ...(await exportJWK((await pair(alg)).publicKey)), kid: 'one' });
const setOf = (...keys: object[]) => JSON.stringify({ keys });
const refusal = (text: string) => {
  const read = readKeySet(text);
  return read.ok ? null : read.refusal;
};

describe('a set of signing keys', () => {
  it('is taken by its public members alone', async () => {
    const [ec, rsa] = [await publicJwk('ES384'), { ...(await publicJwk('RS384')), kid: 'two', x5c: ['a'] }];
    expect(readKeySet(setOf(ec, { ...rsa, use: 'sig', alg: 'RS384' }))).toEqual({
      ok: true,
      keys: [
        { kid: 'one', algorithm: 'ES384', jwk: { kty: 'EC', crv: 'P-384', x: ec.x, y: ec.y } },
        { kid: 'two', algorithm: 'RS384', jwk: { kty: 'RSA', n: rsa.n, e: rsa.e } },
      ],
    });
  });

  it('is refused whole for one key that is private, weak, double or of another kind', async () => {
    const good = await publicJwk('ES384');
    expect(refusal('{')).toBe('notJson');
    for (const text of ['[]', '{}', '{"keys":[]}', 'null', setOf(...Array.from({ length: 11 }, () => good))])
      expect(refusal(text), text.slice(0, 20)).toBe('noKeySet');
    expect(refusal(setOf(good, { ...(await exportJWK((await pair('ES384')).privateKey)), kid: 'two' }))).toBe(
      'privateKey',
    );
    expect(refusal(setOf({ kty: 'oct', k: 'AAAA', kid: 'one' }))).toBe('privateKey');
    expect(refusal(setOf({ ...good, kid: 7 }))).toBe('noKid');
    expect(refusal(setOf({ ...good, kid: 'a b' }))).toBe('noKid');
    expect(refusal(setOf(good, good))).toBe('sameKid');
    for (const other of [
      await publicJwk('ES256'),
      { ...good, use: 'enc' },
      { ...good, alg: 'ES256' },
      { ...good, x: '+' },
    ])
      expect(refusal(setOf(other))).toBe('otherKey');
    expect(refusal(setOf({ kty: 'RSA', n: 'A'.repeat(171), e: 'AQAB', kid: 'one' }))).toBe('weakKey');
  });
});

describe('scopes of a token', () => {
  const all = ['checks:read', 'fhir:read', 'fhir:write'] as const;

  it('are what was asked for and the program may, and no more', () => {
    expect(grantedOf(['system/Consent.rs', 'system/AuditEvent.c'], all)).toEqual([
      'system/Consent.rs',
      'system/AuditEvent.c',
    ]);
    expect(grantedOf(['system/*.cruds'], ['fhir:read'])).toEqual([
      'system/AuditEvent.rs',
      'system/Consent.rs',
    ]);
    expect(grantedOf(['system/*.read', 'system/AuditEvent.write'], all)).toEqual([
      'system/AuditEvent.rs',
      'system/Consent.rs',
      'system/AuditEvent.c',
    ]);
    expect(grantedOf(['checks:read', 'fhir:write'], ['checks:read'])).toEqual(['checks:read']);
    expect(
      grantedOf(
        [
          'system/Patient.rs',
          'system/Consent.',
          'user/Consent.rs',
          'system/Consent.sr',
          'openid',
          'system/Consent.c',
        ],
        all,
      ),
    ).toEqual([]);
  });

  it('open what they name alone, and only while the program has it', () => {
    expect(machineScopesOf(['system/Consent.rs'], all)).toEqual(['fhir:read']);
    expect(machineScopesOf(['system/Consent.rs', 'checks:read'], ['fhir:write'])).toEqual([]);
    expect(grantCovers(['system/Consent.s'], { resource: 'Consent', act: 's' })).toBe(true);
    expect(grantCovers(['system/Consent.s'], { resource: 'Consent', act: 'r' })).toBe(false);
    expect(grantCovers(['system/Consent.rs'], { resource: 'AuditEvent', act: 'r' })).toBe(false);
    expect(grantCovers(['fhir:read'], { resource: 'AuditEvent', act: 'r' })).toBe(true);
  });
});
