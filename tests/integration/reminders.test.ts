import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { heartbeats } from '#app/facility/heartbeat.server.ts';
import { remind } from '#app/jobs/remind.server.ts';
import { whoWorksOn } from '#app/requests/assign.server.ts';
import { remindOfDeadlines } from '#app/requests/remind.server.ts';
import { changeSetting } from '#app/facility/settings.server.ts';
import { settingDefaults } from '#app/facility/settings.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { fileList } from '#tests/support/filing.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, hours, patientOf, personOf, worldOn, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
});
afterEach(() => fresh.drop());

/** A list that was asked for: 60 days by law. */
const ask = async () => {
  const filed = await fileList(fresh.world, ines);
  return filed.requestId;
};
const days = (count: number) => fresh.clock.advance(hours(24 * count));
const take = (requestId: string, actor: Person = dana) =>
  moveRequest(fresh.world, requestId, { name: 'acknowledge', expectedVersion: 1 }, actor);
const run = () => remindOfDeadlines(fresh.world, settingDefaults.reminders);

const mail = async () => {
  const rows = await fresh.world.db.notice.findMany({
    where: { kind: { in: ['deadlineReminder', 'overdueDigest'] } },
    orderBy: { owedAt: 'asc' },
    select: { kind: true, userId: true },
  });
  const names = new Map([
    [dana.id, 'dana'],
    [amara.id, 'amara'],
  ]);
  return rows.map(({ kind, userId }) => `${kind} ${names.get(userId ?? '')}`).sort();
};
const steps = async (requestId: string) => {
  const rows = await fresh.world.db.deadlineReminder.findMany({
    where: { requestId },
    orderBy: [{ forDay: 'asc' }, { step: 'asc' }],
    select: { step: true, forDay: true, madeAt: true },
  });
  return rows.map(({ step, forDay, madeAt }) => [
    step,
    Math.floor((madeAt.getTime() - forDay.getTime()) / hours(24)),
  ]);
};
const events = (requestId: string) =>
  fresh.world.db.auditEvent.findMany({
    where: { requestId, type: 'request.reminded' },
    orderBy: { id: 'asc' },
    select: { after: true, visibleToPatient: true },
  });

