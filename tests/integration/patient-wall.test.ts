import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { asPatient, type Reader } from '#app/db/as-patient.server.ts';
import { Prisma } from '#app/db/client.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import { patientRights, unwalled, walled } from '#app/db/wall.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { connected } from '#tests/support/database.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';
import { freshWorld, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let story: ToldStory;
/** Ines, whose record is joined with another one; and everybody else who has an account and a record. */
let ines: Person & { patientId: string };
let others: { id: string; patientId: string }[];

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  story = await tellStory(fresh.world);
  const accounts = await fresh.world.db.user.findMany({
    where: { patientId: { not: null } },
    select: { id: true, patientId: true },
  });
  const { patientId: _own, ...person } = await personOf(fresh.world, 'patient');
  ines = { ...person, patientId: story.people.patient };
  const owner = accounts.find(({ patientId }) => patientId === ines.patientId);
  if (owner) ines = { ...ines, id: owner.id };
  others = accounts.flatMap(({ id, patientId }) => (patientId && id !== ines.id ? [{ id, patientId }] : []));
  // What is tried here is the policies: with rights to every table, a forgotten right hides no forgotten policy.
  await asOwner('grant select on all tables in schema public to plainview_patient');
}, 120_000);
afterAll(() => fresh.drop());

const asOwner = <Row extends object>(sql: string) =>
  connected(fresh.databaseUrl, async (client) => (await client.query<Row>(sql)).rows);
const readerOf = (one: { id: string; patientId: string }): Reader => ({
  accountId: one.id,
  patientId: one.patientId,
});
/** The same door as the pages', and a query that names nobody. */
const everyRow = <Row>(reader: Reader, sql: string): Promise<Row[]> =>
  asPatient(fresh.world, reader, ({ db }) => db.$queryRaw<Row[]>(Prisma.sql([sql])));
const counted = async (reader: Reader, table: string) =>
  (await everyRow<{ count: number }>(reader, `select count(*)::int as count from "${table}"`))[0]?.count ??
  -1;

/** How a row of each table leads to its patient, written apart from the policies that it checks. */
const patientOf: Record<string, string> = {
  accounting: 't.patient_id',
  accounting_suspension: 't.patient_id',
  attachment:
    'coalesce((select r.patient_id from privacy_request r where r.id = t.request_id), (select d.patient_id from request_draft d where d.id = t.draft_id))',
  audit_event: 't.patient_id',
  cohort_denial: '(select o.patient_id from opt_out o where o.id = t.opt_out_id)',
  disclosure: 't.patient_id',
  disclosure_evidence: '(select d.patient_id from disclosure d where d.id = t.disclosure_id)',
  export_check_item: 't.patient_id',
  fee_notice: '(select r.patient_id from privacy_request r where r.id = t.request_id)',
  opt_out: 't.patient_id',
  opt_out_alert: 't.patient_id',
  opt_out_ask: '(select o.patient_id from opt_out o where o.id = t.opt_out_id)',
  patient: 't.id',
  patient_identifier: 't.patient_id',
  privacy_request: 't.patient_id',
  representation: 't.patient_id',
  request_clock_event: '(select r.patient_id from privacy_request r where r.id = t.request_id)',
  request_draft: 't.patient_id',
  request_message: '(select r.patient_id from privacy_request r where r.id = t.request_id)',
  request_response: '(select r.patient_id from privacy_request r where r.id = t.request_id)',
  vendor_notice: 't.patient_id',
  vendor_notice_event: '(select n.patient_id from vendor_notice n where n.id = t.notice_id)',
  vendor_proof:
    '(select n.patient_id from vendor_notice n join vendor_notice_event e on e.notice_id = n.id where e.id = t.event_id)',
  sent_letter: '(select r.patient_id from privacy_request r where r.id = t.request_id)',
};

/** Keys of all rows, each with its patient, as the owner sees them. */
async function ownersOf(table: string): Promise<Map<string, string | null>> {
  const rows = await asOwner<{ row: string; patient: string | null }>(
    `select to_jsonb(t)::text as row, (${patientOf[table]})::text as patient from "${table}" t`,
  );
  return new Map(rows.map(({ row, patient }) => [row, patient]));
}

/** Tables of the list in which each account finds rows of its own and leaves those of others, in this story. */
const told = ['audit_event', 'disclosure', 'patient', 'patient_identifier'];

