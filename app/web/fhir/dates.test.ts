import { describe, expect, it } from 'vitest';
import { askedDate, instantsAsked } from './dates.ts';

const zone = 'America/New_York';
const span = (text: string) => {
  const asked = askedDate(text, zone);
  return asked && [asked.prefix, asked.from.toISOString(), asked.until.toISOString()];
};

describe('a date of a search', () => {
  it.each([
    ['2026', 'eq', '2026-01-01T05:00:00.000Z', '2027-01-01T05:00:00.000Z'],
    ['sa2026-11', 'sa', '2026-11-01T04:00:00.000Z', '2026-12-01T05:00:00.000Z'],
    // The days on which the clocks are changed have 23 and 25 hours.
    ['2026-03-08', 'eq', '2026-03-08T05:00:00.000Z', '2026-03-09T04:00:00.000Z'],
    ['2026-11-01', 'eq', '2026-11-01T04:00:00.000Z', '2026-11-02T05:00:00.000Z'],
    // An hour that comes twice is told by its offset.
    ['2026-11-01T01:30-04:00', 'eq', '2026-11-01T05:30:00.000Z', '2026-11-01T05:31:00.000Z'],
    ['2026-11-01T01:30-05:00', 'eq', '2026-11-01T06:30:00.000Z', '2026-11-01T06:31:00.000Z'],
    ['2026-11-01T01:30 05:30', 'eq', '2026-10-31T20:00:00.000Z', '2026-10-31T20:01:00.000Z'],
    ['le2026-11-01T23:59:59.9999Z', 'le', '2026-11-01T23:59:59.999Z', '2026-11-02T00:00:00.000Z'],
  ])('%s is what it says', (text, ...said) => expect(span(text)).toEqual(said));

  it.each([
    ...['', 'ge', 'GE2026-01-01', 'ne2026-01-01', 'ap2026-01-01', 'ge 2026-01-01', 'gege2026'],
    ...[
      '2026-00-01',
      '2026-13',
      '2026-02-29',
      '2026-02-30T10:00Z',
      '2026-1-1',
      '1899-12-31',
      '2200',
      '٢٠٢٦-01-01',
    ],
    ...[
      '2026-11-22T15:00',
      '2026-11-22T24:00Z',
      '2026-11-22T23:60Z',
      '2026-11-22T23:59:60Z',
      '2026-11-22T10Z',
    ],
    ...[
      '2026-11-22T10:00+25:00',
      '2026-11-22T10:00+14:60',
      '2026-11-22Z',
      '2026-11-22T10:00:00.Z',
      '2026-11-22\n',
    ],
  ])('%j is none', (text) => expect(span(text)).toBeNull());

  it('leaves no instant between what is before, in and after it', () => {
    const asked = (prefix: string) => instantsAsked(askedDate(`${prefix}2026-11-01`, zone)!);
    const [from, until] = [asked('eq').from, asked('eq').until];
    expect(asked('lt')).toEqual({ from: null, until: from });
    expect(asked('ge')).toEqual({ from, until: null });
    expect(asked('le')).toEqual({ from: null, until });
    expect(asked('gt')).toEqual({ from: until, until: null });
  });
});