describe('the reminders of a request', () => {
  it('go to whoever has it, and from 3 days before its last day to the officer too', async () => {
    const id = await ask();
    await take(id);
    expect([await run(), await mail()]).toEqual([0, []]);
    days(30);
    await run();
    expect(await mail()).toEqual(['deadlineReminder dana']);
    days(20);
    await run();
    expect(await mail()).toHaveLength(2);
    days(7);
    await run();
    expect(await mail()).toEqual([
      'deadlineReminder amara',
      'deadlineReminder dana',
      'deadlineReminder dana',
      'deadlineReminder dana',
    ]);
    expect(await steps(id)).toEqual([
      ['halfWay', 0],
      ['days:10', 0],
      ['days:3', 0],
    ]);
    expect(await events(id)).toMatchObject([
      { after: { steps: ['halfWay'], late: false }, visibleToPatient: false },
      { after: { steps: ['days:10'], late: false } },
      { after: { steps: ['days:3'], late: false } },
    ]);
  });

  it('go to the officer where whoever has it may do nothing on it any more', async () => {
    const id = await ask();
    await take(id);
    const role = (to: 'auditor' | 'staff') =>
      fresh.world.db.user.update({ where: { id: dana.id }, data: { role: to }, select: { id: true } });
    await role('auditor');
    days(30);
    await run();
    expect(await mail()).toEqual(['deadlineReminder amara']);
    expect(await fresh.world.db.$transaction((tx) => whoWorksOn(tx, dana.id))).toEqual([amara.id]);
    await role('staff');
    days(20);
    await run();
    expect(await mail()).toEqual(['deadlineReminder amara', 'deadlineReminder dana']);
  });

  it('go to the officer where nobody has it, or whoever has it is gone', async () => {
    await ask();
    const second = await ask();
    await take(second);
    await fresh.world.db.user.update({
      where: { id: dana.id },
      data: { disabledAt: fresh.clock.now() },
      select: { id: true },
    });
    days(30);
    await run();
    expect(await mail()).toEqual(['deadlineReminder amara', 'deadlineReminder amara']);
  });

  it('stay owed while nobody is there to read them, and are made once somebody is', async () => {
    const id = await ask();
    await take(id);
    const { db } = fresh.world;
    const gone = (disabledAt: Date | null) =>
      db.user.updateMany({ where: { role: { in: ['staff', 'privacyOfficer'] } }, data: { disabledAt } });
    await gone(fresh.clock.now());
    days(30);
    expect([await run(), await steps(id), await mail()]).toEqual([0, [], []]);
    await gone(null);
    days(2);
    expect([await run(), await steps(id), await mail()]).toEqual([
      1,
      [['halfWay', 2]],
      ['deadlineReminder dana'],
    ]);
  });

  it('are caught up after three days of outage, in one mail, and marked late', async () => {
    const id = await ask();
    await take(id);
    days(48);
    await run();
    days(5); // the day of 10 days before went by three days ago
    await run();
    expect(await steps(id)).toEqual([
      ['halfWay', 18],
      ['days:10', 3],
    ]);
    expect((await events(id)).at(-1)?.after).toMatchObject({ steps: ['days:10'], late: true });
    days(20);
    await run();
    expect((await steps(id)).map(([step]) => step)).toEqual([
      'halfWay',
      'days:10',
      'days:3',
      'due',
      'overdue',
    ]);
    // Three steps at once: one mail to Dana, and the officer's digest.
    expect(await mail()).toEqual([
      'deadlineReminder dana',
      'deadlineReminder dana',
      'deadlineReminder dana',
      'overdueDigest amara',
    ]);
  });

  it('of a day that was added to the schedule go out from then on, and catch nothing up', async () => {
    const id = await ask();
    await take(id);
    days(49); // eleven days before the last one
    await remind(fresh.world);
    expect(await steps(id)).toEqual([['halfWay', 19]]);
    const value = { ...settingDefaults.reminders, daysBefore: [17, 10, 9, 3] };
    const set = await changeSetting(fresh.world, { name: 'reminders', value, expected: null, actor: amara });
    expect(set.ok).toBe(true);
    await remind(fresh.world);
    expect(await steps(id)).toEqual([['halfWay', 19]]);
    days(2);
    await remind(fresh.world);
    expect(await steps(id)).toEqual([
      ['halfWay', 19],
      ['days:10', 1],
      ['days:9', 0],
    ]);
    // What is entered since has them all.
    days(2);
    await ask();
    days(43);
    await remind(fresh.world);
    expect(await fresh.world.db.deadlineReminder.count({ where: { step: 'days:17' } })).toBe(1);
  });

  it('are made once, whoever runs them at the same time', async () => {
    for (let count = 0; count < 5; count += 1) await take(await ask());
    days(58);
    const other = worldOn(fresh.databaseUrl, fresh.clock, { demo: true });
    try {
      const made = await Promise.all([run(), remindOfDeadlines(other, settingDefaults.reminders), run()]);
      expect(made.reduce((sum, one) => sum + one)).toBe(15);
    } finally {
      await other.database.close();
    }
    expect(await fresh.world.db.deadlineReminder.count()).toBe(15);
    expect(await mail()).toHaveLength(10);
    days(5);
    await Promise.all([run(), run(), run()]);
    await run();
    expect((await mail()).filter((one) => one === 'overdueDigest amara')).toHaveLength(1);
    days(1);
    await run();
    expect((await mail()).filter((one) => one === 'overdueDigest amara')).toHaveLength(2);
  });

  it('begin anew for a last day that moved', async () => {
    const id = await ask();
    await take(id);
    days(50);
    await run();
    const { dueOn, version } = await fresh.world.db.privacyRequest.findUniqueOrThrow({
      where: { id },
      select: { dueOn: true, version: true },
    });
    const newDueOn = new Date(dueOn.getTime() + hours(24 * 30)).toISOString().slice(0, 10);
    const reason = 'Two archives have not answered yet.';
    const moved = await moveRequest(
      fresh.world,
      id,
      { name: 'extend', expectedVersion: version, reason, newDueOn },
      amara,
    );
    expect(moved.ok).toBe(true);
    days(30);
    await run();
    const rows = await fresh.world.db.deadlineReminder.findMany({
      where: { requestId: id, step: 'days:10' },
      orderBy: { dueOn: 'asc' },
      select: { dueOn: true },
    });
    expect(rows.map((row) => row.dueOn.toISOString().slice(0, 10))).toEqual([
      dueOn.toISOString().slice(0, 10),
      newDueOn,
    ]);
  });

  it('end with the request', async () => {
    const id = await ask();
    const withdrawn = await moveRequest(fresh.world, id, { name: 'withdraw', expectedVersion: 1 }, ines);
    expect(withdrawn.ok).toBe(true);
    days(100);
    expect([await run(), await mail()]).toEqual([0, []]);
  });

  it('are none where the mail cannot be owed: step, event and mail are one', async () => {
    const id = await ask();
    days(30);
    await connected(fresh.databaseUrl, async (client) => {
      await client.query('alter table notice add constraint none check (false) not valid');
      await expect(run()).rejects.toThrow();
      expect([await steps(id), await events(id)]).toEqual([[], []]);
      await client.query('alter table notice drop constraint none');
    });
    expect(await run()).toBe(1);
    expect(await mail()).toEqual(['deadlineReminder amara']);
  });
});

it('the job says when it was through', async () => {
  expect((await heartbeats(fresh.world.db, fresh.clock.now())).remind).toEqual({
    lastAt: null,
    isStale: true,
  });
  await remind(fresh.world);
  const now = fresh.clock.now();
  expect((await heartbeats(fresh.world.db, now)).remind).toEqual({ lastAt: now, isStale: false });
  days(1);
  expect((await heartbeats(fresh.world.db, fresh.clock.now())).remind.isStale).toBe(true);
});
