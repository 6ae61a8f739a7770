import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asPatient } from '#app/db/as-patient.server.ts';
import { openDatabase } from '#app/db/client.server.ts';
import { MigrationRefusal } from '#app/db/migrate.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import { appRights } from '#app/db/rights.ts';
import { connected, freshDatabase } from '#tests/support/database.ts';
import { freshWorld, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
const undo: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await fresh.drop();
});

const asPlainview = (sql: string) => fresh.world.database.pool.query(sql);
const refusalOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof pg.DatabaseError ? error.code : error),
  );

/** A login of the test's own. @returns its name */
async function login(kind: string, attributes = ''): Promise<string> {
  const name = `${kind}_${randomBytes(4).toString('hex')}`;
  await connected(fresh.databaseUrl, (client) =>
    client.query(`create role ${name} login password 'test' ${attributes}`),
  );
  undo.push(() => connected(fresh.databaseUrl, (client) => client.query(`drop role ${name}`)));
  return name;
}

function as(name: string, url: string): string {
  const address = new URL(url);
  address.username = name;
  address.password = 'test';
  return address.toString();
}

/** An empty database that belongs to a login. @returns its address with that login, and with the superuser's */
async function emptyDatabaseOf(name: string): Promise<{ url: string; adminUrl: string }> {
  const { url: adminUrl, drop } = await freshDatabase('template0');
  undo.push(drop);
  await connected(adminUrl, (client) =>
    client.query(`alter database ${new URL(adminUrl).pathname.slice(1)} owner to ${name}`),
  );
  return { url: as(name, adminUrl), adminUrl };
}

describe('the role that Plainview works as', () => {
  it('is no superuser, walks around no policy, and makes nothing', async () => {
    const { rows } = await asPlainview(
      `select current_user as name, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin from pg_roles where rolname = current_user`,
    );
    expect(rows).toEqual([
      {
        name: 'plainview_app',
        rolsuper: false,
        rolbypassrls: false,
        rolcreaterole: false,
        rolcreatedb: false,
        rolcanlogin: false,
      },
    ]);
    for (const sql of [
      'create table mine (id int)',
      'create schema mine',
      'alter table audit_event disable trigger user',
      'drop trigger audit_event_append_only on audit_event',
      'alter table audit_event owner to plainview_app',
      'set session_replication_role = replica',
      `create function mine() returns int language sql as 'select 1'`,
      `copy audit_event to program 'true'`,
    ])
      expect(await refusalOf(asPlainview(sql)), sql).toBe('42501');
  });

  it('is the role again after RESET ROLE', async () => {
    const client = await fresh.world.database.pool.connect();
    try {
      await client.query('reset role');
      expect((await client.query('select current_user as name')).rows).toEqual([{ name: 'plainview_app' }]);
    } finally {
      client.release();
    }
  });

  it.each([
    'audit_event',
    'audit_seal',
    'audit_record',
    'disclosure',
    'disclosure_evidence',
    'opt_out',
    'export_check',
    'export_check_item',
    'cohort_check',
    'cohort_denial',
    'accounting',
    'patient_merge',
    'release_rule',
    'representative_evidence',
    'entry_document',
    'column_mapping',
    'vendor_agreement',
    'vendor_endpoint',
    'vendor_label_version',
    'vendor_label_value',
  ])('may not change, remove or empty what is in %s', async (table) => {
    const { rows } = await asPlainview(
      `select attname as name from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped`,
    );
    const free =
      /update \((.*)\)/
        .exec(appRights[table] ?? '')?.[1]
        ?.replaceAll('"', '')
        .split(', ') ?? [];
    for (const { name } of rows as { name: string }[]) {
      if (free.includes(name)) continue;
      expect(await refusalOf(asPlainview(`update ${table} set "${name}" = "${name}"`)), name).toBe('42501');
    }
    expect(await refusalOf(asPlainview(`delete from ${table}`))).toBe('42501');
    expect(await refusalOf(asPlainview(`truncate ${table} cascade`))).toBe('42501');
  });

  it('has a line for every table, and a table for every line', async () => {
    const { rows } = await connected(fresh.databaseUrl, (client) =>
      client.query<{ name: string }>(`select tablename as name from pg_tables where schemaname = 'public'`),
    );
    expect(Object.keys(appRights).sort()).toEqual(rows.map(({ name }) => name).sort());
  });

  it('gets nothing of a table that has no line', async () => {
    await connected(fresh.databaseUrl, (client) => client.query('create table unknown (id int)'));
    await prepareDatabase(fresh.databaseUrl, () => undefined);
    expect(await refusalOf(asPlainview('select * from unknown'))).toBe('42501');
  });

  it('loses a right that somebody gave it beside the list', async () => {
    await connected(fresh.databaseUrl, (client) =>
      client.query('grant update (reason), delete on audit_event to plainview_app'),
    );
    await prepareDatabase(fresh.databaseUrl, () => undefined);
    expect(await refusalOf(asPlainview('update audit_event set reason = null'))).toBe('42501');
    expect(await refusalOf(asPlainview('delete from audit_event'))).toBe('42501');
  });
});

