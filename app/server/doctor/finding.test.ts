import { describe, expect, it } from 'vitest';
import { spanInWords } from './finding.ts';

describe('spanInWords', () => {
  it.each([
    [0, '0 seconds'],
    [1_000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, '1 minute'],
    [3_599_999, '59 minutes'],
    [7_200_000, '2 hours'],
    [86_400_000, '1 day'],
    [-5, '0 seconds'],
  ])('%d ms is %s', (milliseconds, words) => {
    expect(spanInWords(milliseconds)).toBe(words);
  });
});
