import { describe, expect, it } from 'vitest';
import { composeExtension } from './letter.ts';
import {
  countKept,
  dueBeforeExtension,
  readClock,
  toldTooLate,
  type CountedClock,
  type KeptClockEvent,
} from './request-clock.ts';

const noon = (day: string) => new Date(`${day}T12:00:00Z`);
const event = (type: KeptClockEvent['type'], day: string): KeptClockEvent => ({
  type,
  at: noon(day),
  newDueOn: null,
});
/** Copies in the United Kingdom, received on February 10, 2026: due on March 10. */
const uk = (clockEvents: KeptClockEvent[] = []): CountedClock => ({
  ruleId: 'uk.gdpr.art12a',
  ruleVersion: 1,
  promisedCount: null,
  suspendByPolicy: false,
  receivedAt: noon('2026-02-10'),
  timeZone: 'Europe/London',
  holidays: [],
  clockEvents,
});
const asked = [event('clarificationRequested', '2026-02-20'), event('clarificationReceived', '2026-03-01')];

describe('the last day before more time was taken', () => {
  it('has the pauses till then, in the letter too', () => {
    const extended = uk([...asked, event('extensionNoticeSent', '2026-03-15')]);
    const before = dueBeforeExtension(extended);
    expect(before).toBe('2026-03-20');
    const { dates } = composeExtension({ ...countKept(extended), before }, 'March 15, 2026', 'en');
    expect(dates).toContain('March 20, 2026');
    expect(dates).not.toContain('March 10, 2026');
  });

  it('is the last day where none was taken, and has no pause that came later', () => {
    expect(dueBeforeExtension(uk(asked))).toBe('2026-03-20');
    const paused = [event('extensionNoticeSent', '2026-02-15'), ...asked];
    expect(dueBeforeExtension(uk(paused))).toBe('2026-03-10');
  });
});

describe('a cost', () => {
  it.each([
    ['in time', '2026-03-10', [], false],
    ['after the last day', '2026-03-11', [], true],
    ['after it, while the clock was stopped', '2026-03-11', asked.slice(0, 1), false],
    ['after it, before the day of answering moved it', '2026-03-15', asked, false],
    ['after it, and time was taken since', '2026-03-11', [event('extensionNoticeSent', '2026-03-12')], true],
  ])('was told %s', (_what, toldOn, events, late) => {
    expect(toldTooLate(uk(events), noon(toldOn))).toBe(late);
  });
});

describe('a clock that has ended', () => {
  const ended = (how: { respondedAt?: Date; closedAt?: Date }) =>
    readClock({ ...uk(), respondedAt: null, closedAt: null, ...how }, noon('2026-05-01')).state;

  it('was kept or missed by an answer alone', () => {
    expect(ended({ respondedAt: noon('2026-03-10') })).toBe('met');
    expect(ended({ respondedAt: noon('2026-03-11') })).toBe('metLate');
    expect(ended({ closedAt: noon('2026-03-01') })).toBeNull();
    expect(ended({ closedAt: noon('2026-03-20') })).toBeNull();
    expect(ended({})).toBe('overdue');
  });
});
