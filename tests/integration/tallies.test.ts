import { afterAll, beforeAll, expect, it } from 'vitest';
import { readQueueFilter } from '#app/requests/queue.ts';
import { deadlineCounts, dueDays, loadPerPerson, timelinessByMonth } from '#app/requests/oversight.server.ts';
import { queueCounts } from '#app/requests/queue-counts.server.ts';
import { answeredCount, foldTallies } from '#app/requests/tallies.server.ts';
import { connected } from '#tests/support/database.ts';
import { allOn } from '#tests/support/days.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

/** Of each table: its sums by group, and the same counted from the requests themselves. */
const sums = () =>
  connected(fresh.databaseUrl, async (client) => {
    const rows = async (sql: string) => (await client.query<{ count: number }>(sql)).rows;
    const open = `kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on::text, clock_paused, time_zone`;
    const answers = 'kind, rule_id, month, days, on_time';
    return {
      tallied: [
        await rows(
          `select ${open}, sum(count)::int as count from open_tally group by 1,2,3,4,5,6,7,8,9,10 having sum(count) <> 0 order by 1,2,3,4,5,6,7,8,9,10`,
        ),
        await rows(
          `select ${answers}, sum(count)::int as count from answer_tally group by 1,2,3,4,5 having sum(count) <> 0 order by 1,2,3,4,5`,
        ),
      ],
      counted: [
        await rows(
          `select ${open}, count(*)::int as count
             from (select *, extended_at is not null as extended from privacy_request) r
             join lateral (select coalesce(r.assignee_id, '00000000-0000-0000-0000-000000000000') as assignee_id) a on true
            where status not in ('draft', 'responded', 'closed') group by 1,2,3,4,5,6,7,8,9,10 order by 1,2,3,4,5,6,7,8,9,10`.replace(
            open,
            open.replace('assignee_id', 'a.assignee_id'),
          ),
        ),
        await rows(
          `select ${answers}, count(*)::int as count
             from (select kind, rule_id, to_char(responded_at at time zone time_zone, 'YYYY-MM') as month,
                          (responded_at at time zone time_zone)::date - received_on as days,
                          (responded_at at time zone time_zone)::date <= due_on as on_time
                     from privacy_request where status = 'responded') as answered group by 1,2,3,4,5 order by 1,2,3,4,5`,
        ),
      ],
      rows: (await rows('select count(*)::int as count from open_tally'))[0],
    };
  });