describe('the wall behind a patient’s page', () => {
  it('gives a query without any “where” the patient’s rows alone, in every table', async () => {
    const strangers = new Set<string>();
    for (const table of Object.keys(patientOf)) {
      const owners = await ownersOf(table);
      for (const one of [ines, ...others]) {
        const group: (string | null)[] = await recordGroup(fresh.world.db, one.patientId);
        const rows = await everyRow<{ row: string }>(
          readerOf(one),
          `select to_jsonb(t)::text as row from "${table}" t`,
        );
        const isOwn = (row: string) =>
          group.includes(owners.get(row) ?? null) ||
          (table === 'audit_event' && row.includes(`"subject_id": "${one.id}"`));
        for (const { row } of rows) expect(isOwn(row), `${table}: ${row}`).toBe(true);
        if (rows.length > 0 && [...owners.keys()].some((row) => !isOwn(row))) strangers.add(table);
      }
    }
    expect([...strangers]).toEqual(expect.arrayContaining(told));
  });

  it('lets through what the pages need: the rows are there, in joined records too', async () => {
    for (const table of ['privacy_request', 'opt_out', 'disclosure', 'patient_identifier', 'audit_event'])
      expect(await counted(readerOf(ines), table), table).toBeGreaterThan(0);
    const group = await recordGroup(fresh.world.db, ines.patientId);
    expect(group.length).toBeGreaterThan(1);
    const seen = await everyRow<{ id: string }>(readerOf(ines), 'select id from patient');
    expect(seen.map(({ id }) => id).sort()).toEqual([...group].sort());
    // From whichever of them it is asked.
    for (const patientId of group)
      expect(await counted({ accountId: ines.id, patientId }, 'patient')).toBe(group.length);
    const [all] = await asOwner<{ count: number }>(
      `select count(*)::int as count from disclosure where patient_id in (${group.map((id) => `'${id}'`).join()})`,
    );
    expect(await counted(readerOf(ines), 'disclosure')).toBe(all?.count);
  });

  it('a representative reads the record that they act on, and no draft of somebody else', async () => {
    const [other] = others;
    if (!other) throw new Error('nobody else has an account');
    const reader = { accountId: other.id, patientId: ines.patientId };
    expect(await counted(reader, 'privacy_request')).toBe(await counted(readerOf(ines), 'privacy_request'));
    expect(await counted(reader, 'request_draft')).toBe(0);
  });

  it('shows no note between staff, no answer before it is sent, and no name of another patient', async () => {
    const notes = await everyRow(
      readerOf(ines),
      `select id from request_message where audience <> 'patient'`,
    );
    expect(notes).toEqual([]);
    expect(
      (await asOwner(`select id from request_message where audience <> 'patient'`)).length,
    ).toBeGreaterThan(0);
    expect(
      await everyRow(readerOf(ines), 'select request_id from request_response where sent_at is null'),
    ).toEqual([]);
    expect(
      (await asOwner('select request_id from request_response where sent_at is null')).length,
    ).toBeGreaterThan(0);
    const seen = await everyRow<{ id: string; role: string }>(
      readerOf(ines),
      'select id, role::text from user_account',
    );
    const strangers = seen.filter(
      ({ id, role }) => role === 'patient' && others.some((one) => one.id === id),
    );
    const involved = await asOwner<{ id: string }>(
      `select representative_id as id from representation where patient_id = '${ines.patientId}'`,
    );
    expect(strangers.filter(({ id }) => !involved.some((one) => one.id === id))).toEqual([]);
  });

  it('without the setting there is not a row, in any table of the list', async () => {
    for (const table of Object.keys(walled)) {
      const count = await fresh.world.db.$transaction(async (tx) => {
        await tx.$executeRaw`select set_config('role', 'plainview_patient', true)`;
        const rows = await tx.$queryRaw<{ count: number }[]>(
          Prisma.sql([
            `select count(*)::int as count from "${table}" where ${table === 'user_account' ? `role = 'patient'` : 'true'}`,
          ]),
        );
        return rows[0]?.count;
      });
      expect(count, table).toBe(0);
    }
    const nobody = { accountId: ines.id, patientId: null };
    for (const table of ['privacy_request', 'disclosure', 'opt_out', 'patient'])
      expect(await counted(nobody, table), table).toBe(0);
  });

  it('writes nothing, and leaves the transaction by no other way', async () => {
    for (const sql of [
      `delete from opt_out`,
      `update patient set family_name = 'X'`,
      `insert into holiday default values`,
    ])
      await expect(everyRow(readerOf(ines), sql), sql).rejects.toThrow(/permission denied|read-only/);
    await expect(
      asPatient(fresh.world, readerOf(ines), async ({ database }) => database.pool.query('select 1')),
    ).rejects.toThrow('does not reach for the pool');
    const within = await asPatient(fresh.world, readerOf(ines), ({ db }) =>
      db.$transaction((tx) => tx.$queryRaw<object[]>`select current_user as name`),
    );
    expect(within).toEqual([{ name: 'plainview_patient' }]);
  });

  it('asks its one connection one thing at a time, whatever is asked at once', async () => {
    const warnings: Error[] = [];
    const keep = (warning: Error) => void warnings.push(warning);
    process.on('warning', keep);
    const counts = await asPatient(fresh.world, readerOf(ines), ({ db }) =>
      Promise.all([db.patient.count(), db.optOut.count(), db.disclosure.count(), db.vendor.count()]),
    );
    await new Promise(setImmediate);
    process.off('warning', keep);
    expect(counts).toEqual(expect.arrayContaining([expect.any(Number)]));
    expect(warnings).toEqual([]);
  });

  it('leaves nothing of role or settings to whoever has the connection next', async () => {
    const state = `select pg_backend_pid() as pid, current_user as name, current_setting('plainview.records', true) as records,
      current_setting('plainview.account', true) as account, current_setting('transaction_read_only') as "readOnly"`;
    const inside = new Set<number>();
    for (let round = 0; round < 5; round += 1) {
      const [row] = await everyRow<{ pid: number; name: string }>(readerOf(ines), state);
      expect(row?.name).toBe('plainview_patient');
      if (row) inside.add(row.pid);
    }
    await expect(
      asPatient(fresh.world, readerOf(ines), () => Promise.reject(new Error('half-way'))),
    ).rejects.toThrow('half-way');
    const clients = await Promise.all(Array.from({ length: 20 }, () => fresh.world.database.pool.connect()));
    try {
      const after = await Promise.all(clients.map((client) => client.query<Record<string, string>>(state)));
      const rows = after.flatMap(({ rows: found }) => found);
      expect(rows.some(({ pid }) => inside.has(Number(pid)))).toBe(true);
      for (const { name, records, account, readOnly } of rows)
        expect({ name, records: records || null, account: account || null, readOnly }).toEqual({
          name: 'plainview_app',
          records: null,
          account: null,
          readOnly: 'off',
        });
    } finally {
      for (const client of clients) client.release();
    }
  });
});

