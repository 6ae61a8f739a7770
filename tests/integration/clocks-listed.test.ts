import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { changeSetting } from '#app/facility/settings.server.ts';
import { settingDefaults } from '#app/facility/settings.ts';
import { tellFee } from '#app/requests/fees.server.ts';
import { lastDays } from '#app/requests/oversight-calendar.server.ts';
import { calendarFile } from '#app/requests/oversight-feed.ts';
import { deadlineCounts, dueDays, loadPerPerson } from '#app/requests/oversight.server.ts';
import { readQueueFilter } from '#app/requests/queue.ts';
import { queueCounts } from '#app/requests/queue-counts.server.ts';
import { mostUrgent, queuePage } from '#app/requests/queue.server.ts';
import { recountOpenRequests } from '#app/requests/recount.server.ts';
import { remindOfDeadlines } from '#app/requests/remind.server.ts';
import { queueLines } from '#app/routes/staff+/_parts/queue-view.server.ts';
import { allOn, byDays } from '#tests/support/days.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// Every list and number of last days, with a day of the law before that of the answer, and with clocks that stand still.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-03-02T15:00:00Z') });
  const { world } = fresh;
  ines = await patientOf(world, 'RB000417');
  dana = await personOf(world, 'staff');
  const amara = await personOf(world, 'privacyOfficer');
  await world.db.facility.update({ where: { id: 1 }, data: { jurisdiction: 'UK' }, select: { id: true } });
  const promises = { ...settingDefaults.promises, 'promise.complaint': 60 };
  const set = await changeSetting(world, { name: 'promises', value: promises, expected: null, actor: amara });
  expect(set.ok).toBe(true);
});
afterAll(() => fresh.drop());

const {
  on,
  enter,
  moved: move,
} = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);
const page = async (query: string, today: string) =>
  (
    await queuePage(
      fresh.world.db,
      readQueueFilter(new URLSearchParams(query)),
      { userId: dana.id, days: allOn(today) },
      null,
    )
  ).rows;
const ids = async (query: string, today: string) => (await page(query, today)).map(({ id }) => id);
const counts = (query: string, today: string) =>
  queueCounts(fresh.world.db, readQueueFilter(new URLSearchParams(query)), {
    userId: dana.id,
    days: allOn(today),
  });

