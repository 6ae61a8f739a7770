import { describe, expect, it } from 'vitest';
import { jurisdictions } from '#app/clocks/jurisdictions.ts';
import { calendarsOfLaw, emptyCalendars } from './empty-calendars.ts';

describe('calendars of the law that have no holidays', () => {
  it('are asked of the laws whose clocks roll over them', () => {
    expect(Object.fromEntries(jurisdictions.map((one) => [one, calendarsOfLaw(one)]))).toEqual({
      US: [],
      'US-CA': [],
      'US-WA': [],
      EU: ['EU'],
      UK: ['UK'],
    });
  });

  it.each<[string, { calendar: string; on: string }[], { year: number; ownHas: boolean }[]]>([
    ['nothing', [], [2026, 2027].map((year) => ({ year, ownHas: false }))],
    ['this year alone', [{ calendar: 'UK', on: '2026-12-25' }], [{ year: 2027, ownHas: false }]],
    [
      'the facility’s own alone',
      [{ calendar: 'facility', on: '2026-11-26' }],
      [
        { year: 2026, ownHas: true },
        { year: 2027, ownHas: false },
      ],
    ],
    [
      'another law’s',
      [
        { calendar: 'EU', on: '2026-12-25' },
        { calendar: 'promise', on: '2027-12-25' },
      ],
      [2026, 2027].map((year) => ({ year, ownHas: false })),
    ],
    [
      'both years, one of them under a name',
      [
        { calendar: 'UK', on: '2026-12-25' },
        { calendar: 'England and Wales', on: '2027-12-27' },
      ],
      [],
    ],
  ])('with %s', (_, holidays, expected) => {
    expect(emptyCalendars('UK', [2026, 2027], holidays)).toEqual(
      expected.map((one) => ({ owner: 'UK', ...one })),
    );
  });
});
