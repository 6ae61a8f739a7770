import { describe, expect, it } from 'vitest';
import { countClock, type ClockInput } from './count.ts';
import type { ClockEvent } from './input.ts';

const london = 'Europe/London';
const holidays2026 = ['2026-04-03', '2026-04-06', '2026-12-25', '2026-12-28'];

function uk(receivedAt: string, events: ClockEvent[]) {
  return countClock({ rule: 'uk.gdpr.art12a', receivedAt, timeZone: london, holidays: holidays2026, events });
}

function kinds(count: ReturnType<typeof countClock>): string[] {
  return count.steps.map((step) => step.kind);
}

describe('pauses', () => {
  const asked = (at: string): ClockEvent => ({ type: 'clarificationRequested', at });
  const answered = (at: string): ClockEvent => ({ type: 'clarificationReceived', at });

  it('UK: the days from asking to receiving, both included, do not count', () => {
    const count = uk('2026-09-01T10:00:00+01:00', [
      asked('2026-09-07T10:00:00+01:00'),
      answered('2026-09-10T10:00:00+01:00'),
    ]);
    // 1 Oct + 4 days = Mon 5 Oct
    expect(count).toMatchObject({ dueDate: '2026-10-01', effectiveDueDate: '2026-10-05', openPause: null });
    expect(count.steps).toContainEqual({
      kind: 'paused',
      reason: 'clarification',
      from: '2026-09-07',
      to: '2026-09-10',
      days: 4,
    });
  });

  it('UK: asked twice before one answer is one pause; asked and answered on one day is one day', () => {
    expect(
      uk('2026-09-01T10:00:00+01:00', [
        asked('2026-09-07T10:00:00+01:00'),
        asked('2026-09-08T10:00:00+01:00'),
        answered('2026-09-10T10:00:00+01:00'),
      ]).effectiveDueDate,
    ).toBe('2026-10-05');
    expect(
      uk('2026-09-01T10:00:00+01:00', [
        asked('2026-09-07T10:00:00+01:00'),
        answered('2026-09-07T15:00:00+01:00'),
      ]).effectiveDueDate,
    ).toBe('2026-10-02');
  });

  it('UK: the pause lengthens the time for the extension notice, and the extended period', () => {
    const count = uk('2026-09-01T10:00:00+01:00', [
      asked('2026-09-07T10:00:00+01:00'),
      answered('2026-09-10T10:00:00+01:00'),
      { type: 'extensionNoticeSent', at: '2026-10-05T10:00:00+01:00', hasReason: true },
    ]);
    // 1 Dec + 4 days = Sat 5 Dec, moves to Mon 7 Dec
    expect(count).toMatchObject({
      extended: true,
      effectiveDueDate: '2026-12-07',
      extendedDueDate: '2026-12-01',
    });
  });

  it('UK: an unanswered question leaves the clock stopped, with the days that were left', () => {
    const count = uk('2026-09-01T10:00:00+01:00', [asked('2026-09-28T10:00:00+01:00')]);
    expect(count.openPause).toEqual({
      reason: 'clarification',
      sinceOn: '2026-09-28',
      daysLeft: 4,
      boundOn: null,
    });
    expect(kinds(count)).toContain('pauseOpen');
  });

  it('UK: asked after the last day, it changes nothing', () => {
    const count = uk('2026-09-01T10:00:00+01:00', [
      asked('2026-10-02T10:00:00+01:00'),
      answered('2026-10-09T10:00:00+01:00'),
    ]);
    expect(count.effectiveDueDate).toBe('2026-10-01');
    expect(kinds(count)).toContain('pauseTooLate');
  });

  it('UK: identity information asked for after the last day does not start the month again', () => {
    const count = uk('2026-09-01T10:00:00+01:00', [
      { type: 'identityInfoRequested', at: '2026-10-02T10:00:00+01:00' },
      { type: 'identityInfoReceived', at: '2026-10-09T10:00:00+01:00' },
    ]);
    expect(count).toMatchObject({ startDate: '2026-09-01', effectiveDueDate: '2026-10-01', openPause: null });
  });

  it('UK: the fee, paid last, is the start; identity still awaited is no start', () => {
    const paid = uk('2026-09-01T10:00:00+01:00', [
      { type: 'identityInfoReceived', at: '2026-09-03T10:00:00+01:00' },
      { type: 'feePaid', at: '2026-09-09T10:00:00+01:00' },
    ]);
    expect(paid).toMatchObject({ startDate: '2026-09-09', effectiveDueDate: '2026-10-09' });
    const waiting = uk('2026-09-01T10:00:00+01:00', [
      { type: 'identityInfoRequested', at: '2026-09-02T10:00:00+01:00' },
    ]);
    expect(waiting.openPause).toEqual({
      reason: 'identity',
      sinceOn: '2026-09-02',
      daysLeft: 30,
      boundOn: null,
    });
  });

  it.each([
    [undefined, '2026-08-17', 'notPaused'],
    [true, '2026-08-19', 'paused'],
  ])('GDPR: suspendByPolicy %s gives %s', (suspendByPolicy, due, kind) => {
    const input: ClockInput = {
      rule: 'eu.gdpr.art12',
      receivedAt: '2026-07-15T10:00:00+02:00',
      timeZone: 'Europe/Berlin',
      holidays: [],
      events: [
        { type: 'identityInfoRequested', at: '2026-07-20T10:00:00+02:00' },
        { type: 'clarificationRequested', at: '2026-07-21T10:00:00+02:00' },
        { type: 'identityInfoReceived', at: '2026-07-23T10:00:00+02:00' },
        { type: 'clarificationReceived', at: '2026-07-24T10:00:00+02:00' },
      ],
    };
    const count = countClock({ ...input, suspendByPolicy });
    // Sat 15 Aug moves to Mon 17; with 4 days that do not count (21–24 July, none twice), Wed 19
    expect(count).toMatchObject({ dueDate: '2026-08-17', effectiveDueDate: due });
    expect(kinds(count)).toContain(kind);
  });

  const breach = (events: ClockEvent[]) =>
    countClock({
      rule: 'hipaa.breach.individual',
      receivedAt: '2026-06-30T13:00:00-04:00',
      timeZone: 'America/New_York',
      holidays: [],
      events,
    });
  const oral = (at: string): ClockEvent => ({ type: 'lawEnforcementOralHold', at });
  const written = (at: string, until: string): ClockEvent => ({
    type: 'lawEnforcementWrittenHold',
    at,
    until,
  });

  it.each<[string, ClockEvent[], string]>([
    ['a short oral hold inside the sixty days', [oral('2026-07-10T09:00:00-04:00')], '2026-08-29'],
    ['an oral hold: thirty days from its date', [oral('2026-08-20T09:00:00-04:00')], '2026-09-19'],
    [
      'a second oral hold adds nothing',
      [oral('2026-08-20T09:00:00-04:00'), oral('2026-09-10T09:00:00-04:00')],
      '2026-09-19',
    ],
    [
      'a written hold: the time it states',
      [written('2026-08-20T09:00:00-04:00', '2026-12-01')],
      '2026-12-01',
    ],
    [
      'a written statement inside the thirty days takes the place of the oral one',
      [oral('2026-08-20T09:00:00-04:00'), written('2026-08-25T09:00:00-04:00', '2026-09-05')],
      '2026-09-05',
    ],
    ['a hold stated after the last day', [oral('2026-08-30T09:00:00-04:00')], '2026-08-29'],
  ])('law enforcement: %s', (_title, events, due) => {
    expect(breach(events)).toMatchObject({ dueDate: '2026-08-29', effectiveDueDate: due });
  });

  it('HIPAA: an identity check and an agency statement do not stop an accounting, and the steps say so', () => {
    const count = countClock({
      rule: 'hipaa.accounting',
      receivedAt: '2026-02-02T08:00:00-06:00',
      timeZone: 'America/Chicago',
      holidays: [],
      events: [
        { type: 'identityInfoRequested', at: '2026-02-03T08:00:00-06:00' },
        oral('2026-02-04T08:00:00-06:00'),
      ],
    });
    expect(count.effectiveDueDate).toBe('2026-04-03');
    expect(kinds(count).filter((kind) => kind === 'notPaused')).toHaveLength(2);
  });
});
