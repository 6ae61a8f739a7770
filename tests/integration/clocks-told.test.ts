import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { clockRule } from '#app/clocks/rules.ts';
import { explainClock } from '#app/clocks/explain.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { settingDefaults } from '#app/facility/settings.ts';
import { draftAnswer } from '#app/requests/answer.server.ts';
import { deadlineCounts, loadPerPerson } from '#app/requests/oversight.server.ts';
import { readQueueFilter } from '#app/requests/queue.ts';
import { queueCounts } from '#app/requests/queue-counts.server.ts';
import { queuePage } from '#app/requests/queue.server.ts';
import { remindOfDeadlines } from '#app/requests/remind.server.ts';
import { readAck, readClock } from '#app/requests/request-clock.ts';
import { localDate } from '#app/words/dates.ts';
import { connected } from '#tests/support/database.ts';
import { allOn, byDays } from '#tests/support/days.ts';
import { freshWorld, hours, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2026-12-02T12:00:00Z') });
  [ines, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
});
afterAll(() => fresh.drop());

const { under, enter, moved, read } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);
const move = (id: string, name: 'acknowledge' | 'askPatient' | 'askIdentity' | 'confirmIdentity' | 'goOn') =>
  moved(id, name, name === 'goOn' ? { reason: 'They said it by phone.' } : {});
const ids = async (query: string) => {
  const reader = { userId: dana.id, days: allOn(localDate(fresh.clock.now(), 'America/New_York')) };
  const filter = readQueueFilter(new URLSearchParams(query));
  return (await queuePage(fresh.world.db, filter, reader, null)).rows.map(({ id }) => id);
};

describe('a request that waits for the patient', () => {
  it('is late in every list and number exactly when its own clock says so', async () => {
    await under('EU');
    const eu = await enter('access', '2026-11-20'); // last day Monday 21 December
    await under('UK');
    const stopped = await enter('access', '2026-11-20');
    const late = await enter('access', '2026-10-15'); // last day 16 November: asked too late to stop it
    const unknown = await enter('access', '2026-11-20');
    const unknownLate = await enter('access', '2026-10-15');
    const wentOn = await enter('access', '2026-10-15');
    for (const id of [eu, stopped, late, wentOn]) await move(id, 'askPatient');
    for (const id of [unknown, unknownLate]) await move(id, 'askIdentity');
    await move(wentOn, 'goOn');
    fresh.clock.advance(hours(24 * 30));
    const now = fresh.clock.now();
    const today = localDate(now, 'America/New_York');

    const overdue = [late, unknownLate, wentOn, eu];
    expect(new Set(await ids('due=overdue'))).toEqual(new Set(overdue));
    expect(new Set(await ids('risk=overdue'))).toEqual(new Set(overdue));
    expect(new Set(await ids('due=later'))).toEqual(new Set([stopped, unknown]));
    for (const id of [...overdue, stopped, unknown])
      expect(readClock(await read(id), now).state, id).toBe(overdue.includes(id) ? 'overdue' : 'paused');
    const { db } = fresh.world;
    const reader = { userId: dana.id, days: allOn(today) };
    const counts = await queueCounts(db, readQueueFilter(new URLSearchParams()), reader);
    expect(counts).toMatchObject({ due: { overdue: 4, later: 2 }, work: [{ kind: 'access', late: 4 }] });
    expect(await deadlineCounts(db, allOn(today))).toMatchObject({ overdue: 4, atRisk: 0 });
    expect((await loadPerPerson(db, allOn(today))).reduce((all, { overdue: held }) => all + held, 0)).toBe(4);

    // What a database that is older than the column gets for it is what the count says.
    const kept = () =>
      db.privacyRequest.findMany({ orderBy: { id: 'asc' }, select: { id: true, clockPaused: true } });
    const counted = await kept();
    const folder = (await readdir('prisma/migrations')).find((name) => name.endsWith('_clocks_told_kept'));
    const sql = await readFile(`prisma/migrations/${folder}/migration.sql`, 'utf8');
    const backfill = /-- Which clocks stand still[\s\S]*?;\n/.exec(sql)?.[0];
    await connected(fresh.databaseUrl, async (client) => {
      await client.query('update privacy_request set clock_paused = false');
      await client.query(backfill ?? '');
    });
    expect(await kept()).toEqual(counted);
    expect(counted.filter(({ clockPaused }) => clockPaused)).toHaveLength(2);

    await remindOfDeadlines(fresh.world, settingDefaults.reminders);
    expect(await db.notice.count({ where: { kind: 'overdueDigest' } })).toBeGreaterThan(0);
  });

  it('stands still under the GDPR where the facility chose that reading before it came, and says whose reading it is', async () => {
    await under('EU');
    const before = await enter('access', '2026-12-28');
    const set = await changeSetting(fresh.world, {
      name: 'pauses',
      value: { suspend: true },
      expected: null,
      actor: amara,
    });
    expect(set.ok).toBe(true);
    const after = await enter('access', '2026-12-28');
    for (const id of [before, after]) await move(id, 'askPatient');
    fresh.clock.advance(hours(24 * 40));
    const now = fresh.clock.now();
    expect(readClock(await read(before), now).state).toBe('overdue');
    const stopped = readClock(await read(after), now);
    expect(stopped.state).toBe('paused');
    expect(await ids('due=overdue')).toContain(before);
    expect(await ids('due=overdue')).not.toContain(after);
    const working = explainClock(stopped.count, 'en').join(' ');
    expect(working).toContain('our reading');
    expect(working).toContain('Without the pause the last day would be Thursday, January 28, 2027.');
    // Days that were waited do not count, and a change of the setting takes nothing back.
    const { versionId: expected } = await newestSetting(fresh.world.db, 'pauses');
    await changeSetting(fresh.world, { name: 'pauses', value: { suspend: false }, expected, actor: amara });
    await move(after, 'goOn');
    const on = readClock(await read(after), now);
    expect(on.state).not.toBe('overdue');
    expect(on.count.effectiveDueDate > '2027-01-28').toBe(true);
  });
});

