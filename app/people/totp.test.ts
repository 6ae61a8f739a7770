import { describe, expect, it } from 'vitest';
import { newTotpSecret, totpCode, totpStep } from './totp.ts';

const secret = newTotpSecret();
const now = new Date('2026-11-22T10:00:10Z');
const at = (seconds: number) => new Date(now.getTime() + seconds * 1000);

describe('a one-time code', () => {
  it.each([
    [-60, false],
    [-30, true],
    [0, true],
    [30, true],
    [60, false],
  ])('of %i seconds from now counts: %s', (seconds, counts) => {
    expect(totpStep(secret, totpCode(secret, at(seconds)), now) !== null).toBe(counts);
  });

  it('names its own step, so that a code taken late cannot be taken again', () => {
    const early = totpStep(secret, totpCode(secret, now), now);
    expect(totpStep(secret, totpCode(secret, now), at(25))).toBe(early);
  });

  it.each(['', 'abcdef', '12345', '1234567', '１２３４５６'])('%j is no code', (typed) => {
    expect(totpStep(secret, typed, now)).toBeNull();
  });

  it('may be typed with spaces', () => {
    const code = totpCode(secret, now);
    expect(totpStep(secret, ` ${code.slice(0, 3)} ${code.slice(3)} `, now)).not.toBeNull();
  });
});