it('tallies are what the requests are, whatever is written at once, folded meanwhile or taken back', async () => {
  const [ines, dana] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
  ]);
  await connected(fresh.databaseUrl, (client) =>
    client.query(
      `insert into privacy_request (id, reference, kind, patient_id, filed_by_id, channel, status, details, received_at,
         entered_at, time_zone, jurisdiction, rule_id, rule_version, holidays, received_on, due_on, submission_key)
       select gen_random_uuid(), 'T-' || n, (array['question', 'access'])[1 + n % 2]::request_kind, $1, $2, 'portal', 'submitted',
         '{}', '2026-11-01T12:00:00Z', '2026-11-01T12:00:00Z', (array['America/New_York', 'Asia/Tokyo', 'Asia/Tokyo'])[1 + n % 3], 'US', 'promise.question', 1, '{}', '2026-11-01',
         date '2026-11-15' + n % 20, gen_random_uuid()
       from generate_series(1, 120) n`,
      [ines.patientId, ines.id],
    ),
  );
  let writing = true;
  const folding = (async () => {
    let fewer = 0;
    while (writing) fewer += await foldTallies(fresh.world.db);
    return fewer;
  })();
  // What moves, assignments, extensions and recounts write, by statements of one row and of many.
  const changes = [
    `update privacy_request set status = 'acknowledged', version = version + 1 where reference = $1`,
    `update privacy_request set assignee_id = '${dana.id}' where reference = $1`,
    `update privacy_request set due_on = due_on + 3, extended_at = now() where reference = $1`,
    `update privacy_request set status = 'responded', resolution = 'granted', responded_at = '2026-11-20T15:00:00Z' where reference = $1`,
    `update privacy_request set version = version + 1 where reference = $1`,
    `update privacy_request set due_on = due_on + 1 where reference >= $1 and status <> 'responded'`,
    `update privacy_request set status = 'closed', closed_at = now() where reference = $1`,
    `update privacy_request set clock_paused = not clock_paused where reference = $1`,
    `update privacy_request set assignee_id = null where reference = $1`,
  ];
  await Promise.all(
    Array.from({ length: 6 }, (_, writer) =>
      connected(fresh.databaseUrl, async (client) => {
        for (let turn = 0; turn < 40; turn++) {
          const end = (turn + writer) % 7 === 0 ? 'rollback' : 'commit';
          await client.query('begin');
          // Rows are taken in one order, as rooms do: the whole sweep of one statement waits for nobody in a circle.
          await client.query('select pg_advisory_xact_lock(77)');
          await client.query(changes[(turn + writer) % changes.length] ?? '', [
            `T-${1 + ((turn * 7 + writer) % 120)}`,
          ]);
          await client.query(end);
        }
      }),
    ),
  );
  writing = false;
  expect(await folding).toBeGreaterThan(0);
  const meanwhile = await sums();
  expect(meanwhile.tallied).toEqual(meanwhile.counted);

  await foldTallies(fresh.world.db);
  const folded = await sums();
  expect(folded.tallied).toEqual(folded.counted);
  expect(folded.rows?.count).toBe(folded.counted[0]?.length);
  expect(await foldTallies(fresh.world.db)).toBe(0);

  const open = folded.counted[0]?.reduce((all, row) => all + row.count, 0);
  const answered = folded.counted[1]?.reduce((all, row) => all + row.count, 0);
  const { db } = fresh.world;
  const reader = { userId: dana.id, days: allOn('2026-11-22') };
  const queue = await queueCounts(db, readQueueFilter(new URLSearchParams()), reader);
  const load = await loadPerPerson(db, reader.days);
  const pace = await timelinessByMonth(db, '2026-11');
  expect({
    queue: queue.total,
    glance: (await deadlineCounts(db, reader.days)).open,
    load: load.reduce((all, { open: held }) => all + held, 0),
    answered: await answeredCount(db),
    pace: pace.filter(({ kind }) => kind === null).reduce((all, { answered: sent }) => all + sent, 0),
  }).toEqual({ queue: open, glance: open, load: open, answered, pace: answered });
});

it('what tallies say and take back again is on no list, as no day, person or kind of it', async () => {
  const [ines, miriam] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  const { db } = fresh.world;
  const read = async () => {
    const days = allOn('2026-11-22');
    const [{ work }, load, calendar] = await Promise.all([
      queueCounts(db, readQueueFilter(new URLSearchParams()), { userId: miriam.id, days }),
      loadPerPerson(db, days),
      dueDays(db, days, { lastOn: '2026-12-31', mostNamed: 3 }),
    ]);
    return {
      first: work.find(({ kind }) => kind === 'complaint')?.earliestDueOn ?? null,
      held: load.find(({ person }) => person?.id === miriam.id)?.open ?? null,
      day: calendar.filter(({ dueOn }) => dueOn === '2026-11-02').map(({ requests }) => requests.length),
    };
  };
  const write = (sql: string) =>
    connected(fresh.databaseUrl, (client) => client.query(sql).then(() => undefined));
  const file = (reference: string, dueOn: string, assignee: string | null) =>
    write(
      `insert into privacy_request (id, reference, kind, patient_id, filed_by_id, channel, status, details, received_at,
         entered_at, time_zone, jurisdiction, rule_id, rule_version, holidays, received_on, due_on, submission_key, assignee_id)
       values (gen_random_uuid(), '${reference}', 'complaint', '${ines.patientId}', '${ines.id}', 'portal', 'submitted', '{}', '2026-10-01T12:00:00Z',
         '2026-10-01T12:00:00Z', 'America/New_York', 'US', 'promise.complaint', 1, '{}', '2026-10-01', '${dueOn}', gen_random_uuid(), ${assignee ? `'${assignee}'` : 'null'})`,
    );
  await file('T-stays', '2026-11-30', null);
  const before = await read();
  expect(before.first).toBe('2026-11-30');
  await file('T-once', '2026-11-02', miriam.id);
  expect(await read()).toEqual({ first: '2026-11-02', held: (before.held ?? 0) + 1, day: [1] });
  await write(
    `update privacy_request set status = 'responded', resolution = 'granted', responded_at = '2026-11-01T15:00:00Z' where reference = 'T-once'`,
  );
  expect(await read()).toEqual(before);
});
