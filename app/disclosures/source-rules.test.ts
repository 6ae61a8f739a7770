import { describe, expect, it } from 'vitest';
import { readRhythm, runsOf, standingOf, type RhythmField } from './source-rules.ts';

describe('readRhythm', () => {
  it.each<[string, Record<RhythmField, string>, ReturnType<typeof readRhythm>]>([
    ['nothing: it may be silent', { every: '', from: '', to: '' }, { ok: true, rhythm: null }],
    [
      'hours of every day',
      { every: '24', from: '', to: '' },
      { ok: true, rhythm: { everyHours: 24, work: null } },
    ],
    [
      'hours of business days',
      { every: '6', from: '0', to: '24' },
      { ok: true, rhythm: { everyHours: 6, work: { from: 0, to: 24 } } },
    ],
    ['business hours of nothing', { every: '', from: '7', to: '19' }, { ok: false, field: 'every' }],
    ['no hours', { every: '0', from: '', to: '' }, { ok: false, field: 'every' }],
    ['too many', { every: '1001', from: '', to: '' }, { ok: false, field: 'every' }],
    ['a fraction', { every: '1.5', from: '', to: '' }, { ok: false, field: 'every' }],
    ['a beginning without an end', { every: '6', from: '7', to: '' }, { ok: false, field: 'to' }],
    ['an end without a beginning', { every: '6', from: '', to: '19' }, { ok: false, field: 'from' }],
    ['an end before the beginning', { every: '6', from: '19', to: '7' }, { ok: false, field: 'to' }],
    ['a day of more than 24 hours', { every: '6', from: '7', to: '25' }, { ok: false, field: 'to' }],
  ])('%s', (_, typed, read) => {
    expect(readRhythm(typed)).toEqual(read);
  });
});

describe('standingOf', () => {
  const place = { timeZone: 'America/New_York', holidays: new Set(['2026-11-26']) };
  const now = new Date('2026-11-27T20:00:00Z');
  const since = new Date('2026-11-01T00:00:00Z');
  const hoursAgo = (hours: number) => new Date(now.getTime() - hours * 3_600_000);
  const daily = { everyHours: 24, work: null, since };

  it.each([
    ['came in time', { lastAt: hoursAgo(24), rhythm: daily }, 'reporting'],
    ['came too late', { lastAt: hoursAgo(25), rhythm: daily }, 'silent'],
    ['never came, and is late', { lastAt: null, rhythm: daily }, 'silent'],
    ['never came, and is not due yet', { lastAt: null, rhythm: { ...daily, since: hoursAgo(2) } }, 'never'],
    [
      'is watched since an hour ago',
      { lastAt: hoursAgo(99), rhythm: { ...daily, since: hoursAgo(1) } },
      'reporting',
    ],
    ['may be silent', { lastAt: hoursAgo(999), rhythm: null }, 'unwatched'],
    ['never came, and nobody waits', { lastAt: null, rhythm: null }, 'never'],
    // Wednesday 16:00 to Friday 15:00 at the facility, a holiday between: 3 + 8 hours of 7 to 19.
    [
      'is quiet on a holiday',
      { lastAt: hoursAgo(47), rhythm: { everyHours: 11, work: { from: 7, to: 19 }, since } },
      'reporting',
    ],
    [
      'is quiet for longer than its working hours allow',
      { lastAt: hoursAgo(47), rhythm: { everyHours: 10, work: { from: 7, to: 19 }, since } },
      'silent',
    ],
  ] as const)('%s', (_, source, standing) => {
    expect(standingOf(source, now, place)).toBe(standing);
  });
});

describe('runsOf', () => {
  const days = Array.from({ length: 8 }, (_, at) => `2026-11-0${at + 1}`);

  it('joins days that look the same; a gap counts on every day that it touches, silence before numbers', () => {
    const runs = runsOf(
      {
        firstOn: '2026-11-02',
        reportedOn: new Set(['2026-11-02', '2026-11-03', '2026-11-05', '2026-11-07']),
        gaps: [
          { kind: 'sequence', from: '2026-11-05', to: '2026-11-06' },
          { kind: 'silence', from: '2026-11-06', to: '2026-11-07' },
        ],
      },
      days,
    );
    expect(runs.map(({ state, days: length }) => `${length} ${state}`)).toEqual([
      '1 before',
      '2 reported',
      '1 quiet',
      '1 missing',
      '2 silence',
      '1 quiet',
    ]);
    expect(runs.map(({ at }) => at)).toEqual([0, 1, 3, 4, 5, 7]);
  });

  it('has one run of a source that never reported', () => {
    expect(runsOf({ firstOn: null, reportedOn: new Set(), gaps: [] }, days)).toEqual([
      { state: 'before', at: 0, days: 8 },
    ]);
  });
});
