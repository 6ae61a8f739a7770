import { parse } from 'csv-parse/sync';
import ICAL from 'ical.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { beat } from '#app/facility/heartbeat.server.ts';
import { draftAnswer, sendAnswer } from '#app/requests/answer.server.ts';
import { enterRequest } from '#app/requests/filing.server.ts';
import { readQueueFilter } from '#app/requests/queue.ts';
import { queueCounts } from '#app/requests/queue-counts.server.ts';
import { queuePage } from '#app/requests/queue.server.ts';
import { queuePageSize } from '#app/requests/reading.server.ts';
import { reportCsv } from '#app/requests/reports.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { localDate } from '#app/words/dates.ts';
import { tellRequests } from '#prisma/seed/requests.server.ts';
import { allOn } from '#tests/support/days.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { asForm, signIn, startSite, type Site } from '#tests/support/site.ts';
import { castMember, hours, minutes, patientOf, personOf } from '#tests/support/world.ts';

let site: Site;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;
let officer = '';

/** A list that was asked for by paper so many days ago. The law gives 60 days. */
const received = async (daysAgo: number) => {
  const filed = await enterRequest(site.world, {
    actor: dana,
    patientId: ines.patientId,
    channel: 'paper',
    receivedAt: new Date(site.clock.now().getTime() - hours(24 * daysAgo)),
    kind: 'accounting',
    locale: 'en',
    submissionKey: crypto.randomUUID(),
    details: { from: '2020-11-22', to: '2026-08-01' },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  return { id: filed.requestId, reference: filed.reference };
};
const answer = async ({ id }: { id: string }) => {
  await draftAnswer(site.world, { requestId: id, expectedVersion: 1, actor: dana }, { note: null });
  const sent = await sendAnswer(
    site.world,
    { requestId: id, expectedVersion: 2, actor: dana },
    { note: null, elementsLookedFor: true },
  );
  if (!sent.ok) throw new Error(sent.refusal);
};
const dueOn = async ({ id }: { id: string }) => {
  const row = await site.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { dueOn: true },
  });
  return row.dueOn.toISOString().slice(0, 10);
};
const asOfficer = (path: string) => site.ask(path, { headers: { Cookie: officer } });
const textOf = (html: string) =>
  html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ');
const numberThatOpens = (html: string, to: string) =>
  /\d+/.exec(
    textOf(
      new RegExp(`<a[^>]* href="${to.replace(/[?]/g, '\\?')}"[^>]*>([\\s\\S]*?)</a>`).exec(html)?.[1] ?? '',
    ),
  )?.[0];

let late: { id: string; reference: string };
let extended: { id: string; reference: string };

beforeAll(async () => {
  site = await startSite();
  [ines, dana, amara] = await Promise.all([
    patientOf(site.world, 'RB000417'),
    personOf(site.world, 'staff'),
    personOf(site.world, 'privacyOfficer'),
  ]);
  late = await received(70);
  await received(60); // due today
  await received(56); // in 4 days
  const waiting = await received(53); // in 7 days
  await received(20);
  extended = await received(50);
  await moveRequest(site.world, waiting.id, { name: 'askPatient', expectedVersion: 1 }, dana);
  const newDueOn = new Date(site.clock.now().getTime() + hours(24 * 30)).toISOString().slice(0, 10);
  const told = await moveRequest(
    site.world,
    extended.id,
    { name: 'extend', expectedVersion: 1, reason: 'Two archives have not answered.', newDueOn },
    amara,
  );
  if (!told.ok) throw new Error(told.refusal);
  for (const daysAgo of [61, 10, 4, 4]) await answer(await received(daysAgo));
  officer = await signIn(site, castMember('privacyOfficer'));
}, 120_000);
afterAll(() => site.stop());

