import { describe, expect, it } from 'vitest';
import { dueLine, type DueFacts } from './due-line.ts';

const due: DueFacts = {
  ruleId: 'hipaa.accounting',
  ruleVersion: 1,
  dueOn: new Date('2027-05-14'),
  timeZone: 'America/Los_Angeles',
  respondedAt: null,
  closedAt: null,
};
// Still May 11 in Los Angeles.
const now = new Date('2027-05-12T05:00:00Z');

describe('dueLine', () => {
  it.each([
    [now, 'en', 'Last day by law: Friday, May 14, 2027. 3 days are left.'],
    [now, 'es', 'Último día según la ley: viernes, 14 de mayo de 2027. Quedan 3 días.'],
    // The last minute of the last day, and the first of the next.
    [new Date('2027-05-15T06:59:00Z'), 'en', 'Last day by law: Friday, May 14, 2027. That is today.'],
    [
      new Date('2027-05-15T07:00:00Z'),
      'en',
      'The last day by law was Friday, May 14, 2027. We are 1 day late.',
    ],
  ] as const)('counts days of the facility’s zone: at %s in %s', (at, locale, words) => {
    expect(dueLine(due, at, locale)).toBe(words);
  });

  it('does not call a promise law', () => {
    expect(dueLine({ ...due, ruleId: 'promise.question' }, now, 'en')).toBe(
      'Last day by our own promise: Friday, May 14, 2027. 3 days are left.',
    );
  });

  it('says nothing of a date once the request is answered or closed', () => {
    expect(dueLine({ ...due, respondedAt: now }, now, 'en')).toBeNull();
    expect(dueLine({ ...due, closedAt: now }, now, 'en')).toBeNull();
  });
});
