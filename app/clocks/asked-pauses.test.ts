import { describe, expect, it } from 'vitest';
import { pausesInText, type AskedPause } from './asked-pauses.ts';
import { explainClock } from './explain.ts';
import { askClock, type ClockQuestion } from './question.ts';

const good: ClockQuestion = {
  rule: 'uk.gdpr.art12a',
  receivedAt: '2027-02-10',
  timeZone: 'Europe/London',
  holidays: [],
  events: [],
};
const ask = (pauses: AskedPause[], change: Partial<ClockQuestion> = {}) =>
  askClock({ ...good, ...change, pauses });
const dueOf = (pauses: AskedPause[], change: Partial<ClockQuestion> = {}) => {
  const asked = ask(pauses, change);
  return asked.ok ? asked.count.effectiveDueDate : asked.mistakes;
};
const working = (pauses: AskedPause[], change: Partial<ClockQuestion> = {}) => {
  const asked = ask(pauses, change);
  return asked.ok ? explainClock(asked.count, 'en').join(' ') : '';
};
const fee = (from: string, to?: string): AskedPause => ({ reason: 'fee', from, ...(to ? { to } : {}) });

describe('pauses that are asked about', () => {
  it('are counted as what happened would be', () => {
    expect(dueOf([])).toBe('2027-03-10');
    // March 20 is a Saturday.
    expect(dueOf([{ reason: 'identity', from: '2027-02-12', to: '2027-02-20' }])).toBe('2027-03-22');
    expect(dueOf([{ reason: 'clarification', from: '2027-02-12', to: '2027-02-20' }])).toBe('2027-03-19');
    expect(dueOf([fee('2027-02-12', '2027-02-20')])).toBe('2027-03-22');
    const asked = ask([{ reason: 'clarification', from: '2027-02-12' }]);
    expect(asked.ok && asked.count.openPause).toMatchObject({
      reason: 'clarification',
      sinceOn: '2027-02-12',
    });
  });

  it('say of a fee what it did: paid it begins the period, told alone nothing, told too late nothing', () => {
    expect(working([fee('2027-02-12', '2027-02-20')])).toContain(
      'Day 0 is Saturday, February 20, 2027, the day the fee was paid.',
    );
    expect(dueOf([fee('2027-02-12')])).toBe('2027-03-10');
    expect(working([fee('2027-02-12')])).toContain(
      'We told you on Friday, February 12, 2027 what it costs. That alone does not move',
    );
    expect(dueOf([fee('2027-03-10', '2027-03-15')])).toBe('2027-04-15');
    expect(dueOf([fee('2027-03-11', '2027-03-15')])).toBe('2027-03-10');
    expect(working([fee('2027-03-11', '2027-03-15')])).toContain(
      'We told you what it costs only on Thursday, March 11, 2027. The last day had already passed',
    );
    // In time after all: the count stood still when it was told.
    const stopped = { reason: 'clarification', from: '2027-02-12', to: '2027-03-20' };
    expect(dueOf([stopped, fee('2027-03-11', '2027-03-15')])).not.toBe(dueOf([stopped]));
    // The second time it was told too late; what was paid before it counts.
    expect(dueOf([fee('2027-02-12', '2027-02-20'), fee('2027-03-23', '2027-03-25')])).toBe('2027-03-22');
  });

  it('count under the GDPR where the facility chose that reading', () => {
    const eu = { rule: 'eu.gdpr.art12' };
    const pauses = [{ reason: 'identity', from: '2027-02-12', to: '2027-02-22' }];
    expect(dueOf(pauses, { ...eu, suspendByPolicy: true })).toBe('2027-03-22');
    expect(dueOf(pauses, eu)).toBe('2027-03-10');
    expect(working(pauses, eu)).toContain('That did not stop the count');
  });

  it.each<[string, string, AskedPause[], Partial<ClockQuestion>]>([
    ['pauses.0.reason', 'badPauseReason', [{ reason: 'wish', from: '2027-02-12' }], {}],
    ['pauses.0.reason', 'pauseNotInRule', [fee('2027-02-12')], { rule: 'eu.gdpr.art12' }],
    [
      'pauses.0.reason',
      'pauseNotInRule',
      [{ reason: 'identity', from: '2027-02-12' }],
      { rule: 'hipaa.access' },
    ],
    [
      'pauses.0.reason',
      'pauseNotInRule',
      [{ reason: 'identity', from: '2027-02-12' }],
      { rule: 'hipaa.breach.individual' },
    ],
    ['pauses.0.reason', 'pauseNotInRule', [fee('2027-02-12')], { rule: 'promise.question' }],
    ['pauses.0.from', 'badPauseDay', [fee('tomorrow')], {}],
    ['pauses.0.from', 'badPauseDay', [fee('2200-01-01')], {}],
    ['pauses.0.from', 'badPauseDay', [fee('')], {}],
    ['pauses.0.from', 'pauseBeforeReceipt', [fee('2027-02-09')], {}],
    ['pauses.1.to', 'pauseEndsEarly', [fee('2027-02-12', '2027-02-12'), fee('2027-02-14', '2027-02-13')], {}],
    ['pauses.0.to', 'badPauseDay', [fee('2027-02-12', '2027-02-30')], {}],
    [
      'pauses.0.from',
      'pausesOverlap',
      [fee('2027-02-14', '2027-02-20'), fee('2027-02-12', '2027-02-15')],
      {},
    ],
    ['pauses.1.from', 'pausesOverlap', [fee('2027-02-12'), fee('2027-02-13', '2027-02-15')], {}],
    ['pauses', 'tooManyPauses', Array.from({ length: 31 }, () => fee('2027-02-12')), {}],
  ])('tell what is wrong by its field: %s, %s', (field, code, pauses, change) => {
    expect(dueOf(pauses, change)).toEqual([{ field, code, value: expect.any(String) as string }]);
  });

  it('follow each other day by day, and many of them take no time', () => {
    const days = Array.from({ length: 20 }, (_, day) => `2027-02-${day + 10}`.slice(0, 10)).filter(
      (day) => day <= '2027-02-28',
    );
    const pauses = days.map((day) => ({ reason: 'clarification', from: day, to: day }));
    expect(dueOf(pauses)).toBe('2027-03-29');
    const events = Array.from({ length: 100 }, (_, at) => ({
      type: at % 2 ? 'feePaid' : 'feeTold',
      at: `2027-02-11T${String(Math.floor(at / 60)).padStart(2, '0')}:${String(at % 60).padStart(2, '0')}:00Z`,
    }));
    const began = performance.now();
    expect(dueOf([], { events })).toBe('2027-03-11');
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});

describe('pausesInText', () => {
  it('reads them out of an address', () => {
    expect(pausesInText('')).toEqual([]);
    expect(pausesInText('identity:2027-02-01/2027-02-09,fee:2027-03-01/,fee:2027-03-02')).toEqual([
      { reason: 'identity', from: '2027-02-01', to: '2027-02-09' },
      { reason: 'fee', from: '2027-03-01' },
      { reason: 'fee', from: '2027-03-02' },
    ]);
    expect(pausesInText('nonsense')).toEqual([{ reason: 'nonsense', from: '' }]);
  });
});
