import { describe, expect, it } from 'vitest';
import { daysAfter, horizonDays } from './horizon-days.ts';

describe('the days of the horizon', () => {
  const days = horizonDays(
    '2026-11-25',
    5,
    [
      { dueOn: '2026-11-24', law: 1, promise: 0 },
      { dueOn: '2026-11-25', law: 0, promise: 1 },
      { dueOn: '2026-11-28', law: 2, promise: 1 },
      { dueOn: '2026-11-30', law: 1, promise: 0 },
    ],
    ['2026-11-26'],
  );

  it('begins today, leaves out what is late or further away, and counts law and promise apart', () => {
    expect(days.map(({ on, law, promise }) => [on, law, promise])).toEqual([
      ['2026-11-25', 0, 1],
      ['2026-11-26', 0, 0],
      ['2026-11-27', 0, 0],
      ['2026-11-28', 2, 1],
      ['2026-11-29', 0, 0],
    ]);
  });

  it('knows weekends and the facility’s holidays', () => {
    expect(days.map(({ off }) => off)).toEqual([null, 'holiday', null, 'saturday', 'sunday']);
  });

  it('steps over the end of a year', () => {
    expect(daysAfter('2026-12-31', 1)).toBe('2027-01-01');
  });
});
