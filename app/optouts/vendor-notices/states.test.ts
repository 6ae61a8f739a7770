import { describe, expect, it } from 'vitest';
import { chaseDue, judgeAnswer, stateOfVendorNotice, type NoticeInstants } from './states.ts';

const day = (n: number) => new Date(Date.UTC(2026, 10, n));
const owed: NoticeInstants = {
  kind: 'stop',
  owedAt: day(1),
  sentAt: null,
  failedAt: null,
  acknowledgedAt: null,
  answeredAt: null,
  reminders: 0,
  escalatedAt: null,
  closedAt: null,
};
const sent = { ...owed, sentAt: day(1) };
const schedule = { remindAfter: [7, 14], escalateAfter: 14 };

describe('where a notice stands', () => {
  it.each([
    [owed, 'owed'],
    [sent, 'silent'],
    [{ ...sent, failedAt: day(2) }, 'failed'],
    [{ ...sent, acknowledgedAt: day(2) }, 'acknowledged'],
    [{ ...sent, acknowledgedAt: day(2), escalatedAt: day(20) }, 'escalated'],
    [{ ...sent, escalatedAt: day(20), answeredAt: day(21) }, 'answered'],
    [{ ...sent, closedAt: day(3) }, 'closed'],
  ])('%#', (notice, state) => expect(stateOfVendorNotice(notice)).toBe(state));
});

describe('what is due', () => {
  it.each([
    ['six days after', sent, 7, { remindTo: null, escalate: false }],
    ['a week after', sent, 8, { remindTo: 1, escalate: false }],
    ['a week after, told once', { ...sent, reminders: 1 }, 8, { remindTo: null, escalate: false }],
    ['a month late: one reminder', sent, 29, { remindTo: 2, escalate: true }],
    ['never sent: no reminder, but an officer', owed, 20, { remindTo: null, escalate: true }],
    ['answered', { ...sent, answeredAt: day(2) }, 29, { remindTo: null, escalate: false }],
    [
      'an end that was acknowledged',
      { ...sent, kind: 'ended' as const, acknowledgedAt: day(2) },
      29,
      { remindTo: null, escalate: false },
    ],
  ])('%s', (_name, notice, on, due) => expect(chaseDue(notice, schedule, day(on))).toEqual(due));
});

describe('an answer', () => {
  const days = { earliestOn: '2026-03-02', today: '2026-11-29' };
  const said = { deeds: ['stopped' as const], sinceOn: '2026-11-29', text: '', hasProof: false };
  it.each([
    [said, null],
    [{ ...said, deeds: [] }, 'nothingSaid'],
    [{ ...said, sinceOn: null }, 'sinceMissing'],
    [{ ...said, sinceOn: '2026-11-30' }, 'inFuture'],
    [{ ...said, sinceOn: '2026-03-01' }, 'tooEarly'],
    [{ ...said, deeds: ['deleted' as const] }, 'proofMissing'],
    [{ ...said, deeds: ['deleted' as const], hasProof: true }, null],
    [{ ...said, deeds: ['cannot' as const], sinceOn: null }, 'sayWhy'],
    [{ ...said, deeds: ['cannot' as const], sinceOn: null, text: 'The model is sold' }, null],
    [{ ...said, deeds: ['cannot' as const], text: 'The model is sold' }, 'contradiction'],
    [{ ...said, deeds: ['stopped' as const, 'cannot' as const], text: 'Not from backups' }, null],
  ])('%# is taken or refused', (answer, refusal) => expect(judgeAnswer(answer, days)).toBe(refusal));
});
