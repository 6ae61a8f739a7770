import { afterAll, beforeAll, bench, describe } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { readQueueFilter } from '#app/requests/queue.ts';
import { queueCounts, queuePage } from '#app/requests/queue.server.ts';
import { searchRequests } from '#app/requests/queue-search.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// npm run bench -- requests. What the queue asks of the database, at few and at many requests, in one run: each p95 against its own at
// the small size. PLAINVIEW_BENCH_REQUESTS sets the large size; one request in five is open.
const sizes = [10_000, Number(process.env.PLAINVIEW_BENCH_REQUESTS ?? 1_000_000)] as const;

interface Filled {
  fresh: FreshWorld;
  dana: Person;
}
const filled = new Map<number, Filled>();
const times = new Map<string, number[]>();

/** Requests of all kinds over six years, written straight into the table: a fifth of them open, with owners, channels and names. */
async function fill(rows: number): Promise<Filled> {
  const fresh = await freshWorld({ seeded: true });
  const [ines, dana] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
  ]);
  await connected(fresh.databaseUrl, async (client) => {
    await client.query(
      `insert into privacy_request (id, reference, kind, patient_id, filed_by_id, channel, status, details, received_at,
         entered_at, time_zone, rule_id, rule_version, holidays, received_on, due_on, submission_key, search_text, assignee_id)
       select gen_random_uuid(), 'B-' || n,
         (array['accounting', 'access', 'question', 'complaint', 'amendment'])[1 + n / 5 % 5]::request_kind, $1, $2,
         (array['portal', 'portal', 'paper', 'phone', 'desk'])[1 + n / 25 % 5]::request_channel,
         (case when n % 5 = 0 then (array['submitted', 'acknowledged', 'inReview', 'waitingOnPatient'])[1 + n / 125 % 4]
               else 'responded' end)::request_status,
         '{}', at, at, 'America/New_York', 'hipaa.accounting', 1, '{}', at::date, at::date + 60, gen_random_uuid(),
         'B-' || n || ' Given' || n % 997 || ' Family' || n % 9973 || ' RB' || n,
         case when n / 5 % 3 = 0 then $3::uuid end
       from (select n, timestamptz '2026-11-22' - (case when n % 5 = 0 then n * 7919::bigint % 129600 else n * 7919::bigint % 3110400 end) * interval '1 minute' as at
             from generate_series(1, $4::int) n) as made`,
      [ines.patientId, ines.id, dana.id, rows],
    );
    await client.query('vacuum analyze privacy_request');
  });
  return { fresh, dana };
}

beforeAll(async () => {
  for (const size of sizes) filled.set(size, await fill(size));
}, 900_000);

afterAll(async () => {
  const p95 = (name: string) => {
    const sorted = [...(times.get(name) ?? [])].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
  };
  const names = [...new Set([...times.keys()].map((name) => name.split(' @ ')[0] ?? ''))];
  for (const name of names) {
    const [small, large] = sizes.map((size) => p95(`${name} @ ${size}`));
    process.stdout.write(
      `${name}: p95 ${small?.toFixed(1)} ms at ${sizes[0]}, ${large?.toFixed(1)} ms at ${sizes[1]}, ${((large ?? 0) / (small ?? 1)).toFixed(1)} times\n`,
    );
  }
  for (const { fresh } of filled.values()) await fresh.drop();
});

const reader = (dana: Person) => ({ userId: dana.id, today: '2026-11-22' });
const page =
  (query: string) =>
  async ({ fresh, dana }: Filled) => {
    const filter = readQueueFilter(new URLSearchParams(query));
    const first = await queuePage(fresh.world.db, filter, reader(dana), null);
    if (!first.after) throw new Error('there is more than one page');
    await queuePage(fresh.world.db, filter, reader(dana), { after: first.after });
  };
const search =
  (text: string) =>
  async ({ fresh, dana }: Filled) => {
    await searchRequests(fresh.world, dana, { text, after: null });
  };

const asked: Record<string, (at: Filled) => Promise<void>> = {
  'two pages by last day': page(''),
  'two pages by receipt': page('sort=received'),
  'two pages of what has ended': page('standing=ended'),
  'one kind': page('kind=complaint'),
  'one state on paper': page('status=inReview&channel=paper'),
  'late, mine': page('due=overdue&assignee=me'),
  'a name': search('Given12 Family3'),
  'a number': search('RB99'),
  'counts of all filters': async ({ fresh, dana }) => {
    await queueCounts(fresh.world.db, readQueueFilter(new URLSearchParams()), reader(dana));
  },
};

describe.each(Object.entries(asked))('%s', (name, ask) => {
  for (const size of sizes)
    bench(
      `${size} requests`,
      async () => {
        const at = filled.get(size);
        if (!at) throw new Error('not filled');
        const began = performance.now();
        await ask(at);
        const key = `${name} @ ${size}`;
        times.set(key, [...(times.get(key) ?? []), performance.now() - began]);
      },
      { iterations: 30, time: 0, warmupIterations: 3, warmupTime: 0 },
    );
});
