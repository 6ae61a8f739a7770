import { describe, expect, it } from 'vitest';
import { agreementOf, agreesInFull, comparable } from './identity-claims.ts';

const record = {
  givenName: 'Zoë',
  familyName: 'Jiménez O’Hara',
  bornOn: '1990-06-15',
  identifiers: [
    { issuer: 'RIVERBEND', value: 'RB000902' },
    { issuer: 'OLD', value: '7' },
  ],
};
const claim = {
  givenName: 'zoe',
  familyName: "JIMENEZ  O'HARA",
  bornOn: '1990-06-15',
  issuer: 'RIVERBEND',
  value: 'RB000902',
};

describe('agreementOf', () => {
  it('forgives case, accents, spaces and kinds of apostrophe in names', () => {
    expect(agreesInFull(agreementOf(claim, record))).toBe(true);
  });

  it.each([
    [{ givenName: 'Zora' }, 'givenName'],
    [{ familyName: 'Jimenes' }, 'familyName'],
    [{ bornOn: '1990-06-16' }, 'bornOn'],
    [{ value: 'RB000903' }, 'identifier'],
    // An id is never compared without its issuer.
    [{ issuer: 'OLD' }, 'identifier'],
  ] as const)('says what differs: %j', (change, field) => {
    const agreement = agreementOf({ ...claim, ...change }, record);
    expect(agreement[field]).toBe(false);
    expect(agreesInFull(agreement)).toBe(false);
  });
});

describe('comparable', () => {
  it('keeps letters that are not accents apart', () => {
    expect(comparable('Łuk')).not.toBe(comparable('Luk'));
    expect(comparable('Ana–María')).toBe(comparable('ana-maria'));
  });
});