describe('a complaint in the United Kingdom', () => {
  it('is confirmed by the day of the law and answered by the day that was promised', async () => {
    await under('UK');
    const today = localDate(fresh.clock.now(), 'America/New_York');
    const [told, drafted, asked, forgotten] = [
      await enter('complaint', today),
      await enter('complaint', today),
      await enter('complaint', today),
      await enter('complaint', today),
    ];
    expect(await read(told)).toMatchObject({
      ruleId: 'promise.complaint',
      ack: { ruleId: 'uk.complaint.ack' },
    });
    await move(told, 'acknowledge');
    await move(asked, 'askPatient');
    // Work that begins before anything was said says by itself that it arrived.
    await draftAnswer(
      fresh.world,
      { requestId: drafted, expectedVersion: 1, actor: dana },
      { note: 'We look.' },
    );
    const said = await fresh.world.db.notice.findMany({
      where: { kind: 'requestAcknowledged', requestId: { in: [told, drafted, asked] } },
      select: { requestId: true },
    });
    expect(new Set(said.map(({ requestId }) => requestId))).toEqual(new Set([told, drafted]));
    // What nobody confirmed yet has a number and a list, and is brought to mind before its day.
    expect((await deadlineCounts(fresh.world.db, allOn(today))).unconfirmed).toBe(1);
    expect(await ids('time=unconfirmed')).toEqual([forgotten]);
    const counts = await queueCounts(
      fresh.world.db,
      readQueueFilter(new URLSearchParams('time=unconfirmed')),
      { userId: dana.id, days: allOn(today) },
    );
    expect([counts.total, counts.time.unconfirmed]).toEqual([1, 1]);
    fresh.clock.advance(hours(24 * 28));
    await remindOfDeadlines(fresh.world, settingDefaults.reminders);
    const reminded = await fresh.world.db.deadlineReminder.findMany({
      where: { step: { startsWith: 'ack:' } },
      orderBy: { step: 'asc' },
      select: { requestId: true, step: true },
    });
    expect(reminded).toEqual(['ack:days:10', 'ack:days:3'].map((step) => ({ requestId: forgotten, step })));
    fresh.clock.advance(hours(24 * 17));
    const now = fresh.clock.now();
    for (const id of [told, drafted, asked]) {
      const request = await read(id);
      expect(readAck(request, now)?.state).toBe('met');
      // The answer is late by a promise, never by law.
      const { state, rule } = readClock(request, now);
      expect({ state, basis: rule.basis }).toEqual({ state: 'overdue', basis: 'promise' });
    }
    expect(readAck(await read(forgotten), now)?.state).toBe('overdue');
    await move(forgotten, 'acknowledge');
    expect(readAck(await read(forgotten), now)?.state).toBe('metLate');
    expect(clockRule('uk.complaint.ack').basis).toBe('law');
  });

  it('that was open when the two duties became two got both; an answered one stays as it was', async () => {
    const today = localDate(fresh.clock.now(), 'America/New_York');
    const [open, ended] = [await enter('complaint', today), await enter('complaint', today)];
    const sql = await readFile(
      new URL('../../prisma/migrations/20261129020145_clocks_told_kept/migration.sql', import.meta.url),
      'utf8',
    );
    const statement = /update privacy_request r\n {3}set ack_rule_id[\s\S]*?;/.exec(sql)?.[0] ?? '';
    await connected(fresh.databaseUrl, async (client) => {
      // As the rows were before: one clock, which was that of the confirmation.
      await client.query(
        `update privacy_request set rule_id = 'uk.complaint.ack', due_on = received_on + 28, promised_count = null,
           ack_rule_id = null, ack_rule_version = null, ack_due_on = null where id = any($1)`,
        [[open, ended]],
      );
      await client.query(
        `update privacy_request set status = 'responded', resolution = 'granted', responded_at = now() where id = $1`,
        [ended],
      );
      await client.query(statement);
    });
    const row = (id: string) =>
      fresh.world.db.privacyRequest.findUniqueOrThrow({
        where: { id },
        select: { ruleId: true, ackRuleId: true, ackDueOn: true, dueOn: true, receivedOn: true },
      });
    const daysTo = (from: Date, to: Date | null) => to && (to.getTime() - from.getTime()) / hours(24);
    const now = await row(open);
    expect(now).toMatchObject({ ruleId: 'promise.complaint', ackRuleId: 'uk.complaint.ack' });
    expect([daysTo(now.receivedOn, now.ackDueOn), daysTo(now.receivedOn, now.dueOn)]).toEqual([28, 30]);
    expect(await row(ended)).toMatchObject({ ruleId: 'uk.complaint.ack', ackRuleId: null });
  });
});