describe('the list of tables', () => {
  /** Tables with the id of a patient or of a choice of theirs, and what points at them, as far as that leads; an account is not a record, and ends the way. */
  const leading = `with recursive key as (
      select conrelid::regclass::text as child, confrelid::regclass::text as parent from pg_constraint where contype = 'f'
    ), leads as (
      select table_name::text as name from information_schema.columns where table_schema = 'public' and column_name in ('patient_id', 'opt_out_id')
      union select 'patient'
      union select key.child from key join leads on leads.name = key.parent and key.parent <> 'user_account'
    ) select name from leads order by 1`;
  /** Their rows are held by those of another table that is read with them. */
  const others = ['export_check', 'cohort_check'];

  it('has every table that leads to a patient, also one that is added later', async () => {
    const held = [...Object.keys(walled)].filter((table) => !others.includes(table)).sort();
    expect((await asOwner<{ name: string }>(leading)).map(({ name }) => name)).toEqual(held);
    await asOwner('create table later (id int, patient_id uuid)');
    const found = (await asOwner<{ name: string }>(leading)).map(({ name }) => name);
    await asOwner('drop table later');
    expect(found.filter((name) => !Object.hasOwn(walled, name))).toEqual(['later']);
  });

  it('is all that the role may read, but for tables in which no row is a patient’s', () => {
    const beside = Object.keys(patientRights).filter((table) => !Object.hasOwn(walled, table));
    expect(beside).toEqual(unwalled);
  });

  it('each has its policies switched on, for both roles and for nobody else', async () => {
    const rows = await asOwner<{ table: string; roles: string }>(
      `select tablename as table, string_agg(array_to_string(roles, '+') || ':' || cmd, ' ' order by policyname) as roles
         from pg_policies join pg_class on relname = tablename and relrowsecurity where schemaname = 'public' group by 1 order by 1`,
    );
    expect(rows).toEqual(
      Object.keys(walled)
        .sort()
        .map((table) => ({ table, roles: 'plainview_app:ALL plainview_patient:SELECT' })),
    );
  });

  it('a policy that was taken down is put up again at the next start, and rights beside the list go', async () => {
    await asOwner(
      'drop policy plainview_patient on disclosure; alter table opt_out disable row level security',
    );
    await prepareDatabase(fresh.databaseUrl, () => undefined);
    const [row] = await asOwner<{ on: boolean; policies: number; beside: boolean; role: boolean }>(
      `select (select relrowsecurity from pg_class where oid = 'opt_out'::regclass) as on,
        (select count(*)::int from pg_policies where tablename = 'disclosure') as policies,
        has_table_privilege('plainview_patient', 'session', 'select') as beside,
        (select rolsuper or rolbypassrls or rolcanlogin or rolcreaterole from pg_roles where rolname = 'plainview_patient') as role`,
    );
    expect(row).toEqual({ on: true, policies: 2, beside: false, role: false });
  });
});
