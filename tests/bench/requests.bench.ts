import { afterAll, beforeAll, bench, describe } from 'vitest';
import { foldTallies } from '#app/requests/tallies.server.ts';
import { percentile, readPage } from '#tests/support/bench-pages.ts';
import { connected } from '#tests/support/database.ts';
import { signedIn } from '#tests/support/killed-load.ts';
import { pause, startRealSite, type RealSite } from '#tests/support/site-process.ts';
import { castMember, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// npm run build && npm run bench -- requests. The pages of staff and officers as the built site serves them, at few and at many requests,
// in one run: each p95 against its own at the small size. PLAINVIEW_BENCH_REQUESTS sets the large size; one request in five is open.
const sizes = [10_000, Number(process.env.PLAINVIEW_BENCH_REQUESTS ?? 1_000_000)] as const;
const rounds = Number(process.env.BENCH_ROUNDS ?? 100);
const bearable = 2;

interface Filled {
  site: RealSite;
  staff: string;
  officer: string;
  request: string;
}
const filled: Filled[] = [];

/** Requests of all kinds over six years, written straight into the table: a fifth of them open, with owners, channels and names. */
async function fill(fresh: FreshWorld, rows: number): Promise<void> {
  const [ines, dana] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
  ]);
  await connected(fresh.databaseUrl, async (client) => {
    // Other patients than those who have accounts: their pages are no part of this.
    await client.query(
      `insert into patient select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid()))).*
         from patient p cross join generate_series(1, 2000) where p.id = $1`,
      [ines.patientId],
    );
    // Nobody is reminded: mail is no part of this.
    await client.query(
      `insert into setting_version (id, name, value, set_at)
       values (gen_random_uuid(), 'reminders', $1, now())`,
      [JSON.stringify({ halfWay: false, daysBefore: [], due: false, overdueDaily: false, to: 'both' })],
    );
    // Indexes are made after the rows: a tenth of the time.
    const { rows: indexes } = await client.query<{ name: string; sql: string }>(
      `select indexname as name, indexdef as sql from pg_indexes
        where tablename = 'privacy_request' and indexdef not like 'CREATE UNIQUE%'`,
    );
    for (const { name } of indexes) await client.query(`drop index "${name}"`);
    await client.query(`set maintenance_work_mem = '256MB'`);
    await client.query(
      `insert into privacy_request (id, reference, kind, patient_id, filed_by_id, channel, status, resolution, details, received_at,
         entered_at, time_zone, jurisdiction, rule_id, rule_version, holidays, received_on, due_on, responded_at, submission_key, search_text, assignee_id)
       select gen_random_uuid(), 'B-' || n,
         (array['accounting', 'access', 'question', 'complaint', 'amendment'])[1 + n / 5 % 5]::request_kind,
         (select ids[1 + n % array_length(ids, 1)]), $1,
         (array['portal', 'portal', 'paper', 'phone', 'desk'])[1 + n / 25 % 5]::request_channel,
         (case when n % 5 = 0 then (array['submitted', 'acknowledged', 'inReview', 'waitingOnPatient'])[1 + n / 125 % 4]
               else 'responded' end)::request_status,
         (case when n % 5 <> 0 then 'granted' end)::request_resolution,
         '{"from": "2020-01-01", "to": "2026-01-01"}', at, now(), 'America/New_York', 'US', 'hipaa.accounting', 1, '{}', at::date, at::date + 60,
         case when n % 5 <> 0 then at + (1 + n % 70) * interval '1 day' end, gen_random_uuid(),
         'B-' || n || ' Given' || n % 997 || ' Family' || n % 9973 || ' RB' || n,
         case when n / 5 % 3 = 0 then $2::uuid end
       from (select n, now() - (case when n % 5 = 0 then n * 7919::bigint % 129600 else 100000 + n * 7919::bigint % 3110400 end) * interval '1 minute' as at
             from generate_series(1, $3::int) n) as made,
            (select array_agg(id) as ids from patient) as register`,
      [ines.id, dana.id, rows],
    );
    for (const { sql } of indexes) await client.query(sql);
    await client.query('vacuum analyze');
  });
  await foldTallies(fresh.world.db);
}