describe('a complaint that nobody confirmed', () => {
  it('is late in every list and number from the day after that of the law, until it is confirmed', async () => {
    const { db } = fresh.world;
    on('2027-03-02');
    const id = await enter('complaint', '2027-03-02');
    on('2027-03-12');
    const other = await enter('complaint', '2027-03-12');
    await move(other, 'acknowledge');
    const today = '2027-04-10';
    on(today);
    for (const query of [
      'due=overdue',
      'risk=overdue',
      'due=overdue&sort=received',
      'basis=law&dueOn=2027-04-01',
    ])
      expect([query, await ids(query, today), (await counts(query, today)).total]).toEqual([query, [id], 1]);
    expect(await ids('', today)).toEqual([id, other]);
    expect(await ids('sort=received', today)).toEqual([id, other]);
    expect(await ids('due=later', today)).toEqual([other]);
    expect(await ids('basis=promise', today)).toEqual([other]);
    expect(await counts('', today)).toMatchObject({
      total: 2,
      due: { overdue: 1, later: 1 },
      basis: { law: 1, promise: 1 },
      work: [{ kind: 'complaint', open: 2, late: 1, earliestDueOn: '2027-04-01' }],
    });
    expect(await deadlineCounts(db, allOn(today))).toMatchObject({ overdue: 1, open: 2, unconfirmed: 1 });
    expect((await loadPerPerson(db, allOn(today))).reduce((all, { overdue }) => all + overdue, 0)).toBe(1);
    const [day] = await dueDays(db, allOn(today), { lastOn: '2027-04-30', mostNamed: 5 });
    expect(day).toMatchObject({ dueOn: '2027-04-01', law: 1, promise: 0, requests: [{ id }] });
    expect(await mostUrgent(db)).toEqual({ id });
    const days = await lastDays(db, { from: '2027-04-01', to: '2027-05-31' });
    expect(days.map(({ id: of, what, dueOn, basis }) => [of, what, dueOn, basis])).toEqual([
      [id, 'confirmation', '2027-04-01', 'law'],
      [id, 'answer', '2027-05-01', 'promise'],
      [other, 'answer', '2027-05-11', 'promise'],
    ]);
    const about = {
      facility: 'F',
      appOrigin: 'https://f.example',
      locale: 'en',
      now: fresh.clock.now(),
    } as const;
    const file = calendarFile(days, about).replaceAll('\r\n ', '');
    expect(file.match(/BEGIN:VEVENT/g)).toHaveLength(3);
    expect(file).toContain(`UID:${id}.confirmation@plainview`);
    const [line] = queueLines(await page('time=unconfirmed', today), fresh.clock.now(), 'en');
    expect(line).toMatchObject({
      due: { state: 'overdue', dueOn: '2027-04-01', basis: 'law' },
      dueNote: 'Tell the patient that it arrived. The answer: May 1, 2027',
    });

    await remindOfDeadlines(fresh.world, settingDefaults.reminders);
    expect(await db.notice.count({ where: { kind: 'overdueDigest' } })).toBeGreaterThan(0);
    const reminded = await db.auditEvent.findFirst({
      where: { requestId: id, type: 'request.reminded' },
      select: { after: true },
    });
    expect(reminded?.after).toMatchObject({
      dueOn: '2027-04-01',
      dueOnOf: { 'ack:overdue': '2027-04-01' },
    });

    await move(id, 'acknowledge');
    expect(await ids('due=overdue', today)).toEqual([]);
    expect(await deadlineCounts(db, allOn(today))).toMatchObject({ overdue: 0, open: 2, unconfirmed: 0 });
    expect((await dueDays(db, allOn(today), { lastOn: '2027-04-30', mostNamed: 5 })).length).toBe(0);
    for (const one of [id, other]) await move(one, 'withdraw', {}, ines);
  });

  it('is not reminded of again because a holiday moved its days', async () => {
    const { db } = fresh.world;
    const today = '2027-03-28';
    on('2027-03-02');
    const id = await enter('complaint', '2027-03-02');
    const steps = async () =>
      (await db.deadlineReminder.findMany({ where: { requestId: id }, orderBy: { madeAt: 'asc' } })).map(
        ({ step }) => step,
      );
    on(today);
    await remindOfDeadlines(fresh.world, settingDefaults.reminders);
    expect(await steps()).toEqual(['ack:days:10']);
    await db.holiday.create({
      data: { calendar: 'UK', onDate: new Date('2027-04-01T00:00:00Z'), name: 'A day of rest' },
    });
    await recountOpenRequests(fresh.world, crypto.randomUUID());
    const { ackDueOn } = await db.privacyRequest.findUniqueOrThrow({ where: { id } });
    expect(ackDueOn).toEqual(new Date('2027-04-02T00:00:00Z'));
    await remindOfDeadlines(fresh.world, settingDefaults.reminders);
    expect(await steps()).toEqual(['ack:days:10']);
    on('2027-03-30');
    await remindOfDeadlines(fresh.world, settingDefaults.reminders);
    expect(await steps()).toEqual(['ack:days:10', 'ack:days:3']);
    await move(id, 'withdraw', {}, ines);
  });
});

describe('a clock that stands still', () => {
  it('has no day in the calendar and is not the first to begin with; what waits for the patient is one number', async () => {
    const { db } = fresh.world;
    on('2027-03-02');
    const stopped = await enter('access', '2027-02-20');
    const unknown = await enter('access', '2027-02-20');
    await move(stopped, 'askPatient');
    await move(unknown, 'askIdentity');
    const today = '2027-03-02';
    expect(await mostUrgent(db)).toBeNull();
    expect(await counts('', today)).toMatchObject({ work: [{ open: 2, late: 0, earliestDueOn: null }] });
    const running = await enter('access', '2027-02-25');
    const costs = await enter('access', '2027-02-26');
    const fee = { amountCents: 500, currency: 'USD', basis: 'Eleven discs.', ground: 'excessive' } as const;
    expect(await tellFee(fresh.world, { requestId: costs, actor: dana, ...fee })).toEqual({ ok: true });
    expect(await mostUrgent(db)).toEqual({ id: running });
    expect((await lastDays(db)).map(({ id }) => id)).toEqual([running, costs]);
    expect(await counts('', today)).toMatchObject({ work: [{ open: 4, earliestDueOn: '2027-03-25' }] });
    expect(await deadlineCounts(db, allOn(today))).toMatchObject({ waitingOnPatient: 3, still: 2, open: 4 });
    expect(new Set(await ids('time=patient', today))).toEqual(new Set([stopped, unknown, costs]));
    expect(await counts('time=patient', today)).toMatchObject({ total: 3, time: { patient: 3 } });
  });
});
