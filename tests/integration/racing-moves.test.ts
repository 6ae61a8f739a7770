import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { moveRequest, type AskedMove, type Moved } from '#app/requests/requests.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

type Asked = Omit<AskedMove, 'expectedVersion'>;

const pairs = 1_000;
let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

/** As many requests as there are pairs, written straight into the table: what races is the moves. */
async function requestsOf(ines: Person & { patientId: string }): Promise<string[]> {
  return connected(fresh.databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string; reference: string }>(
      `insert into privacy_request (id, reference, kind, patient_id, filed_by_id, channel, status, details, received_at,
         entered_at, time_zone, jurisdiction, rule_id, rule_version, holidays, received_on, due_on, submission_key)
       select gen_random_uuid(), 'RACE-' || n, 'question', $1, $2, 'portal', 'submitted', '{"topic":"other"}',
         '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z', 'America/New_York', 'US', 'promise.question', 1, '{}', '2026-11-20',
         '2026-12-04', gen_random_uuid()
       from generate_series(0, $3::int) n returning id, reference`,
      [ines.patientId, ines.id, pairs],
    );
    // The first one is what others are the same as.
    return rows.filter(({ reference }) => reference !== 'RACE-0').map(({ id }) => id);
  });
}

it('of two different moves on one version exactly one is made, a thousand times over, each with its one event', async () => {
  const [ines, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  const ids = await requestsOf(ines);
  const contests: [[Asked, Person], [Asked, Person]][] = [
    [
      [{ name: 'acknowledge' }, dana],
      [{ name: 'withdraw' }, ines],
    ],
    [
      [{ name: 'askPatient' }, dana],
      [{ name: 'markDuplicate', reason: 'Sent twice', twinReference: 'RACE-0' }, amara],
    ],
    [
      [{ name: 'askIdentity' }, amara],
      [{ name: 'acknowledge' }, dana],
    ],
    [
      [{ name: 'withdraw' }, ines],
      [{ name: 'markDuplicate', reason: 'Sent twice', twinReference: 'RACE-0' }, dana],
    ],
  ];
  const won: Record<string, number> = {};
  const race = async (id: string, at: number) => {
    const contest = contests[at % contests.length]!;
    // Whoever is asked first is not always the same one.
    const order = at % 8 < 4 ? contest : ([...contest].reverse() as typeof contest);
    const made = await Promise.all(
      order.map(([move, actor]) => moveRequest(fresh.world, id, { ...move, expectedVersion: 1 }, actor)),
    );
    const losers = made.filter((one): one is Moved & { ok: false } => !one.ok);
    expect(losers.map(({ refusal }) => refusal)).toEqual(['changedMeanwhile']);
    const [winner] = order.filter((_, side) => made[side]?.ok);
    const name = winner?.[0].name ?? '';
    won[name] = (won[name] ?? 0) + 1;
  };
  const waiting = ids.entries();
  await Promise.all(
    Array.from({ length: 6 }, async () => {
      for (const [at, id] of waiting) await race(id, at);
    }),
  );
  expect(Object.values(won).reduce((all, one) => all + one, 0)).toBe(pairs);
  expect(Object.keys(won).length).toBeGreaterThan(2);

  await connected(fresh.databaseUrl, async (client) => {
    const { rows } = await client.query<{ moved: number; events: number; odd: number }>(
      `select count(*)::int as moved, sum(events)::int as events, (count(*) filter (where events <> 1))::int as odd
       from (select r.id, (select count(*) from audit_event e where e.request_id = r.id) as events
             from privacy_request r where r.version = 2 and r.id = any($1::uuid[])) as each`,
      [ids],
    );
    expect(rows).toEqual([{ moved: pairs, events: pairs, odd: 0 }]);
  });
}, 180_000);
