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
  const of = (firstAt: string, gaps: [string, string | null][] = []) =>
    coverageOfSource(
      {
        auditSourceId: 'arc',
        firstAt: at(firstAt),
        gaps: gaps.map(([fromAt, toAt]) => ({ fromAt: at(fromAt), toAt: toAt === null ? null : at(toAt) })),
      },
      window,
      { timeZone: place.timeZone, now },
    );

  it.each([
    ['2026-10-31T12:00Z', '2026-11-01'],
    ['2026-11-01T12:00Z', '2026-11-02'],
    ['2026-11-29T12:00Z', '2026-11-30'],
    ['2026-11-30T12:00Z', null],
    ['2027-01-01T12:00Z', null],
  ])('with a first message at %s it is complete from %s', (firstAt, completeFrom) => {
    expect(of(firstAt)).toEqual({ source: 'arc', completeFrom, gaps: [] });
  });

  it('cuts gaps to the window, joins those that touch, and counts days where the facility is', () => {
    expect(
      of('2026-01-01T00:00Z', [
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
  it.each([
    ['begins anywhere', null, [7, 8], 8, [], []],
    ['sees what is missing', 8, [12, 13], 13, [[9, 11]], []],
    ['knows late ones, and by which message they came', 8, [12, 9, 13], 13, [[9, 11]], [{ id: 9, place: 1 }]],
    ['takes the same again for nothing', 8, [8, 9], 9, [], []],
    ['takes 1 for a new beginning', 8, [1, 2], 2, [], []],
    ['misses the first of a new beginning', 50_000, [3], 3, [[1, 2]], []],
    ['wraps', 2_147_483_646, [2_147_483_647, 1], 1, [], []],
  ] as const)('%s', (_name, last, ids, lastId, missing, late) => {
    const followed = followSequence(last, ids);
    expect({ ...followed, missing: followed.missing.map(({ first, last }) => [first, last]) }).toEqual({
      lastId,
      missing,
      late,
    });
  });
});
