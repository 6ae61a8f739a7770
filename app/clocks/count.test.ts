import { describe, expect, it } from 'vitest';
import fixture from '#tests/fixtures/clock-vectors.json' with { type: 'json' };
import { countClock, type ClockInput } from './count.ts';
import { explainClock } from './explain.ts';
import { ClockInputError, type ClockEvent } from './input.ts';
import { clockRule, isRuleId, ruleIds, type RuleId } from './rules.ts';
import { freeAccountingAgainFrom, lookBackWindow } from './windows.ts';

const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function weekdayOf(date: string): string | undefined {
  return weekdays[(new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7];
}

describe('clock vectors', () => {
  it.each(fixture.vectors)('$id: $why', (vector) => {
    const count = countClock({
      rule: vector.rule as RuleId,
      receivedAt: vector.receivedAt,
      timeZone: vector.timeZone,
      holidays: vector.holidays,
      events: vector.events as ClockEvent[],
    });
    const { startDate, dueDate, extendedDueDate, effectiveDueDate, dueAtExclusive } = vector;
    expect(count).toMatchObject({ startDate, dueDate, extendedDueDate, effectiveDueDate, dueAtExclusive });
    expect(weekdayOf(count.dueDate)).toBe(vector.dueWeekday);
  });

  it.each(fixture.windows)('$id: $why', (window) => {
    if (window.rule === 'hipaa.accounting.lookback') {
      expect(lookBackWindow(window.at)).toEqual({ from: window.from, to: window.to });
    } else {
      expect(window.rule).toBe('hipaa.accounting.freeAgainFrom');
      expect(freeAccountingAgainFrom(window.at)).toBe(window.from);
    }
  });
});

describe('rules', () => {
  it.each(Object.entries(fixture.rules))('%s is what the fixture says', (id, facts) => {
    expect(isRuleId(id)).toBe(true);
    const rule = clockRule(id as RuleId);
    expect({ unit: rule.unit, n: rule.n, roll: rule.roll, cite: rule.citation }).toEqual({
      unit: facts.unit,
      n: facts.n,
      roll: facts.roll,
      cite: facts.cite,
    });
    expect(rule.extension?.n ?? null).toBe(facts.ext);
    const pauses = { 'law-enforcement': 'lawEnforcement', 'policy-suspend': 'policySuspend' }[facts.toll];
    expect(rule.pauses).toBe(pauses ?? facts.toll);
  });

  it('every id has a rule, and every rule called law has its citation', () => {
    for (const id of ruleIds) {
      const rule = clockRule(id);
      expect(rule.id).toBe(id);
      if (rule.basis === 'law') expect(rule.citation).toMatch(/\d/);
    }
  });

  it.each([
    ['promise.optOut', '2026-11-25T09:00:00-05:00', '2026-12-03'],
    ['promise.optOutWithdrawal', '2026-11-28T09:00:00-05:00', '2026-12-04'],
    ['promise.question', '2026-11-20T23:30:00-05:00', '2026-12-07'],
  ] as const)('%s received %s ends on %s (Thanksgiving left out)', (rule, receivedAt, due) => {
    const count = countClock({
      rule,
      receivedAt,
      timeZone: 'America/New_York',
      holidays: ['2026-11-26'],
      events: [],
    });
    expect(count.effectiveDueDate).toBe(due);
    expect(clockRule(rule)).toMatchObject({ basis: 'promise', citation: null });
  });
});

describe('promises', () => {
  const promise = (rule: RuleId, promised?: number) =>
    countClock({
      rule,
      receivedAt: '2026-11-20T09:00:00-05:00',
      timeZone: 'America/New_York',
      holidays: ['2026-11-26'],
      events: [],
      promised,
    });

  it.each(['promise.restriction', 'promise.recall', 'promise.complaint', 'promise.appeal'] as const)(
    '%s is 30 calendar days, which no holiday moves',
    (rule) => {
      expect(promise(rule).effectiveDueDate).toBe('2026-12-20');
      expect(clockRule(rule)).toMatchObject({ basis: 'promise', citation: null });
    },
  );

  it('the number that the facility promised counts, in the unit of the rule', () => {
    expect(promise('promise.question', 5).effectiveDueDate).toBe('2026-11-30');
    expect(promise('promise.complaint', 5).effectiveDueDate).toBe('2026-11-25');
    expect(promise('promise.complaint', 366).effectiveDueDate).toBe('2027-11-21');
    expect(explainClock(promise('promise.question', 5), 'en').join(' ')).toContain('counted 5 business days');
  });

  it.each<[RuleId, number]>([
    ['promise.complaint', 0],
    ['promise.complaint', 367],
    ['promise.complaint', 1.5],
    ['promise.complaint', Number.NaN],
    ['hipaa.accounting', 90],
    ['eu.gdpr.art12', 1],
  ])('refuses %s with %s', (rule, promised) => {
    expect(() => promise(rule, promised)).toThrowError(expect.objectContaining({ code: 'badPromised' }));
  });
});

describe('extensions', () => {
  const notice = (at: string, more: object = { hasReason: true, hasNewDate: true }): ClockEvent => ({
    type: 'extensionNoticeSent',
    at,
    ...more,
  });
  const accounting = (events: ClockEvent[], rule: RuleId = 'hipaa.accounting') =>
    countClock({
      rule,
      receivedAt: '2026-01-15T10:00:00-05:00',
      timeZone: 'America/New_York',
      holidays: [],
      events,
    });

  it.each([
    ['2026-03-16T23:59:59-04:00', { hasReason: true, hasNewDate: true }, '2026-04-15', 'extensionTaken'],
    ['2026-03-17T00:00:00-04:00', { hasReason: true, hasNewDate: true }, '2026-03-16', 'late'],
    ['2026-03-17T03:30:00Z', { hasReason: true, hasNewDate: true }, '2026-04-15', 'extensionTaken'],
    ['2026-03-10T09:00:00-04:00', { hasReason: true }, '2026-03-16', 'noNewDate'],
    ['2026-03-10T09:00:00-04:00', { hasNewDate: true }, '2026-03-16', 'noReason'],
  ])('hipaa.accounting, notice at %s with %o: %s (%s)', (at, more, due, outcome) => {
    const count = accounting([notice(at, more)]);
    expect(count.effectiveDueDate).toBe(due);
    expect(count.extended).toBe(outcome === 'extensionTaken');
    const step = count.steps.find((each) => each.kind.startsWith('extension'));
    expect(step?.kind === 'extensionRefused' ? step.because : step?.kind).toBe(outcome);
  });

  it.each([
    ['2026-03-30', '2026-03-30'],
    ['2026-04-15', '2026-04-15'],
    // Outside of what may be named: never before the first period ends, never past the longest day.
    ['2026-03-01', '2026-03-16'],
    ['2026-06-01', '2026-04-15'],
  ])('counts to the day that the notice named: %s gives %s', (namedOn, due) => {
    const count = accounting([
      notice('2026-03-10T09:00:00-04:00', { hasReason: true, hasNewDate: true, namedOn }),
    ]);
    expect(count.effectiveDueDate).toBe(due);
    expect(count.extendedDueDate).toBe('2026-04-15');
    const named = count.steps.find(({ kind }) => kind === 'extensionNamed');
    expect(named ?? null).toEqual(
      due === '2026-04-15'
        ? null
        : { kind: 'extensionNamed', named: namedOn, to: due, allowed: '2026-04-15' },
    );
  });

  // Before the pause the first period ends on Tue 5 January, the longest on Fri 5 March 2027.
  it.each([
    ['2027-01-05', '2027-02-01', 'January 25, 2027', 'February 1, 2027'],
    ['2027-02-10', '2027-03-09', 'January 25, 2027', 'March 9, 2027'],
  ])(
    'what a notice named is told as it named it: answered on %s, the last day is %s',
    (on, due, named, last) => {
      const count = countClock({
        rule: 'uk.gdpr.art12a',
        receivedAt: '2026-12-05T10:00:00Z',
        timeZone: 'Europe/London',
        holidays: [],
        events: [
          notice('2026-12-29T10:00:00Z', { hasReason: true, hasNewDate: true, namedOn: '2027-01-25' }),
          { type: 'clarificationRequested', at: '2026-12-30T10:00:00Z' },
          { type: 'clarificationReceived', at: `${on}T10:00:00Z` },
        ],
      });
      expect(count.effectiveDueDate).toBe(due);
      const told = explainClock(count, 'en').find((sentence) =>
        sentence.includes('notice that we sent you names'),
      );
      expect(told).toContain(`names Monday, ${named}`);
      expect(told).toContain(last);
    },
  );

  it('allows one only, and a faulty notice does not use it up', () => {
    const count = accounting([
      notice('2026-02-01T09:00:00-05:00', {}),
      notice('2026-02-02T09:00:00-05:00'),
      notice('2026-03-01T09:00:00-05:00'),
    ]);
    expect(count.effectiveDueDate).toBe('2026-04-15');
    expect(count.steps.flatMap((step) => (step.kind === 'extensionRefused' ? [step.because] : []))).toEqual([
      'noReason',
      'alreadyExtended',
    ]);
  });

  it('is refused where the rule has none', () => {
    const count = accounting([notice('2026-01-20T09:00:00-05:00')], 'hipaa.breach.individual');
    expect(count.effectiveDueDate).toBe('2026-03-16');
    expect(count.steps).toContainEqual({
      kind: 'extensionRefused',
      noticeOn: '2026-01-20',
      because: 'ruleHasNone',
    });
  });
});

describe('refusals', () => {
  const good: ClockInput = {
    rule: 'hipaa.access',
    receivedAt: '2026-01-31T09:00:00-05:00',
    timeZone: 'America/New_York',
    holidays: [],
    events: [],
  };
  const event = (more: object) => ({ events: [{ type: 'feePaid', at: good.receivedAt, ...more }] });
  const hold = (until: unknown) => event({ type: 'lawEnforcementWrittenHold', until });

  it.each<[string, object]>([
    ['unknownRule', { rule: 'hipaa.nonsense' }],
    ['unknownRule', { version: 2 }],
    ['badTimeZone', { timeZone: 'Mars/Olympus' }],
    ['badTimeZone', { timeZone: '+05:00' }],
    ['badTimeZone', { timeZone: '' }],
    ['badReceivedAt', { receivedAt: '2026-01-31' }],
    ['badReceivedAt', { receivedAt: '2026-01-31T09:00:00' }],
    ['badReceivedAt', { receivedAt: '2026-02-30T09:00:00Z' }],
    ['badReceivedAt', { receivedAt: '2026-01-31T24:30:00Z' }],
    ['badReceivedAt', { receivedAt: '0001-01-01T00:00:00Z' }],
    ['badReceivedAt', { receivedAt: '1900-01-01T00:00:00Z' }],
    ['badReceivedAt', { receivedAt: '2200-01-01T12:00:00Z' }],
    ['badHoliday', { holidays: ['2200-01-01'] }],
    ['badHoliday', { holidays: ['2026-13-01'] }],
    ['badHoliday', { holidays: ['1 January 2026'] }],
    ['badEventType', event({ type: 'wish' })],
    ['badEventAt', event({ at: 'yesterday' })],
    ['badEventUntil', hold(undefined)],
    ['badEventUntil', hold('2026-01-30')],
    ['eventBeforeReceipt', event({ at: '2026-01-30T23:59:00-05:00' })],
  ])('%s: %o', (code, change) => {
    expect(() => countClock({ ...good, ...change })).toThrowError(
      expect.objectContaining({ name: 'ClockInputError', code }),
    );
  });

  it('refuses a window from a date that does not exist', () => {
    expect(() => lookBackWindow('2026-02-29')).toThrowError(ClockInputError);
  });
});
