import { describe, expect, it } from 'vitest';
import { stretchesOf } from './chain-proof.server.ts';

describe('the stretches of the chain that a proof shows', () => {
  it.each<[string, bigint[], bigint[], bigint, [bigint, bigint, bigint[]][]]>([
    ['to the next checkpoint', [3n], [2n, 5n, 9n], 12n, [[3n, 5n, [5n]]]],
    ['of a checkpoint itself, that link alone', [5n], [5n], 9n, [[5n, 5n, [5n]]]],
    ['to the head, where no checkpoint came since', [7n], [5n], 9n, [[7n, 9n, []]]],
    ['as one, where they touch', [3n, 4n, 6n], [5n, 9n], 12n, [[3n, 9n, [5n, 9n]]]],
    [
      'apart, where others lie between',
      [2n, 8n],
      [3n, 9n],
      12n,
      [
        [2n, 3n, [3n]],
        [8n, 9n, [9n]],
      ],
    ],
    [
      'in any order of what is given',
      [8n, 2n],
      [9n, 3n],
      12n,
      [
        [2n, 3n, [3n]],
        [8n, 9n, [9n]],
      ],
    ],
    ['without notes beyond the head, which cover nothing', [7n], [20n], 9n, [[7n, 9n, []]]],
    ['none, where there is no event', [], [5n], 9n, []],
  ])('goes %s', (_, places, noted, head, expected) => {
    expect(stretchesOf(places, noted, head).map(({ from, to, ends }) => [from, to, ends])).toEqual(expected);
  });
});
