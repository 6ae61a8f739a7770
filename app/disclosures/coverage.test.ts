import { describe, expect, it } from 'vitest';
import { countedTime, coverageOfSource, isTooQuiet, type Rhythm } from './coverage.ts';
import { followSequence } from './sequence.ts';

const place = { timeZone: 'America/New_York', holidays: new Set(['2026-11-26']) };
const always: Rhythm = { everyHours: 6, working: null };
const working: Rhythm = { everyHours: 6, working: { from: 8, to: 18 } };
const anHour = 3_600_000;
const at = (text: string) => new Date(text);

describe('countedTime', () => {
  it.each([
    ['within a working day', '2026-11-24T10:00-05:00', '2026-11-24T12:00-05:00', 2],
    ['over a night', '2026-11-24T17:00-05:00', '2026-11-25T09:00-05:00', 2],
    ['over a holiday', '2026-11-25T17:00-05:00', '2026-11-27T09:00-05:00', 2],
    ['over a weekend', '2026-11-27T17:00-05:00', '2026-11-30T09:00-05:00', 2],
    ['on a Sunday', '2026-11-29T09:00-05:00', '2026-11-29T17:00-05:00', 0],
    ['over the change of clocks', '2026-10-30T17:00-04:00', '2026-11-02T09:00-05:00', 2],
    ['backwards', '2026-11-25T12:00-05:00', '2026-11-24T12:00-05:00', 0],
  ])('%s', (_name, from, to, hours) => {
    expect(countedTime(at(from), at(to), working, place) / anHour).toBe(hours);
  });

  it('takes a working day that ends at midnight', () => {
    const rhythm = { everyHours: 1, working: { from: 0, to: 24 } };
    expect(
      countedTime(at('2026-11-24T00:00-05:00'), at('2026-11-25T00:00-05:00'), rhythm, place) / anHour,
    ).toBe(24);
  });
});

it('is too quiet only beyond the hours that were set', () => {
  const from = at('2026-11-24T08:00Z');
  expect(isTooQuiet(from, at('2026-11-24T14:00Z'), always, place)).toBe(false);
  expect(isTooQuiet(from, at('2026-11-24T14:00:00.001Z'), always, place)).toBe(true);
});

describe('coverageOfSource', () => {
  const window = { from: '2026-11-01', to: '2026-11-30' };
  const now = at('2026-11-28T12:00Z');
  const of = (firstAt: string | null, watchedSince: string | null, gaps: [string, string | null][] = []) =>
    coverageOfSource(
      {
        auditSourceId: 'arc',
        firstAt: firstAt === null ? null : at(firstAt),
        watchedSince: watchedSince === null ? null : at(watchedSince),
        gaps: gaps.map(([fromAt, toAt]) => ({ fromAt: at(fromAt), toAt: toAt === null ? null : at(toAt) })),
      },
      window,
      { timeZone: place.timeZone, now },
    );

  const early = '2026-01-01T00:00Z';
  it.each([
    ['2026-10-31T12:00Z', early, '2026-11-01', false],
    ['2026-11-01T12:00Z', early, '2026-11-02', false],
    ['2026-11-29T12:00Z', early, '2026-11-30', false],
    ['2026-11-30T12:00Z', early, null, false],
    ['2027-01-01T12:00Z', early, null, false],
    // Nobody would have seen that something is missing, or not from the first message on.
    [early, null, null, true],
    [early, '2026-12-01T12:00Z', null, true],
    [early, '2026-11-10T12:00Z', '2026-11-11', true],
    ['2026-11-10T12:00Z', '2026-11-10T12:00Z', '2026-11-11', false],
    // It has to report, and never did.
    [null, early, null, false],
  ])(
    'with a first message at %s, watched since %s, it is complete from %s',
    (first, since, completeFrom, untold) => {
      expect(of(first, since)).toEqual({ source: 'arc', completeFrom, untold, gaps: [] });
    },
  );

  it('has its gaps also where nobody watches', () => {
    expect(of(early, null, [['2026-11-05T12:00Z', '2026-11-06T12:00Z']])).toMatchObject({
      completeFrom: null,
      gaps: [{ from: '2026-11-05', to: '2026-11-06' }],
    });
  });

  it('cuts gaps to the window, joins those that touch, and counts days where the facility is', () => {
    expect(
      of(early, early, [
        ['2026-11-27T12:00Z', null],
        ['2026-10-01T00:00Z', '2026-11-02T03:00Z'],
        ['2026-11-02T12:00Z', '2026-11-03T12:00Z'],
        ['2026-12-05T00:00Z', '2026-12-06T00:00Z'],
      ]).gaps,
    ).toEqual([
      { from: '2026-11-01', to: '2026-11-03' },
      { from: '2026-11-27', to: '2026-11-28' },
    ]);
  });
});

describe('followSequence', () => {
  const follow = (last: number | null, ids: readonly number[], open: [number, number, number][] = []) => {
    const seen = followSequence(
      last,
      // A negative number is of a message that came before.
      ids.map((id) => ({ id: Math.abs(id), isAgain: id < 0 })),
      open.map(([first, end, missing]) => ({ first, last: end, missing })),
    );
    return {
      lastId: seen.lastId,
      missing: seen.missing.map(({ first, last: end, missing, isPast }) => [first, end, missing, isPast]),
      filled: [...seen.filled].map(([{ first }, left]) => [first, left]),
      beganAnew: seen.beganAnew,
    };
  };

  it.each([
    ['begins anywhere', null, [7, 8], 8, []],
    ['sees what is missing', 8, [12, 13], 13, [[9, 11, 3, false]]],
    ['fills with late ones', 8, [12, 9, 13, -9, 11], 13, [[9, 11, 1, false]]],
    ['takes the same again for nothing', 8, [8, -7, 9], 9, []],
    ['wraps', 2_147_483_646, [2_147_483_647, 1], 1, []],
  ] as const)('%s', (_name, last, ids, lastId, missing) => {
    expect(follow(last, ids)).toMatchObject({ lastId, missing, filled: [] });
  });

  it('fills what was missing before, as often as something is', () => {
    expect(follow(20, [5, 6], [[5, 6, 2]])).toEqual({
      lastId: 20,
      missing: [],
      filled: [[5, 0]],
      beganAnew: false,
    });
  });

  it.each([
    ['at 1', 8, [1, 2], [], 2, []],
    ['above 1, far behind', 50_000, [3], [[10, 10, 1]], 3, [[1, 2, 2, false]]],
    [
      'above 1, near',
      50,
      [2, 3, 11],
      [[11, 11, 1]],
      11,
      [
        [1, 1, 1, false],
        [4, 10, 7, false],
      ],
    ],
    ['where the late one has come already', 50, [11, 12], [[11, 11, 0]], 12, [[1, 10, 10, false]]],
    [
      'twice',
      null,
      [1, 3, 1, 3, 2],
      [],
      3,
      [
        [2, 2, 1, true],
        [2, 2, 0, false],
      ],
    ],
  ] as [string, number | null, number[], [number, number, number][], number, unknown[]][])(
    'knows a new beginning %s, and fills nothing of before',
    (_name, last, ids, open, lastId, missing) => {
      expect(follow(last, ids, open)).toEqual({ lastId, missing, filled: [], beganAnew: true });
    },
  );
});
