import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { changeFacility, facilitySettings } from '#app/facility/facility.server.ts';
import { settingDefaults } from '#app/facility/settings.ts';
import { localDays } from '#app/requests/local-days.server.ts';
import { lastDays } from '#app/requests/oversight-calendar.server.ts';
import { deadlineCounts, dueDays, loadPerPerson } from '#app/requests/oversight.server.ts';
import { readQueueFilter } from '#app/requests/queue.ts';
import { queueCounts } from '#app/requests/queue-counts.server.ts';
import { queuePage } from '#app/requests/queue.server.ts';
import { remindOfDeadlines } from '#app/requests/remind.server.ts';
import { reportOf } from '#app/requests/reports.server.ts';
import { monthSpan } from '#app/routes/officer+/_parts/calendar-month.ts';
import { calendarView } from '#app/routes/officer+/_parts/calendar-view.server.ts';
import { horizonView } from '#app/routes/officer+/_parts/horizon-view.server.ts';
import { localDate } from '#app/words/dates.ts';
import { byDays } from '#tests/support/days.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// A facility that moved from New York to Kiritimati, where each day begins 19 hours earlier. What came before is counted in New York.

const here = 'Pacific/Kiritimati';
let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let old: string;
let young: string;

const { on, enter, dueOn } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-03-02T15:00:00Z') });
  ines = await patientOf(fresh.world, 'RB000417');
  dana = await personOf(fresh.world, 'staff');
  const amara = await personOf(fresh.world, 'privacyOfficer');
  old = await enter('access', '2027-03-02');
  const before = await facilitySettings(fresh.world.db);
  if (!before) throw new Error('the seed has a facility');
  await fresh.world.db.$transaction((tx) =>
    changeFacility(tx, { settings: { ...before, timeZone: here }, actor: amara, at: fresh.clock.now() }),
  );
  young = await enter('access', '2027-03-02');
});
afterAll(() => fresh.drop());

async function lists() {
  const { db } = fresh.world;
  const now = fresh.clock.now();
  const days = await localDays(db, now, here);
  const reader = { userId: dana.id, days };
  const queue = async (query: string) => {
    const filter = readQueueFilter(new URLSearchParams(query));
    const ids = (await queuePage(db, filter, reader, null)).rows.map(({ id }) => id);
    expect([query, (await queueCounts(db, filter, reader)).total]).toEqual([query, ids.length]);
    return ids;
  };
  const today = localDate(now, here);
  const horizon = horizonView(await dueDays(db, days, { lastOn: '2027-05-31', mostNamed: 5 }), {
    todayOn: today,
    holidays: [],
    locale: 'en',
  });
  const span = monthSpan('2027-04', today);
  const calendar = calendarView(await lastDays(db, span), span, { today, now, locale: 'en' });
  const { lines } = await reportOf(db, { from: '2027-03-01', to: '2027-05-31', timeZone: here, now });
  await remindOfDeadlines(fresh.world, settingDefaults.reminders);
  return {
    overdue: await queue('due=overdue'),
    today: await queue('due=today'),
    week: await queue('due=week'),
    later: await queue('due=later'),
    soon: await queue('risk=soon'),
    atRisk: await queue('risk=atRisk'),
    counts: await deadlineCounts(db, days),
    load: (await loadPerPerson(db, days)).map(({ overdue, soon }) => ({ overdue, soon })),
    horizon: { late: horizon.late, near: horizon.near, rows: horizon.rows.map(({ standing }) => standing) },
    agenda: calendar.agenda.map(({ standing }) => standing),
    unanswered: lines.find(({ kind }) => kind === 'access')?.unanswered,
    digests: await db.notice.count({ where: { kind: 'overdueDigest' } }),
  };
}

describe('last days in two time zones', () => {
  it('end when they end where each request is counted, in every list and number', async () => {
    expect([await dueOn(old), await dueOn(young)]).toEqual(['2027-04-01', '2027-04-02']);

    // In New York it is the morning of April 1, in Kiritimati April 2 has begun.
    on('2027-04-01');
    const today = { what: 'today', count: 1, whole: true };
    expect(await lists()).toMatchObject({
      overdue: [],
      today: [old, young],
      week: [],
      later: [],
      soon: [old, young],
      atRisk: [],
      counts: { overdue: 0, today: 2, week: 0, atRisk: 0, open: 2 },
      load: [{ overdue: 0, soon: 2 }],
      horizon: { late: 0, near: 2, rows: [[today], [today]] },
      agenda: ['today', 'today'],
      unanswered: 0,
      digests: 0,
    });

    // April 1 is over in New York, and April 2 in Kiritimati.
    on('2027-04-02');
    const late = { what: 'late', count: 1, whole: true };
    expect(await lists()).toMatchObject({
      overdue: [old, young],
      today: [],
      counts: { overdue: 2, today: 0 },
      load: [{ overdue: 2, soon: 0 }],
      horizon: { late: 2, near: 0, rows: [[late], [late]] },
      agenda: ['late', 'late'],
      unanswered: 2,
    });
  });

  it('keep the week and what comes after it apart', async () => {
    on('2027-03-25');
    // Seven days from March 25 in New York, and from March 26 in Kiritimati.
    expect(await lists()).toMatchObject({
      week: [old, young],
      atRisk: [old, young],
      later: [],
      counts: { week: 2, atRisk: 2 },
    });
    fresh.clock.advance(-24 * 3_600_000);
    expect(await lists()).toMatchObject({ week: [], later: [old, young], counts: { week: 0, atRisk: 0 } });
  });
});
