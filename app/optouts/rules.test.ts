import { describe, expect, it } from 'vitest';
import { endAfter, endOnceAsked, newestRules, rulesAt } from './rules.ts';

const at = (text: string) => new Date(`${text}T10:00:00Z`);

describe('the facility’s rules', () => {
  const versions = [
    { from: at('2026-03-01'), rules: { permission: ['research'] as const } },
    { from: at('2026-06-01'), rules: { permission: [] } },
  ];

  it('are those of the moment that is asked about', () => {
    expect(rulesAt(versions, at('2026-02-28')).permission).toEqual([]);
    expect(rulesAt(versions, at('2026-03-01')).permission).toEqual(['research']);
    expect(rulesAt(versions, at('2026-06-01')).permission).toEqual([]);
    expect(newestRules(versions).permission).toEqual([]);
    expect(newestRules([]).permission).toEqual([]);
  });
});

describe('the end of a choice', () => {
  it.each([
    ['2026-11-22', 5, '2031-11-22'],
    ['2028-02-29', 1, '2029-03-01'],
  ])('made on %s for %i years is %s', (from, years, end) => {
    expect(endAfter(at(from), years)).toEqual(at(end));
    expect(endAfter(at(from), null)).toBeNull();
  });

  it.each([
    ['denied', '2031-10-01', '2031-11-22'],
    ['denied', '2031-11-20', '2031-12-20'],
    ['denied', '2032-05-01', '2032-05-31'],
    ['permitted', '2031-11-20', '2031-11-22'],
  ] as const)('of a choice that %s, asked about on %s with 30 days to answer, is %s', (act, asked, end) => {
    expect(endOnceAsked(act, at('2031-11-22'), at(asked), 30)).toEqual(at(end));
  });
});
