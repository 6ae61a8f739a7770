import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fixture from '#tests/fixtures/clock-vectors.json' with { type: 'json' };
import { expectProblem, startSite, type Site } from '#tests/support/site.ts';

let site: Site;
beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const ask = (query: Record<string, string>) =>
  site.ask(`/api/v1/deadlines?${new URLSearchParams(query).toString()}`);
const post = (body: unknown) =>
  site.ask('/api/v1/deadlines', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const good = { rule: 'hipaa.accounting', receivedAt: '2026-01-15T10:00:00-05:00' };

describe('the machine call', () => {
  it('gives every vector its dates, by POST, and by GET where nothing happened since', async () => {
    for (const vector of fixture.vectors) {
      const { rule, receivedAt, timeZone, holidays, events } = vector;
      const { startDate, dueDate, extendedDueDate, effectiveDueDate, dueAtExclusive } = vector;
      const dates = { startDate, dueDate, extendedDueDate, effectiveDueDate, dueAtExclusive };
      const answers = [await post({ rule, receivedAt, timeZone, holidays, events })];
      if (events.length === 0)
        answers.push(await ask({ rule, receivedAt, timeZone, holidays: holidays.join(',') }));
      for (const answer of answers) {
        expect(answer.status, vector.id).toBe(200);
        expect(answer.json(), vector.id).toMatchObject({
          ...dates,
          rule,
          explanation: expect.arrayContaining([expect.stringContaining('Last day')]),
        });
      }
    }
  }, 60_000);

  it('takes the facility’s zone and holidays where none are given, and says who sets the date', async () => {
    const law = (await ask({ rule: 'hipaa.access', receivedAt: '2026-11-20' })).json();
    expect(law).toMatchObject({ timeZone: 'America/New_York', basis: 'law', effectiveDueDate: '2026-12-20' });
    const promise = { rule: 'promise.question', receivedAt: '2026-11-20' };
    // Thanksgiving is a holiday of Riverbend.
    expect((await ask(promise)).json()).toMatchObject({
      basis: 'promise',
      citation: null,
      effectiveDueDate: '2026-12-07',
    });
    expect((await ask({ ...promise, holidays: '' })).json()).toMatchObject({
      effectiveDueDate: '2026-12-04',
    });
    expect((await ask({ ...promise, locale: 'es' })).text).toContain('Ninguna ley la fija');
    // A plus sign that nobody encoded.
    const plus = await site.ask(
      '/api/v1/deadlines?rule=eu.gdpr.art12&receivedAt=2026-01-31T10:00:00+01:00&timeZone=Europe/Berlin',
    );
    expect(plus.json()).toMatchObject({ effectiveDueDate: '2026-03-02' });
  });

  it('counts pauses, by POST and in an address', async () => {
    const uk = { rule: 'uk.gdpr.art12a', receivedAt: '2027-02-10', timeZone: 'Europe/London' };
    const pauses = [
      { reason: 'clarification', from: '2027-02-12', to: '2027-02-20' },
      { reason: 'fee', from: '2027-02-13' },
    ];
    const inAddress = 'clarification:2027-02-12/2027-02-20,fee:2027-02-13/';
    for (const answer of [
      await post({ ...uk, holidays: [], pauses }),
      await ask({ ...uk, holidays: '', pauses: inAddress }),
    ])
      expect(answer.json()).toMatchObject({
        dueDate: '2027-03-10',
        effectiveDueDate: '2027-03-19',
        explanation: expect.arrayContaining([
          expect.stringContaining('9 days do not count'),
          expect.stringContaining('what it costs. That alone does not move the last day'),
        ]),
      });
    const refused = await ask({ ...good, pauses: inAddress });
    expectProblem(refused, 400, {
      wrong: expect.arrayContaining([
        expect.objectContaining({ at: 'pauses.0.reason', code: 'pauseNotInRule' }),
      ]),
    });
  });

  it.each<[string, Record<string, unknown>]>([
    ['rule', { rule: 'hipaa.nonsense' }],
    ['receivedAt', { receivedAt: '1899-12-31' }],
    ['receivedAt', { receivedAt: '2200-01-02T00:00:00Z' }],
    ['receivedAt', { receivedAt: '2026-01-31T09:00:00' }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['holidays.1', { holidays: ['2026-01-01', '1 May'] }],
    ['holidays.1', { holidays: ['2026-01-01', '2026-01-01'] }],
    ['holidays', { holidays: 'none' }],
    ['events', { events: Array.from({ length: 10_000 }, () => ({ type: 'x', at: 'x' })) }],
    ['events.0.at', { events: [{ type: 'feePaid', at: 'yesterday' }] }],
    ['events.1', { events: Array.from({ length: 2 }, () => ({ type: 'feePaid', at: '2026-02-01' })) }],
    ['pauses', { pauses: 'fee' }],
    ['pauses.0.from', { rule: 'uk.gdpr.art12a', pauses: [{ reason: 'fee', from: '2026-01-14' }] }],
    [
      'pauses.0.to',
      { rule: 'uk.gdpr.art12a', pauses: [{ reason: 'fee', from: '2026-01-20', to: '2026-01-19' }] },
    ],
    ['pauses.0.reason', { pauses: [{ reason: 'identity', from: '2026-01-20' }] }],
    ['pauses.0.until', { pauses: [{ reason: 'identity', from: '2026-01-20', until: '2026-01-22' }] }],
    ['events.0.colour', { events: [{ type: 'feePaid', at: '2026-02-01', colour: 'red' }] }],
    ['facilityId', { facilityId: '2' }],
  ])('refuses a wrong %s by its name', async (at, change) => {
    const answer = await post({ ...good, ...change });
    expectProblem(answer, 400, { wrong: expect.arrayContaining([expect.objectContaining({ at })]) });
    expect(answer.text).toContain(`Look at: ${at}`);
    expect(answer.text.length).toBeLessThan(3_000);
  });

  it('refuses what is no question at all', async () => {
    expectProblem(await post('{'), 400);
    expectProblem(await post('{"rule":"hipaa.access","rule":"hipaa.access","receivedAt":"2026-01-15"}'), 400);
    expectProblem(await post(' '.repeat(300_000)), 413);
    expectProblem(await site.ask('/api/v1/deadlines'), 400);
    expectProblem(
      await site.ask('/api/v1/deadlines?rule=hipaa.access&rule=hipaa.access&receivedAt=2026-01-15'),
      400,
    );
    expectProblem(await ask({ ...good, colour: 'red' }), 400);
  });
});

describe('the page', () => {
  const page = (query: Record<string, string> = {}) =>
    site.ask(`/deadlines?${new URLSearchParams(query).toString()}`);

  it('shows the last day, who sets it, the working and what extra time would give', async () => {
    const { status, text } = await page({ rule: 'hipaa.accounting', receivedOn: '2026-03-18' });
    expect(status).toBe(200);
    for (const words of [
      'By Sunday, May 17, 2026',
      '45 CFR 164.528(c)(1)',
      'counted 60 calendar days',
      'We did not move the date',
      'Tuesday, June 16, 2026',
      'not legal advice',
    ])
      expect(text).toContain(words);
  });

  it('says due today on the whole last day, and not late', async () => {
    // The clock of the site stands at 22 November 2026 in New York.
    const today = await page({ rule: 'hipaa.access', receivedOn: '2026-10-23' });
    expect(today.text).toContain('Due today');
    expect((await page({ rule: 'hipaa.access', receivedOn: '2026-10-22' })).text).toContain('1 day ago');
  });

  it('counts what happened since, in lines of the address', async () => {
    const { text } = await page({
      rule: 'hipaa.accounting',
      receivedOn: '2026-01-15',
      calendar: 'none',
      event1: 'extensionNoticeSent',
      on1: '2026-03-01',
    });
    expect(text).toContain('By Wednesday, April 15, 2026');
    expect(text).toContain('name="event3"');
  });

  it('counts hours from the time of day, and from its beginning where nobody says one', async () => {
    const asked = {
      rule: 'eu.gdpr.art33',
      receivedOn: '2027-01-07',
      timeZone: 'Europe/Berlin',
      calendar: 'none',
    };
    const { text } = await page({ ...asked, time: '09:20' });
    expect(text).toContain('By January 10, 2027 at 9:20 AM GMT+1');
    expect(text).toContain('From January 7, 2027 at 9:20 AM GMT+1 on, we counted 72 hours');
    expect((await page(asked)).text).toContain('By January 10, 2027 at 12:00 AM GMT+1');
    // Of days the time changes nothing.
    const day = await page({ rule: 'hipaa.access', receivedOn: '2026-10-23', time: '23:59' });
    expect(day.text).toContain('Due today');
  });

  it('counts when somebody was waited for, in lines of the address', async () => {
    const { status, text } = await page({
      rule: 'uk.gdpr.art12a',
      receivedOn: '2027-02-10',
      calendar: 'none',
      pause1: 'clarification',
      from1: '2027-02-12',
      to1: '2027-02-20',
    });
    expect(status).toBe(200);
    expect(text).toContain('By Friday, March 19, 2027');
    expect(text).toContain('9 days do not count');
    expect(text).toContain('name="pause3"');
  });

  it.each<[Record<string, string>, string]>([
    [{ rule: '', receivedOn: '2026-01-15' }, 'Choose what was asked'],
    [{ rule: 'hipaa.access', receivedOn: '1800-01-01' }, 'from 1900 to 2199'],
    [{ rule: 'hipaa.access', receivedOn: '2026-01-15', timeZone: 'Mars/Olympus' }, 'no such time zone'],
    [{ rule: 'hipaa.access', receivedOn: '2026-01-15', calendar: 'own', days: '1 May' }, 'Look at “1”'],
    [{ rule: 'hipaa.access', receivedOn: '2026-01-15', event1: 'feePaid', on1: '2026-01-14' }, 'not before'],
    [
      { rule: 'hipaa.access', receivedOn: '2026-01-15', pause1: 'fee', from1: '2026-01-20' },
      'does not stop for this',
    ],
    [
      { rule: 'uk.gdpr.art12a', receivedOn: '2026-01-15', pause1: 'fee', from1: '2026-01-14' },
      'not before the day',
    ],
    [{ rule: 'uk.gdpr.art12a', receivedOn: '2026-01-15', from1: '2026-01-16' }, 'Choose what was waited for'],
    [
      {
        rule: 'uk.gdpr.art12a',
        receivedOn: '2026-01-15',
        pause2: 'identity',
        from2: '2026-01-20',
        to2: '2026-01-19',
      },
      'before it was asked for',
    ],
    [{ rule: 'hipaa.access', receivedOn: '2026-01-15', foreign: 'x' }, 'role="alert"'],
  ])('%o comes back with words', async (query, words) => {
    const answer = await page(query);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(words);
    expect(answer.text).toContain('role="alert"');
  });
});
