import { describe, expect, it } from 'vitest';
import type { KeptClock, KeptClockEvent } from '#app/requests/request-clock.ts';
import { clockView } from './present-clock.server.ts';

const uk: KeptClock = {
  ruleId: 'uk.gdpr.art12a',
  ruleVersion: 1,
  promisedCount: null,
  suspendByPolicy: false,
  ack: null,
  asking: null,
  feeByPost: null,
  receivedAt: new Date('2026-09-01T10:00:00+01:00'),
  timeZone: 'Europe/London',
  holidays: [],
  clockEvents: [],
  respondedAt: null,
  closedAt: null,
};
const event = (
  type: KeptClockEvent['type'],
  day: string,
  newDueOn: string | null = null,
): KeptClockEvent => ({
  type,
  at: new Date(`${day}T12:00:00Z`),
  newDueOn,
});
function bar(clockEvents: KeptClockEvent[], day: string, more: Partial<KeptClock> = {}) {
  const view = clockView({ ...uk, clockEvents, ...more }, new Date(`${day}T12:00:00Z`), 'en');
  if (!view.bar) throw new Error('a request that is open has a bar');
  return view.bar;
}

describe('the bar of a clock', () => {
  it('is one stretch where nothing moved it', () => {
    const { days, legend } = bar([], '2026-09-11');
    expect(days).toEqual({ firstDue: 30, today: 10 });
    expect(legend).toEqual({});
  });

  it('has extra time apart, from the first last day to the new one', () => {
    const extended = [event('extensionNoticeSent', '2026-09-20', '2026-11-10')];
    const { days, labels, legend } = bar(extended, '2026-09-21');
    expect(days).toEqual({ firstDue: 30, extendedDue: 70, today: 20 });
    expect(labels).toMatchObject({
      firstDue: { word: 'First last day', date: 'October 1, 2026' },
      extendedDue: { word: 'Last day', date: 'November 10, 2026' },
    });
    expect(legend).toEqual({ extra: 'extra time, 40 days' });
  });

  it('has a gap where the clock stood still, and one that goes on while it does', () => {
    const asked = event('clarificationRequested', '2026-09-07');
    const answered = event('clarificationReceived', '2026-09-10');
    // September 7 to 10 do not count; Monday October 5 is the last day.
    expect(bar([asked, answered], '2026-09-21')).toMatchObject({
      days: { firstDue: 34, today: 20, pauses: [{ from: 5, to: 9 }] },
      legend: { pause: 'clock stopped, 4 days' },
    });
    expect(bar([asked], '2026-09-21')).toMatchObject({
      days: { firstDue: 30, today: 20, pauses: [{ from: 5, to: 20 }] },
      legend: { pause: 'clock stopped, 15 days' },
    });
  });

  it('keeps both once it is answered', () => {
    const moved = [
      event('clarificationRequested', '2026-09-07'),
      event('clarificationReceived', '2026-09-10'),
      event('extensionNoticeSent', '2026-09-20', '2026-11-10'),
    ];
    expect(bar(moved, '2027-01-01', { respondedAt: new Date('2026-11-01T12:00:00Z') })).toMatchObject({
      days: { firstDue: 34, extendedDue: 70, answered: 61, pauses: [{ from: 5, to: 9 }] },
      legend: { extra: 'extra time, 36 days', pause: 'clock stopped, 4 days' },
    });
  });
});
