import { describe, expect, it } from 'vitest';
import { countClock } from './count.ts';
import { explainClock } from './explain.ts';

// GDPR Art. 33(1): 72 hours after having become aware of it.

const count = (receivedAt: string, timeZone = 'Europe/Berlin', holidays: string[] = []) =>
  countClock({ rule: 'eu.gdpr.art33', receivedAt, timeZone, holidays, events: [] });

describe('a clock of hours', () => {
  it.each([
    ['within a week', '2027-01-05T10:20:00+01:00', '2027-01-08', '2027-01-08T09:20:00Z'],
    ['over a weekend, which counts', '2027-01-08T16:30:00+01:00', '2027-01-11', '2027-01-11T15:30:00Z'],
    ['on a Thursday: it ends on a Sunday', '2027-01-07T09:00:00+01:00', '2027-01-10', '2027-01-10T08:00:00Z'],
    [
      'to the end of a day: that day is the last one',
      '2027-01-05T00:00:00+01:00',
      '2027-01-07',
      '2027-01-07T23:00:00Z',
    ],
    [
      'over the hour that is left out in March',
      '2027-03-26T10:00:00+01:00',
      '2027-03-29',
      '2027-03-29T09:00:00Z',
    ],
    [
      'over the hour that comes twice in October',
      '2027-10-29T10:00:00+02:00',
      '2027-11-01',
      '2027-11-01T08:00:00Z',
    ],
    ['with seconds', '2027-12-30T23:59:59+01:00', '2028-01-02', '2028-01-02T22:59:59Z'],
  ])('%s', (_, receivedAt, dueOn, until) => {
    const counted = count(receivedAt);
    expect(counted).toMatchObject({ dueDate: dueOn, effectiveDueDate: dueOn, dueAtExclusive: until });
    expect(Date.parse(until) - Date.parse(receivedAt)).toBe(72 * 3_600_000);
  });

  it('is moved by no holiday and no extension, and says so', () => {
    const counted = count('2027-01-07T09:00:00+01:00', 'Europe/Berlin', ['2027-01-08', '2027-01-10']);
    expect(counted).toMatchObject({ effectiveDueDate: '2027-01-10', extendedDueDate: null });
    const working = explainClock(counted, 'en');
    expect(working).toEqual([
      'The law sets this date (GDPR Art. 33(1)).',
      'Day 0 is Thursday, January 7, 2027 (Europe/Berlin time), the day the problem became known, or should have.',
      'From January 7, 2027 at 9:00 AM GMT+1 on, we counted 72 hours, weekends and holidays among them.',
      expect.stringContaining('Reg. 1182/71 Art. 3(5)'),
      expect.stringMatching(/^January 10, 2027 is a holiday\. We did not move the date/),
      'Last moment: January 10, 2027 at 9:00 AM GMT+1. It does not run until midnight.',
      expect.stringContaining('our reading'),
    ]);
  });
});
