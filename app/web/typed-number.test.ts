import { describe, expect, it } from 'vitest';
import { typedNumber } from './typed-number.ts';

describe('a number that is typed', () => {
  const schema = typedNumber(0, 30, 'errors.keyOverlap');

  it.each([
    ['0', 0],
    [' 7 ', 7],
    ['007', 7],
    ['30', 30],
  ])('%j is %d', (typed, number) => expect(schema.parse(typed)).toBe(number));

  it.each(['', ' ', '31', '-1', '1.5', '1e1', '0x1', '٣', 'ten', '1 0'])('%j is refused in words', (typed) =>
    expect(schema.safeParse(typed).error?.issues[0]?.message).toBe('errors.keyOverlap'),
  );
});