beforeAll(async () => {
  for (const size of sizes) {
    const began = performance.now();
    const site = await startRealSite({
      count: 1,
      smtpUrl: 'smtp://127.0.0.1:1',
      fill: (fresh) => fill(fresh, size),
    });
    const request = await connected(site.fresh.databaseUrl, async (client) => {
      // What a start owes is done before anything is measured: it looks at each open request.
      const atWork = `select 1 from graphile_worker.jobs where task_identifier = 'remind'`;
      while ((await client.query(atWork)).rowCount) await pause(500);
      const { rows } = await client.query<{ id: string }>(
        `select id from privacy_request where status = 'inReview' and kind = 'question' order by id limit 1`,
      );
      return rows[0]?.id ?? '';
    });
    filled.push({
      site,
      staff: await signedIn(site.processes, castMember('staff')).cookie(),
      officer: await signedIn(site.processes, castMember('privacyOfficer')).cookie(),
      request,
    });
    process.stdout.write(
      `${size} requests are there after ${Math.round((performance.now() - began) / 1_000)} s\n`,
    );
  }
}, 1_800_000);
afterAll(async () => {
  await Promise.all(filled.map(({ site }) => site.stop()));
}, 300_000);

const queue =
  (query: string) =>
  ({ site, staff }: Filled) =>
    readPage(site.processes[0]!, `/staff?${query}`, { cookie: staff });
const search =
  (text: string) =>
  ({ site, staff }: Filled) =>
    readPage(site.processes[0]!, '/staff?index', { cookie: staff, form: { intent: 'search', text } });

const pages: Record<string, (at: Filled) => Promise<number>> = {
  'the queue': queue(''),
  'the queue by receipt': queue('sort=received'),
  'what has ended': queue('standing=ended'),
  'one kind': queue('kind=complaint'),
  'one state on paper': queue('status=inReview&channel=paper'),
  'late, mine': queue('due=overdue&assignee=me'),
  'due today, by phone': queue('due=today&channel=phone'),
  "later, nobody's": queue('due=later&assignee=nobody'),
  'at risk, one kind': queue('risk=atRisk&kind=question'),
  'a kind that nobody asks for': queue('kind=recall&sort=received'),
  'a name': search('Given12 Family3'),
  'a number': search('RB99'),
  'the officer’s page': ({ site, officer }) => readPage(site.processes[0]!, '/officer', { cookie: officer }),
  'a request': ({ site, staff, request }) =>
    readPage(site.processes[0]!, `/staff/requests/${request}`, { cookie: staff }),
};

describe('pages at few and at many requests', () => {
  bench(
    'all of them, in turn',
    async () => {
      const slow: string[] = [];
      for (const [name, read] of Object.entries(pages)) {
        const times: number[][] = sizes.map(() => []);
        for (let round = -3; round < rounds; round++)
          for (const [at, one] of filled.entries()) {
            const took = await read(one);
            if (round >= 0) times[at]?.push(took);
          }
        const [small = Number.NaN, large = Number.NaN] = times.map((one) => percentile(one, 0.95));
        const [median = Number.NaN, medianLarge = Number.NaN] = times.map((one) => percentile(one, 0.5));
        if (large > bearable * small) slow.push(name);
        process.stdout.write(
          `${name}: p95 ${small.toFixed(1)} ms at ${sizes[0]}, ${large.toFixed(1)} ms at ${sizes[1]}: ${(large / small).toFixed(2)} times` +
            ` (medians ${median.toFixed(1)} and ${medianLarge.toFixed(1)})\n`,
        );
      }
      if (slow.length > 0) throw new Error(`over ${bearable} times: ${slow.join('; ')}`);
      process.stdout.write(`all within ${bearable} times\n`);
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});
