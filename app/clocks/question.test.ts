import { describe, expect, it } from 'vitest';
import { askClock, withExtension, type ClockQuestion } from './question.ts';

const good: ClockQuestion = {
  rule: 'hipaa.accounting',
  receivedAt: '2026-01-15',
  timeZone: 'America/New_York',
  holidays: ['2026-12-25'],
  events: [],
};
const dueOf = (question: Partial<ClockQuestion>) => {
  const asked = askClock({ ...good, ...question });
  return asked.ok ? asked.count.effectiveDueDate : asked.mistakes;
};

describe('askClock', () => {
  it('takes a day for an instant: in the facility’s zone, wherever it lies', () => {
    expect(dueOf({})).toBe('2026-03-16');
    expect(dueOf({ timeZone: 'Pacific/Auckland' })).toBe('2026-03-16');
    expect(dueOf({ timeZone: 'Pacific/Honolulu' })).toBe('2026-03-16');
    // A day without a midnight: clocks went from 23:59 to 01:00.
    expect(dueOf({ receivedAt: '2018-11-04', timeZone: 'America/Sao_Paulo' })).toBe('2019-01-03');
    expect(dueOf({ receivedAt: '2026-01-16T03:30:00Z' })).toBe('2026-03-16');
  });

  it('counts what the facility promised, and leaves a law as it is', () => {
    expect(dueOf({ rule: 'promise.complaint', promised: 10 })).toBe('2026-01-25');
    expect(dueOf({ rule: 'promise.complaint' })).toBe('2026-02-14');
    expect(dueOf({ promised: 10 })).toBe('2026-03-16');
  });

  it.each<[string, string, Partial<ClockQuestion>]>([
    ['rule', 'unknownRule', { rule: '__proto__' }],
    ['timeZone', 'badTimeZone', { timeZone: 'Mars/Olympus' }],
    ['receivedAt', 'badReceivedAt', { receivedAt: '1899-12-31' }],
    ['receivedAt', 'badReceivedAt', { receivedAt: '2200-01-01' }],
    ['receivedAt', 'badReceivedAt', { receivedAt: '2026-02-30' }],
    ['receivedAt', 'badReceivedAt', { receivedAt: 'tomorrow' }],
    ['holidays.1', 'badHoliday', { holidays: ['2026-01-01', '1 May'] }],
    ['holidays.0', 'badHoliday', { holidays: ['2200-01-01'] }],
    ['holidays.2', 'doubledHoliday', { holidays: ['2026-01-01', '2026-05-01', '2026-01-01'] }],
    ['holidays', 'tooManyHolidays', { holidays: Array.from({ length: 10_000 }, () => '2026-01-01') }],
    ['events', 'tooManyEvents', { events: Array.from({ length: 10_000 }, () => ({ type: 'x', at: 'x' })) }],
    ['events.0.type', 'badEventType', { events: [{ type: 'wish', at: '2026-01-20' }] }],
    ['events.0.at', 'badEventAt', { events: [{ type: 'feePaid', at: '2026-1-20' }] }],
    ['events.0.at', 'eventBeforeReceipt', { events: [{ type: 'feePaid', at: '2026-01-14' }] }],
    [
      'events.0.until',
      'badEventUntil',
      { events: [{ type: 'lawEnforcementWrittenHold', at: '2026-01-20' }] },
    ],
    [
      'events.0.until',
      'badEventUntil',
      { events: [{ type: 'lawEnforcementWrittenHold', at: '2026-01-20', until: '2026-01-19' }] },
    ],
    [
      'events.0.until',
      'badEventUntil',
      { events: [{ type: 'feePaid', at: '2026-01-20', until: '2026-02-01' }] },
    ],
    [
      'events.1',
      'doubledEvent',
      {
        events: [
          { type: 'feePaid', at: '2026-01-20T05:00:00Z' },
          { type: 'feePaid', at: '2026-01-20' },
        ],
      },
    ],
  ])('says that %s is %s', (field, code, change) => {
    const mistakes = dueOf(change);
    expect(mistakes).toEqual([expect.objectContaining({ field, code })]);
    expect(JSON.stringify(mistakes).length).toBeLessThan(300);
  });

  it('tells every mistake of the fields at once', () => {
    const mistakes = dueOf({ rule: 'x', timeZone: 'x', holidays: ['x'] });
    expect(mistakes).toHaveLength(3);
  });

  it('refuses a promise that is none', () => {
    expect(dueOf({ rule: 'promise.complaint', promised: 0 })).toMatchObject([{ code: 'badPromised' }]);
    expect(dueOf({ rule: 'promise.complaint', promised: 367 })).toMatchObject([{ code: 'badPromised' }]);
  });
});

describe('withExtension', () => {
  const extended = (question: Partial<ClockQuestion>) => {
    const asked = askClock({ ...good, ...question });
    if (!asked.ok) throw new Error('not counted');
    return withExtension({ ...good, ...question }, asked.count)?.effectiveDueDate ?? null;
  };

  it('is what the rule gives when the notice goes out in time', () => {
    expect(extended({})).toBe('2026-04-15');
    expect(extended({ rule: 'eu.gdpr.art12', timeZone: 'Europe/Berlin' })).toBe('2026-04-15');
  });

  it('is nothing where the rule has none, or it was taken', () => {
    expect(extended({ rule: 'hipaa.breach.individual' })).toBe(null);
    const notice = { type: 'extensionNoticeSent', at: '2026-02-01', hasReason: true, hasNewDate: true };
    expect(extended({ events: [notice] })).toBe(null);
  });
});
