import { describe, expect, it } from 'vitest';
import fixture from '#tests/fixtures/clock-vectors.json' with { type: 'json' };
import { locales } from '#app/words/locales.ts';
import { countClock, type ClockInput } from './count.ts';
import { explainClock } from './explain.ts';
import type { ClockEvent } from './input.ts';
import type { RuleId } from './rules.ts';

const sundayNoRoll: ClockInput = {
  rule: 'hipaa.accounting',
  receivedAt: '2026-03-18T12:00:00-04:00',
  timeZone: 'America/New_York',
  holidays: [],
  events: [],
};

describe('explainClock', () => {
  it('tells the working in the order it was done', () => {
    expect(explainClock(countClock(sundayNoRoll), 'en')).toEqual([
      'The law sets this date (45 CFR 164.528(c)(1)).',
      'Day 0 is Wednesday, March 18, 2026 (America/New_York time), the day we received the request.',
      'From the next day on, we counted 60 calendar days. That brings us to Sunday, May 17, 2026.',
      'May 17, 2026 is a Sunday. We did not move the date: the rule (45 CFR 164.528(c)(1)) gives no such move.',
      'Last day: Sunday, May 17, 2026, until midnight at the end of that day in America/New_York.',
    ]);
  });

  it('tells it in Spanish', () => {
    expect(explainClock(countClock(sundayNoRoll), 'es')).toEqual([
      'La ley fija esta fecha (45 CFR 164.528(c)(1)).',
      'El día 0 es el miércoles, 18 de marzo de 2026 (hora de America/New_York), el día en que recibimos la solicitud.',
      'Desde el día siguiente contamos 60 días calendario. Así llegamos al domingo, 17 de mayo de 2026.',
      'El 17 de mayo de 2026 es domingo. No movimos la fecha: la regla (45 CFR 164.528(c)(1)) no lo permite.',
      'Último día: domingo, 17 de mayo de 2026, hasta la medianoche al final de ese día en America/New_York.',
    ]);
  });

  it('names every holiday that the last day moved over, and the law as a language names it', () => {
    const count = countClock({
      rule: 'uk.gdpr.art12a',
      receivedAt: '2026-11-27T15:00:00+00:00',
      timeZone: 'Europe/London',
      holidays: ['2026-12-25', '2026-12-28', '2027-01-01'],
      events: [],
    });
    const told = explainClock(count, 'en');
    const moved = told.indexOf(
      'December 27, 2026 is a Sunday, so the last day moves to Tuesday, December 29, 2026.',
    );
    expect(told[moved + 1]).toBe('Holidays we left out: December 28, 2026.');
    expect(explainClock(count, 'es')[0]).toBe('La ley fija esta fecha (RGPD del Reino Unido, art. 12, 12A).');
  });

  it('waits for nothing any more once the request has ended', () => {
    const count = countClock({
      rule: 'uk.gdpr.art12a',
      receivedAt: '2026-11-27T15:00:00+00:00',
      timeZone: 'Europe/London',
      holidays: [],
      events: [{ type: 'identityInfoRequested', at: '2026-11-29T15:00:00+00:00' }],
    });
    expect(explainClock(count, 'en').join(' ')).toContain('The date can still move.');
    const ended = explainClock(count, 'en', '2026-12-02').join(' ');
    expect(ended).toContain(
      'The count was stopped from Sunday, November 29, 2026 until Wednesday, December 2, 2026, when the request ended.',
    );
    expect(ended).not.toMatch(/can still move|We are waiting/);
    expect(explainClock(count, 'es', '2026-12-02').join(' ')).not.toContain('todavía puede cambiar');
  });

  it('calls a promise a promise, and names the holidays it left out', () => {
    const count = countClock({
      rule: 'promise.question',
      receivedAt: '2026-11-20T09:00:00-05:00',
      timeZone: 'America/New_York',
      holidays: ['2026-11-26', '2026-11-27'],
      events: [],
    });
    const told = explainClock(count, 'en');
    expect(told[0]).toBe('This date is our own promise. No law sets it.');
    expect(told).toContain('Holidays we left out: November 26, 2026 and November 27, 2026.');
  });

  it('says that the fee or the identity papers moved day 0, and that a weekend moved the last day', () => {
    const vector = fixture.vectors.find(({ id }) => id === 'uk-03-identity-restart')!;
    const told = explainClock(countVector(vector), 'en');
    expect(told).toContain('We received the request on Tuesday, September 1, 2026 (Europe/London time).');
    expect(told).toContain(
      'Day 0 is Thursday, September 10, 2026, the day we received what we needed to check who you are.',
    );
    expect(told).toContain(
      'October 10, 2026 is a Saturday, so the last day moves to Monday, October 12, 2026.',
    );
  });

  it.each([
    [
      { type: 'extensionNoticeSent', at: '2026-05-17T09:00:00-04:00', hasReason: true, hasNewDate: true },
      'We told you on Sunday, May 17, 2026, in time, that we need longer. That adds 30 calendar days, and brings us to Tuesday, June 16, 2026.',
    ],
    [
      { type: 'extensionNoticeSent', at: '2026-05-18T09:00:00-04:00', hasReason: true, hasNewDate: true },
      'We told you on Monday, May 18, 2026 that we need longer. That did not move the date: the first period was already over.',
    ],
    [
      { type: 'identityInfoRequested', at: '2026-03-20T09:00:00-04:00' },
      'We asked on Friday, March 20, 2026 for proof of who you are. That did not stop the count: the rule (45 CFR 164.528(c)(1)) gives no such stop.',
    ],
  ] as [ClockEvent, string][])('%o', (event, sentence) => {
    expect(explainClock(countClock({ ...sundayNoRoll, events: [event] }), 'en')).toContain(sentence);
  });

  const pausing: [string, RuleId, ClockEvent[]][] = [
    [
      'a UK pause, an open one and one too late',
      'uk.gdpr.art12a',
      [
        { type: 'clarificationRequested', at: '2026-03-20T09:00:00Z' },
        { type: 'clarificationReceived', at: '2026-03-24T09:00:00Z' },
        { type: 'identityInfoRequested', at: '2026-05-20T09:00:00Z' },
        { type: 'clarificationRequested', at: '2026-03-28T09:00:00Z' },
      ],
    ],
    [
      'holds',
      'hipaa.breach.individual',
      [
        { type: 'lawEnforcementOralHold', at: '2026-03-20T09:00:00Z' },
        { type: 'lawEnforcementWrittenHold', at: '2026-05-10T09:00:00Z', until: '2026-08-01' },
        { type: 'lawEnforcementWrittenHold', at: '2026-09-10T09:00:00Z', until: '2026-10-01' },
      ],
    ],
    ['a month that is too short', 'eu.gdpr.art12', []],
  ];

  it.each(pausing)('has words in every language for %s', (_title, rule, events) => {
    const count = countClock({ ...sundayNoRoll, receivedAt: '2026-01-31T09:00:00Z', rule, events });
    for (const locale of locales) expectWholeSentences(explainClock(count, locale));
  });

  it('has words in every language for every vector, ending with the last day', () => {
    for (const vector of fixture.vectors) {
      const count = countVector(vector);
      const [en, es] = locales.map((locale) => explainClock(count, locale));
      expectWholeSentences(en!);
      expectWholeSentences(es!);
      expect(es).toHaveLength(en!.length);
      for (const [index, sentence] of en!.entries()) expect(es![index]).not.toBe(sentence);
      expect(en!.filter((sentence) => sentence.startsWith('Last day: '))).toHaveLength(1);
      expect(en!.some((sentence) => sentence.includes('our reading'))).toBe(interpretiveIds.has(vector.rule));
    }
  });
});

const interpretiveIds = new Set([
  'ca.ccpa.confirm',
  'ca.ccpa.optOut',
  'us.infoBlocking.infeasibility',
  'eu.gdpr.art33',
  'nhs.ndo.apply',
]);

function countVector(vector: (typeof fixture.vectors)[number]) {
  const { rule, receivedAt, timeZone, holidays, events } = vector;
  return countClock({ rule: rule as RuleId, receivedAt, timeZone, holidays, events: events as ClockEvent[] });
}

function expectWholeSentences(sentences: string[]): void {
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-ZÚ][^{}]*\.$/u);
}