describe('the officer’s page', () => {
  it('counts what is overdue, due today, this week, at risk and waiting, and each number opens its list', async () => {
    const page = await asOfficer('/officer');
    expect(page.status).toBe(200);
    const numbers = ['due=overdue', 'due=today', 'due=week', 'risk=atRisk', 'time=patient'].map((query) =>
      numberThatOpens(page.text, `/staff?${query}`),
    );
    expect(numbers).toEqual(['1', '1', '2', '2', '1']);
    const others = ['/staff', '/staff?time=extended'].map((to) =>
      numberThatOpens(page.text.slice(page.text.indexOf('id="glance"')), to),
    );
    expect(others).toEqual(['6', '1']);
  });

  it('says how dates were kept, in the chart and in the table', async () => {
    const { text } = await asOfficer('/officer?kind=accounting.law');
    expect(text).toContain('3 of 4 answers of the last 12 months kept the date that the law sets.');
    expect(text).toContain('half of the answers took 4 days or less, and nine of ten took 61 days or less.');
    const table = textOf(
      /<details>[\s\S]*?<\/details>/.exec(text.slice(text.indexOf('id="pace"')))?.[0] ?? '',
    );
    expect(table).toContain('November 2026 All kinds law 4 3 (75 %) 1 4 61');
    expect(table).toContain('November 2026 List of who received my images law 4 3 (75 %) 1 4 61');
  });

  it('says who has what', async () => {
    const { text } = await asOfficer('/officer');
    expect(numberThatOpens(text, '/staff?assignee=nobody')).toBeUndefined();
    const load = textOf(text.slice(text.indexOf('id="load"'), text.indexOf('id="against"')));
    expect(load).toContain('Nobody yet 4 1 2 0');
    expect(load).toContain('Dana Whitlow 1 0 1 0');
    expect(load).toContain('Amara Diallo 1 0 0 1');
  });

  it('says when the worker was last seen, and in red when that is long ago', async () => {
    const { db } = site.world;
    const now = site.clock.now();
    await db.heartbeat.updateMany({ data: { beatAt: new Date(now.getTime() - hours(30)) } });
    expect((await asOfficer('/officer')).text).toContain('It was last seen 30 hours ago');
    await beat(db, 'worker', new Date(now.getTime() - minutes(2)));
    await beat(db, 'remind', now);
    const fresh = await asOfficer('/officer');
    expect(fresh.text).toContain('last seen 2 minutes ago');
    expect(fresh.text).not.toContain('stands still');
    site.clock.advance(minutes(6));
    expect((await asOfficer('/officer')).text).toContain('It was last seen 8 minutes ago');
    await beat(db, 'worker', site.clock.now());
    await db.heartbeat.updateMany({
      where: { name: 'remind' },
      data: { beatAt: new Date(site.clock.now().getTime() - hours(5)) },
    });
    const noReminders = textOf((await asOfficer('/officer')).text);
    expect(noReminders).toContain('Reminders of last days stand still They last went through 5 hours ago');
    expect(noReminders).not.toContain('worker stands still');
    await beat(db, 'remind', site.clock.now());
  });
});

