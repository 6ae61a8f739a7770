import { describe, expect, it } from 'vitest';
import { hasForeignCharacters, lookOf } from './look-alike.ts';

describe('what an identifier looks like', () => {
  it.each([
    ['Cyrillic A', 'NORTHLIGHT_\u0410I'],
    ['Greek omicron', 'N\u039fRTHLIGHT_AI'],
    ['fullwidth', '\uff2eORTHLIGHT_AI'],
    ['a zero-width joiner', 'NORTHLIGHT\u200d_AI'],
    ['an accent of its own', 'NO\u0301RTHLIGHT_AI'],
    ['a wider space', 'NORTHLIGHT_AI\u00a0'],
  ])('%s looks like the plain one, and is known as foreign', (_, value) => {
    expect(lookOf(value)).toBe(lookOf('NORTHLIGHT_AI'));
    expect(hasForeignCharacters(value)).toBe(true);
  });

  it.each([
    ['NORTHL1GHT_AI', 'NORTHLIGHT_AI'],
    ['KESTREL_R0', 'KESTREL_RO'],
  ])('%s looks like %s', (one, other) => {
    expect(lookOf(one)).toBe(lookOf(other));
    expect(hasForeignCharacters(one)).toBe(false);
  });

  it('does not take two titles for one that only begin alike', () => {
    expect(lookOf('KESTREL_R2')).not.toBe(lookOf('KESTREL_RES'));
  });
});
