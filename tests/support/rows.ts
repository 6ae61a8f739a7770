import type pg from 'pg';

/** What may change without anybody's record changing: the trail itself, tallies that are folded, counters of tries, mail going out, and when somebody was last there. */
const besides = {
  tables: [
    'audit_event',
    'audit_seal',
    'rate_limit',
    'pending_sign_in',
    'outbox_message',
    'heartbeat',
    'open_tally',
    'answer_tally',
    'source_heartbeat',
    '_prisma_migrations',
  ],
  columns: [
    'last_seen_at',
    'last_used_at',
    'last_read_at',
    'sent_at',
    'details_sealed',
    'tries',
    'tried_at',
    'failure',
  ],
};

/** For each table its number of rows and a sum over their content. Equal before and after: nothing was written. */
export async function everyTable(client: pg.Client): Promise<Record<string, string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> all($1) order by 1`,
    [besides.tables],
  );
  const sums = tables.map(
    ({ name }) =>
      `select '${name}' as name, count(*) || ' ' || coalesce(sum(hashtext((to_jsonb(t) - $1::text[])::text)), 0) as sum from "${name}" t`,
  );
  const { rows } = await client.query<{ name: string; sum: string }>(sums.join(' union all '), [
    besides.columns,
  ]);
  return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]));
}

/** Waits until the worker has nothing left to do, so that what changes afterwards is the test's doing. */
export async function settled(client: pg.Client): Promise<void> {
  const waiting =
    'select 1 from graphile_worker.jobs where attempts < max_attempts and run_at <= now() limit 1';
  while ((await client.query(waiting)).rowCount) await new Promise((resolve) => setImmediate(resolve));
}
