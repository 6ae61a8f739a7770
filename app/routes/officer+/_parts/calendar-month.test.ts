import { expect, it } from 'vitest';
import { monthSpan } from './calendar-month.ts';

it('lays a month out in weeks from Sunday, over the end of a year and through a leap day', () => {
  const december = monthSpan('2026-12', '2026-11-22');
  expect([december.previous, december.next, december.from, december.to]).toEqual([
    '2026-11',
    '2027-01',
    '2026-12-01',
    '2026-12-31',
  ]);
  expect(december.weeks[0]).toEqual([
    null,
    null,
    '2026-12-01',
    '2026-12-02',
    '2026-12-03',
    '2026-12-04',
    '2026-12-05',
  ]);
  expect(december.weeks.at(-1)).toEqual([
    '2026-12-27',
    '2026-12-28',
    '2026-12-29',
    '2026-12-30',
    '2026-12-31',
    null,
    null,
  ]);
  expect(monthSpan('2028-02', '2026-11-22').to).toBe('2028-02-29');
});

it.each([null, '', '2026-13', '1066-10', '2200-01', '2026-1', "2026-11'"])(
  'takes %j as this month',
  (asked) => {
    expect(monthSpan(asked, '2026-11-22').month).toBe('2026-11');
  },
);
