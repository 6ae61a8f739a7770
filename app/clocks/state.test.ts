import { describe, expect, it } from 'vitest';
import { countClock } from './count.ts';
import type { ClockEvent } from './input.ts';
import { clockState } from './state.ts';

// Day 0 is 15 January 2026, the last day is 16 March 2026.
const accounting = countClock({
  rule: 'hipaa.accounting',
  receivedAt: '2026-01-15T10:00:00-05:00',
  timeZone: 'America/New_York',
  holidays: [],
  events: [],
});

describe('clockState', () => {
  it.each([
    ['2026-01-15', 'running', 60, 0],
    ['2026-03-08', 'running', 8, 52],
    ['2026-03-09', 'atRisk', 7, 53],
    ['2026-03-15', 'atRisk', 1, 59],
    ['2026-03-16', 'dueToday', 0, 60],
    ['2026-03-17', 'overdue', -1, 61],
    ['2027-03-17', 'overdue', -366, 426],
  ])('on %s: %s, %i left, %i used', (today, state, daysLeft, daysUsed) => {
    expect(clockState({ count: accounting, today })).toEqual({ state, daysLeft, daysUsed });
  });

  it.each([
    ['2026-03-16', 'met', 0, 60],
    ['2026-03-17', 'metLate', -1, 61],
    ['2026-01-15', 'met', 60, 0],
  ])('answered on %s: %s, whatever the day it is asked', (answeredOn, state, daysLeft, daysUsed) => {
    for (const today of ['2026-03-16', '2026-03-17', '2028-01-01']) {
      expect(clockState({ count: accounting, today, answeredOn })).toEqual({ state, daysLeft, daysUsed });
    }
  });

  it('is paused while the caller says so, but not once answered', () => {
    expect(clockState({ count: accounting, today: '2026-03-17', paused: true }).state).toBe('paused');
    expect(
      clockState({ count: accounting, today: '2026-03-17', answeredOn: '2026-03-17', paused: true }).state,
    ).toBe('metLate');
  });

  it('keeps the days left while a pause of its own is open', () => {
    const count = countClock({
      rule: 'uk.gdpr.art12a',
      receivedAt: '2026-09-01T10:00:00+01:00',
      timeZone: 'Europe/London',
      holidays: [],
      events: [{ type: 'clarificationRequested', at: '2026-09-28T10:00:00+01:00' }],
    });
    expect(clockState({ count, today: '2026-09-28' })).toMatchObject({ state: 'paused', daysLeft: 4 });
    expect(clockState({ count, today: '2026-11-28' })).toMatchObject({ state: 'paused', daysLeft: 4 });
    expect(clockState({ count, today: '2026-11-28', paused: false }).state).toBe('overdue');
  });

  const stoppedUk = (...more: ClockEvent[]) => ({
    rule: 'uk.gdpr.art12a' as const,
    receivedAt: '2026-09-01T10:00:00+01:00',
    timeZone: 'Europe/London',
    holidays: [],
    events: [{ type: 'clarificationRequested', at: '2026-09-28T10:00:00+01:00' } as const, ...more],
  });
  const extendedOn = (at: string, namedOn?: string): ClockEvent => ({
    type: 'extensionNoticeSent',
    at: `${at}T10:00:00+01:00`,
    hasReason: true,
    hasNewDate: true,
    ...(namedOn ? { namedOn } : {}),
  });

  // Mon 12 October is 42 days before Mon 23 November; the longest last day is Tue 1 December.
  it.each([
    ['the longest time there is', undefined],
    ['the last day that there is', '2026-12-01'],
    ['an earlier day', '2026-11-23'],
    ['a day that the first period will have passed', '2026-10-12'],
  ])(
    'what is left while the clock stands still is what will be left, extended meanwhile to %s',
    (_name, namedOn) => {
      const stopped = stoppedUk(extendedOn('2026-09-30', namedOn));
      const count = countClock(stopped);
      for (const today of ['2026-10-01', '2026-10-12', '2026-11-27']) {
        const answered = { type: 'clarificationReceived', at: `${today}T11:00:00+01:00` } as const;
        const goneOn = countClock({ ...stopped, events: [...stopped.events, answered] });
        const { daysLeft } = clockState({ count: goneOn, today });
        // A weekend at its end may give a day or two more.
        const shown = clockState({ count, today }).daysLeft;
        expect(daysLeft - shown).toBeGreaterThanOrEqual(0);
        expect(daysLeft - shown).toBeLessThanOrEqual(2);
      }
    },
  );

  it('counts an extension while identity is awaited', () => {
    const stopped = {
      ...stoppedUk(extendedOn('2026-09-30')),
      events: [
        { type: 'identityInfoRequested', at: '2026-09-02T10:00:00+01:00' } as const,
        extendedOn('2026-09-20'),
      ],
    };
    expect(clockState({ count: countClock(stopped), today: '2026-09-28' }).daysLeft).toBe(91);
  });

  it('warns of a five-day promise only near its end', () => {
    const count = countClock({
      rule: 'promise.optOut',
      receivedAt: '2026-06-01T10:00:00-04:00',
      timeZone: 'America/New_York',
      holidays: [],
      events: [],
    });
    expect(clockState({ count, today: '2026-06-05' })).toMatchObject({ state: 'running', daysLeft: 3 });
    expect(clockState({ count, today: '2026-06-06' })).toMatchObject({ state: 'atRisk', daysLeft: 2 });
  });

  it('refuses a date that is none', () => {
    expect(() => clockState({ count: accounting, today: '2026-3-1' })).toThrowError(
      expect.objectContaining({ code: 'badDate' }),
    );
  });
});