describe('logins', () => {
  it('one that is only a member of the role is enough for a prepared database', async () => {
    const url = as(await login('site', 'in role plainview_app'), fresh.databaseUrl);
    await prepareDatabase(url, () => undefined);
    const database = openDatabase(url, () => undefined);
    undo.push(database.close);
    expect(await database.db.auditEvent.count()).toBeGreaterThan(0);
    expect(await refusalOf(database.pool.query('delete from audit_event'))).toBe('42501');
    const { id: accountId, patientId } = await personOf(fresh.world, 'patient');
    const world = { ...fresh.world, database, db: database.db };
    expect(await asPatient(world, { accountId, patientId }, ({ db }) => db.patient.count())).toBe(1);
  });

  it('says whose login it needs where such a one meets a migration that is owed', async () => {
    const url = as(await login('site', 'in role plainview_app'), fresh.databaseUrl);
    await connected(fresh.databaseUrl, (client) =>
      client.query(
        'delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)',
      ),
    );
    const refused = await refusalOf(prepareDatabase(url, () => undefined));
    expect(refused).toBeInstanceOf(MigrationRefusal);
    expect(refused).toMatchObject({ code: 'ownerIsMissing' });
    expect((refused as MigrationRefusal).whatToDo).toContain('MIGRATION_DATABASE_URL');
  });

  it('an owner who may not make roles is told the lines that somebody else runs, and then it starts', async () => {
    const name = await login('owner');
    const { url, adminUrl } = await emptyDatabaseOf(name);
    const refused = (await refusalOf(prepareDatabase(url, () => undefined))) as MigrationRefusal;
    expect(refused).toMatchObject({ code: 'roleIsMissing' });
    const lines = refused.whatToDo.split('\n').slice(1);
    expect(lines).toEqual([
      '  create role plainview_app nologin;',
      '  create role plainview_patient nologin;',
      '  grant plainview_patient to plainview_app;',
      `  grant plainview_app to ${name};`,
    ]);

    await connected(adminUrl, (client) => client.query(lines[3] ?? '')); // the roles are there in this server
    await prepareDatabase(url, () => undefined);
    const database = openDatabase(url, () => undefined);
    undo.push(database.close);
    expect(await database.db.auditEvent.count()).toBe(0);
    expect(await refusalOf(database.pool.query('delete from audit_event'))).toBe('42501');
  });

  it('an owner who may make roles gives itself the role', async () => {
    const name = await login('maker', 'createrole');
    const { url, adminUrl } = await emptyDatabaseOf(name);
    await connected(adminUrl, async (client) => {
      const { rows } = await client.query<{ version: number }>(
        `select current_setting('server_version_num')::int as version`,
      );
      // What PostgreSQL gives to whoever makes a role, from version 16 on; before, CREATEROLE itself is enough.
      if ((rows[0]?.version ?? 0) >= 160_000)
        await client.query(`grant plainview_app to ${name} with admin true, set false, inherit false`);
    });
    await prepareDatabase(url, () => undefined);
    const database = openDatabase(url, () => undefined);
    undo.push(database.close);
    expect(await database.db.auditEvent.count()).toBe(0);
  });
});