describe('the calendar', () => {
  it('shows a month and its days with law or promise, and the months around it', async () => {
    const page = await asOfficer('/officer/calendar');
    const text = textOf(page.text);
    expect(text).toContain('November 2026');
    expect(text).toContain(late.reference);
    expect(text).toContain('List of who received my images · law');
    const next = await asOfficer(`/officer/calendar?month=${(await dueOn(extended)).slice(0, 7)}`);
    expect(next.text).toContain(extended.reference);
    expect(next.text).not.toContain(late.reference);
  });

  const make = async () => {
    const made = await site.ask('/officer/calendar/address', asForm({ intent: 'make' }, officer));
    const [, secret = ''] = /\/calendar\/([\w-]{43})\.ics/.exec(made.text) ?? [];
    return `/calendar/${secret}.ics`;
  };
  const eventsIn = (text: string) =>
    new ICAL.Component(ICAL.parse(text) as unknown[]).getAllSubcomponents('vevent');
  /** When a calendar program sounds them: from the end or the start of the event, as each says (RFC 5545, 3.8.6.3). */
  const alarmsOf = (component: ICAL.Component) => {
    const event = new ICAL.Event(component);
    return component.getAllSubcomponents('valarm').map((alarm) => {
      const isFromEnd = alarm.getFirstProperty('trigger')?.getFirstParameter('related') === 'END';
      const at = (isFromEnd ? event.endDate : event.startDate).clone();
      at.isDate = false;
      at.addDuration(alarm.getFirstPropertyValue('trigger') as ICAL.Duration);
      return at.toString();
    });
  };
  const eventOf = (text: string, reference: string) => {
    const found = eventsIn(text).find((event) =>
      String(event.getFirstPropertyValue('summary')).startsWith(reference),
    );
    if (!found) throw new Error(`${reference} is not in the calendar`);
    return found;
  };

  it('gives a calendar program whole days with alarms, and no name', async () => {
    const address = await make();
    const file = await site.ask(address);
    expect(file.status).toBe(200);
    expect(file.headers).toMatchObject({
      'content-type': 'text/calendar; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(eventsIn(file.text)).toHaveLength(6);
    expect(file.text).not.toMatch(/Okafor|Ines|RB000417|Whitlow/);
    const event = eventOf(file.text, late.reference);
    expect(event.getFirstPropertyValue('summary')).toBe(
      `${late.reference}: List of who received my images (law)`,
    );
    expect(event.getFirstProperty('dtstart')?.type).toBe('date');
    expect(String(event.getFirstPropertyValue('dtstart'))).toBe(await dueOn(late));
    const due = await dueOn(late);
    const dayBefore = (days: number) =>
      new Date(Date.parse(due) - hours(24 * days)).toISOString().slice(0, 10);
    expect(alarmsOf(event)).toEqual([10, 3, 0].map((days) => `${dayBefore(days)}T09:00:00`));
  });

  it('keeps the identity of a day that moves, and raises its sequence', async () => {
    const address = await make();
    const request = await received(40);
    const before = eventOf((await site.ask(address)).text, request.reference);
    const newDueOn = new Date(site.clock.now().getTime() + hours(24 * 40)).toISOString().slice(0, 10);
    await moveRequest(
      site.world,
      request.id,
      { name: 'extend', expectedVersion: 1, reason: 'The archive is away.', newDueOn },
      amara,
    );
    const after = eventOf((await site.ask(address)).text, request.reference);
    expect(after.getFirstPropertyValue('uid')).toBe(before.getFirstPropertyValue('uid'));
    expect(String(after.getFirstPropertyValue('dtstart'))).toBe(await dueOn(request));
    expect(await dueOn(request)).not.toBe(String(before.getFirstPropertyValue('dtstart')));
    expect(Number(after.getFirstPropertyValue('sequence'))).toBeGreaterThan(
      Number(before.getFirstPropertyValue('sequence')),
    );
    await moveRequest(site.world, request.id, { name: 'withdraw', expectedVersion: 2 }, ines);
  });

  it('shows the secret once, ends it, and answers an ended one as one that never was', async () => {
    const first = await make();
    expect((await asOfficer('/officer/calendar/address')).text).not.toContain(first);
    expect((await site.ask(first)).status).toBe(200);
    const second = await make();
    const ended = await site.ask(first);
    const never = await site.ask(`/calendar/${'A'.repeat(43)}.ics`);
    const nonsense = await site.ask('/calendar/deadlines.ics');
    for (const one of [ended, never, nonsense])
      expect([one.status, one.text, one.headers['cache-control']]).toEqual([404, '', 'no-store']);
    expect((await asOfficer('/officer/calendar/address')).text).toContain('Nobody has read it yet');
    expect((await site.ask(second)).status).toBe(200);
    expect((await asOfficer('/officer/calendar/address')).text).toContain('It was last read');
    await site.ask('/officer/calendar/address', asForm({ intent: 'revoke' }, officer));
    expect((await site.ask(second)).status).toBe(404);
    // Neither the table nor the log has a secret in it.
    const kept = JSON.stringify(await site.world.db.calendarFeed.findMany());
    for (const address of [first, second]) {
      const secret = address.slice('/calendar/'.length, -'.ics'.length);
      expect(kept).not.toContain(secret);
      expect(site.rawLog.join('\n')).not.toContain(secret);
    }
  });

  it('ends with the right to see deadlines, and asks for a fresh factor before it gives an address', async () => {
    const address = await make();
    await site.world.db.user.update({
      where: { id: amara.id },
      data: { disabledAt: site.clock.now() },
      select: { id: true },
    });
    expect((await site.ask(address)).status).toBe(404);
    await site.world.db.user.update({
      where: { id: amara.id },
      data: { disabledAt: null },
      select: { id: true },
    });
    site.clock.advance(minutes(11));
    const asked = await site.ask('/officer/calendar/address', asForm({ intent: 'make' }, officer));
    expect(asked.status).toBe(302);
    expect(asked.headers.location).toMatch(/^\/confirm\?next=/);
  });

  it('is not guessed: a network that asks for many has to wait', async () => {
    let last = 200;
    for (let count = 0; count < 70 && last !== 429; count += 1)
      last = (await site.ask(`/calendar/${'B'.repeat(43)}.ics`)).status;
    expect(last).toBe(429);
  });
});

describe('the report of a period', () => {
  beforeAll(async () => {
    officer = await signIn(site, castMember('privacyOfficer'));
    await fileOptOut(site.world, { purposes: ['aiTraining', 'research'] });
    const filed = await enterRequest(site.world, {
      actor: dana,
      patientId: ines.patientId,
      channel: 'desk',
      receivedAt: site.clock.now(),
      kind: 'restriction',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { about: 'other' },
      statement: { limit: 'Not to my brother.' },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    const turn = { requestId: filed.requestId, actor: amara };
    const draft = {
      note: 'We cannot.',
      outcome: 'denied',
      ground: 'notAgreed',
      contains: ['plainReasons'],
    } as const;
    await draftAnswer(
      site.world,
      { ...turn, expectedVersion: 1 },
      { ...draft, contains: [...draft.contains] },
    );
    const sent = await sendAnswer(site.world, { ...turn, expectedVersion: 2 }, { elementsLookedFor: true });
    if (!sent.ok) throw new Error(sent.refusal);
  });

  const rowsIn = async (query = '') => {
    const { text } = await asOfficer(`/officer/reports${query}`);
    return [...text.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) => textOf(row).trim());
  };

  it('counts what came, what was answered and how, denials by ground and opt-outs by purpose', async () => {
    const rows = await rowsIn();
    // What the law dates and what was promised are never one figure; what is overdue and has no answer has its own.
    expect(rows).toContain('All kinds law 11 4 3 1 1 0 2 4 61');
    expect(rows).toContain('All kinds facility promise 2 1 1 0 0 0 0 0 0');
    expect(rows).toContain('List of who received my images law 11 4 3 1 1 0 2 4 61');
    expect(rows.filter((row) => row.includes('A limit on who may use my records'))).toHaveLength(2);
    expect(rows).toContain('Training AI (computer programs that learn) 1 0');
    expect(rows).toContain('Sharing for money, with your name or without 0 0');
    expect(await rowsIn('?from=2026-10-01&to=2026-10-31')).not.toContain('All kinds law 11 4 3 1 1 0 2 4 61');
    // Of a period that is over: how it stood at its end. Of one that is not: today is not over.
    const overdueAtTheEndOf = async (to: string) =>
      (await rowsIn(`?from=2026-10-01&to=${to}`))
        .find((row) => row.startsWith('All kinds law'))
        ?.split(' ')[7];
    expect(await Promise.all(['2026-11-11', '2026-11-12', '2026-12-31'].map(overdueAtTheEndOf))).toEqual([
      '0',
      '1',
      '1',
    ]);
    const none = await asOfficer('/officer/reports?from=2020-01-01&to=2020-12-31');
    expect(none.text).toContain(
      'No request came, was answered, got more time or was overdue in this period.',
    );
    expect((await asOfficer('/officer/reports?from=2026-02-30&to=2026-03-01')).text).toContain('2027-01-31');
    expect((await asOfficer('/officer/reports?from=2026-03-02&to=2026-03-01')).text).toContain(
      'not before the first',
    );
  });

  it('leaves as CSV and as a tagged PDF, with the same numbers', async () => {
    const csv = await asOfficer('/officer/reports/file.csv?from=2026-01-01&to=2026-12-31');
    expect(csv.headers['content-disposition']).toBe(
      'attachment; filename="requests-2026-01-01-2026-12-31.csv"',
    );
    const rows = parse(csv.text, { bom: true, relax_column_count: false });
    expect(rows).toContainEqual(['Received', 'All kinds', 'law', '11']);
    expect(rows).toContainEqual(['Overdue, no answer', 'List of who received my images', 'law', '1']);
    expect(rows).toContainEqual(['Said no', '', 'Research', '1']);
    const pdf = await asOfficer('/officer/reports/file.pdf?from=2026-01-01&to=2026-12-31');
    expect(pdf.headers['content-type']).toBe('application/pdf');
    expect(pdf.text.startsWith('%PDF-1.7')).toBe(true);
    expect(pdf.text).toContain('/StructTreeRoot');
  });

  it('runs nothing in a spreadsheet', async () => {
    const denials = [{ kind: 'restriction', ground: '=cmd|calc', count: 1 }] as const;
    const csv = reportCsv({ from: '', to: '', lines: [], denials: [...denials], optOuts: [] }, 'en');
    expect(csv).toContain(",'=cmd|calc,");
  });
});

describe('the public figures', () => {
  it('hide what is below 11, and the sum that would give it away', async () => {
    const few = await site.ask('/transparency');
    expect(few.status).toBe(200);
    const rowsOf = (html: string) =>
      [...html.matchAll(/<tr[^>]*>([\s\S]*?)<\/tr>/g)].map(([, row = '']) => textOf(row).trim());
    expect(rowsOf(few.text)).toEqual([]);
    expect(few.text).toContain('Every number of this time is below 11');
    for (let count = 0; count < 8; count += 1) await received(45);
    // Of this year nothing is said before it is over: a month more would show what the month added.
    site.clock.advance(minutes(11));
    expect(rowsOf((await site.ask('/transparency')).text)).toEqual([]);
    site.clock.advance(hours(24 * 45));
    // What is entered after its year changes nothing of it.
    const shown = rowsOf((await site.ask('/transparency')).text);
    await received(10);
    site.clock.advance(minutes(11));
    const more = rowsOf((await site.ask('/transparency')).text);
    expect(more.find((row) => /^List of who received my images \d+$/.test(row))).toBeDefined();
    expect(more).toContain('A complaint fewer than 11');
    expect(more).toContain('Together not shown');
    expect(more).toContain('Not answered at the end of the year, and overdue 13');
    expect(more.filter((row) => / \d+$/.test(row) && !row.endsWith('than 11'))).toHaveLength(2);
    expect(more).toEqual(shown);
  });
});

describe('every number of the officer’s page, with the demo’s requests', () => {
  it('opens its list, and the list has as many', async () => {
    await tellRequests(site.world);
    // One that is past its day and stands still: it is not late, in no number.
    await site.world.db.privacyRequest.update({
      where: { id: late.id },
      data: { clockPaused: true },
      select: { id: true },
    });
    officer = await signIn(site, castMember('privacyOfficer'));
    const { text: html } = await asOfficer('/officer');
    const numbers = [
      ...html.matchAll(/<a\b[^>]* href="(\/staff(?:\?[^"]*)?)"[^>]*>([\s\S]*?)<\/a>/g),
    ].flatMap(([, to = '', inside = '']) => {
      const number = /^\s*(?:All )?(\d+)/.exec(textOf(inside))?.[1];
      return number === undefined ? [] : [{ to: to.replaceAll('&amp;', '&'), number: Number(number) }];
    });
    const said = (to: string) => numbers.find((one) => one.to === to)?.number;
    expect(numbers.length).toBeGreaterThan(30);
    for (const query of ['basis=law', 'answered=late', 'answered=inTime', 'dueOn=', 'risk=soon', 'assignee='])
      expect(
        numbers.some(({ to }) => to.includes(query)),
        query,
      ).toBe(true);
    expect(said('/staff?time=still')).toBe(1);
    // The horizon's own number of late ones is the first number of the page.
    expect(
      new Set(numbers.filter(({ to }) => to === '/staff?due=overdue').map(({ number }) => number)).size,
    ).toBe(1);
    // Every link by what its page reads; of each shape one page as it is shown.
    const { db } = site.world;
    const reader = { userId: amara.id, days: allOn(localDate(site.clock.now(), 'America/New_York')) };
    const shapes = new Set<string>();
    for (const { to, number } of new Map(numbers.map((one) => [`${one.to} ${one.number}`, one])).values()) {
      const search = new URL(to, 'https://plainview.example').searchParams;
      const filter = readQueueFilter(search);
      const [page, counts] = await Promise.all([
        queuePage(db, filter, reader, null),
        queueCounts(db, filter, reader),
      ]);
      const total = filter.standing === 'open' ? counts.total : counts.answers;
      expect([page.rows.length, total], to).toEqual([Math.min(number, queuePageSize), number]);
      const shape = [...search.keys()].sort().join();
      if (number === 0 || shapes.has(shape)) continue;
      shapes.add(shape);
      const list = (await asOfficer(to)).text.split('id="queue"')[1] ?? '';
      const rows = new Set([...list.matchAll(/\/staff\/requests\/([0-9a-f-]{36})/g)].map(([, id]) => id));
      expect(rows, to).toEqual(new Set(page.rows.map(({ id }) => id)));
    }
    expect(shapes.size).toBeGreaterThan(7);
  });
});
