import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdtemp, open, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoints, writeCheckpoint } from '#app/audit/checkpoints.server.ts';
import { noteHead } from '#app/audit/head-note.server.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { takeSnapshot } from '#app/db/backup/take.server.ts';
import { inTransaction, openDatabase, type Database } from '#app/db/client.server.ts';
import { prepareDatabase } from '#app/db/prepare.server.ts';
import { appRights } from '#app/db/rights.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { keepForm } from '#app/people/kept-forms.server.ts';
import { createMachineClient, rotateMachineKey } from '#app/people/machine-clients.server.ts';
import { issueCodes, newCodes } from '#app/people/one-time-codes.server.ts';
import { proveFactor } from '#app/people/prove-factor.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { checkCode, checkPassword } from '#app/people/sign-in.server.ts';
import { runCommand } from '#app/server/admin/run.ts';
import { keyHolder } from '#tests/support/key-holder.ts';
import { connected, freshDatabase, type FreshDatabase } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { testKeys } from '#tests/support/fixed.ts';
import { everyTable } from '#tests/support/rows.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember, codeNow, freshWorld, minutes, seconds, type FreshWorld } from '#tests/support/world.ts';

const t1 = `t1:${Buffer.alloc(32, 7).toString('base64')}`;
const n1 = `n1:${Buffer.alloc(32, 8).toString('base64')}`;
const from = { address: '203.0.113.9', userAgent: 'backup' };

let fresh: FreshWorld;
let folder: string;
/** Of the story, taken while somebody wrote. */
let file: string;
let before: Record<string, string>;
let oldSession: string;
let oldHalf: string;
const undo: (() => Promise<unknown>)[] = [];

interface Ran {
  code: number;
  printed: string;
  said: string;
}

async function admin(args: string[], url: string, settings: Record<string, string> = {}): Promise<Ran> {
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await runCommand([...args, '--demo'], {
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
    now: fresh.clock.now,
    env: environment(url, settings),
  });
  return { code, printed: printed.join('\n'), said: said.join('\n') };
}

const environment = (url: string, settings: Record<string, string> = {}) => ({
  DATABASE_URL: url,
  APP_KEYS: t1,
  DATA_DIR: folder,
  AUDIT_CHECKPOINT_FILE: path.join(folder, 'none.jsonl'),
  ...settings,
});

/** The same command as a process of its own, to be killed. */
function started(args: string[], url: string) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'app/server/admin.ts', ...args, '--demo'], {
    env: { ...process.env, ...environment(url) },
    stdio: 'ignore',
  });
  const ended = new Promise<string | null>((resolve) => child.on('exit', (_code, signal) => resolve(signal)));
  return { kill: () => (child.kill('SIGKILL'), ended), ended };
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000;
  while (!(await isSo())) {
    if (performance.now() > end) throw new Error(`still not so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function emptyDatabase(): Promise<FreshDatabase> {
  const empty = await freshDatabase('template0');
  undo.push(empty.drop);
  return empty;
}

const opened = (url: string): Database => {
  const database = openDatabase(url, () => undefined);
  undo.push(database.close);
  return database;
};

/** Every table of both schemas; what a restore left would be in one of them. */
const tablesIn = (url: string) =>
  connected(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname in ('public', 'graphile_worker') and c.relkind = 'r'
       union all select nspname from pg_namespace where nspname in ('graphile_worker', 'plainview_restore')
       union all select typname from pg_type where typnamespace = 'public'::regnamespace
       union all select proname from pg_proc where pronamespace = 'public'::regnamespace`,
    );
    return rows.map(({ name }) => name);
  });

const ask = (world: FreshWorld['world'], patientId: string, purpose: string) =>
  answerCheck(
    world,
    { id: machineId, vendorId: null },
    { purpose, recipient, identifiable: true, at: null, items: [{ patientId, issuer: 'RIVERBEND' }] },
  ).then(({ results }) => results[0]);

let machineId: string;
let oldKey: string;
let oldCodes: string[];
let recipient: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-backup-'));
  const { world, clock, databaseUrl } = fresh;
  await tellStory(world);
  ({ id: machineId } = await world.db.machineClient.findFirstOrThrow({ select: { id: true } }));
  ({ slug: recipient } = await world.db.vendor.findFirstOrThrow({ select: { slug: true } }));
  const dana = await world.db.user.findUniqueOrThrow({
    where: { email: castMember('staff').email },
    select: { id: true },
  });
  oldSession = await startSession(world.db, dana.id, { ...from, factor: 'totp' }, clock.now());
  ({ key: oldKey } = await createMachineClient(world.db, {
    name: 'Gateway of then',
    scopes: ['checks:read'],
    actor: { kind: 'system', name: 'test' },
    now: clock.now(),
  }));
  const sheet = await newCodes(2);
  oldCodes = sheet.texts;
  await inTransaction(world.db, (tx) =>
    issueCodes(tx, { owner: { userId: dana.id }, kind: 'sheet', rows: sheet.rows, now: clock.now() }),
  );
  const form = new FormData();
  form.set('note', 'x');
  await keepForm(world, { userId: dana.id, path: '/staff', form });
  const officer = castMember('privacyOfficer');
  const half = await checkPassword(world, officer.email, officer.password, from);
  if (half.outcome !== 'secondFactorOwed') throw new Error(half.outcome);
  oldHalf = half.pendingSecret;
  await sealEvents(world.db, clock.now());
  before = await connected(databaseUrl, everyTable);

  // Somebody writes all the while: rows come and go together, so that an inconsistent copy would show.
  let goOn = true;
  let wrote = 0;
  const writing = (async () => {
    while (goOn) {
      await world.db.holiday.createMany({
        data: [
          { onDate: new Date('2031-01-01'), name: 'a' },
          { onDate: new Date('2031-01-02'), name: 'b' },
        ],
      });
      await world.db.holiday.deleteMany({ where: { onDate: { gte: new Date('2031-01-01') } } });
      wrote += 1;
    }
  })();
  file = path.join(folder, 'story.backup');
  const made = await admin(['backup', '--to', file], databaseUrl);
  goOn = false;
  await writing;
  expect(wrote).toBeGreaterThan(0);
  expect(made, made.said).toMatchObject({ code: 0, printed: file });
  expect(made.said).toContain('APP_KEYS needs: t1. They are not in the file.');
}, 120_000);

afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await fresh.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('a back-up', () => {
  it('is for its owner alone, whole under its name, and shows nothing of what is in it', async () => {
    const { mode, size } = await stat(file);
    expect(mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter((name) => name.startsWith('story'))).toEqual(['story.backup']);
    expect(size).toBeGreaterThan(10_000);
    const text = (await readFile(file)).toString('latin1');
    for (const word of ['Okafor', 'RB000417', castMember('patient').email, 'Riverbend'])
      expect(text).not.toContain(word);
  });

  it('overwrites nothing, and says what is in its way', async () => {
    const bytes = await readFile(file);
    const again = await admin(['backup', '--to', file], fresh.databaseUrl);
    expect(again.code).toBe(1);
    expect(again.said).toContain('is there already: a back-up overwrites nothing.');
    expect((await readFile(file)).equals(bytes)).toBe(true);
    const nowhere = await admin(['backup', '--to', path.join(folder, 'no', 'such')], fresh.databaseUrl);
    expect(nowhere).toMatchObject({ code: 1, said: expect.stringContaining('There is no folder') });
  });

  it('into a folder gets a name with the time, and both are told of in the audit', async () => {
    const inFolder = await admin(['backup', '--to', folder], fresh.databaseUrl);
    const name = `plainview-${fresh.clock
      .now()
      .toISOString()
      .replace(/[-:]|\.\d+/g, '')}.backup`;
    expect(inFolder).toMatchObject({ code: 0, printed: path.join(folder, name) });
    const told = await fresh.world.db.auditEvent.findMany({
      where: { subjectKind: 'backup' },
      orderBy: { id: 'asc' },
      select: { type: true, actorName: true },
    });
    expect(told.slice(0, 2)).toEqual(
      ['backup.began', 'backup.made'].map((type) => ({ type, actorName: 'Operator at the command line' })),
    );
  });

  it('that is killed half-way leaves no file of its name', async () => {
    const { databaseUrl } = fresh;
    await connected(databaseUrl, (client) =>
      client.query(
        `insert into rate_limit (key, points) select i || md5(i::text) || md5(random()::text) || md5(random()::text), i from generate_series(1, 200000) i`,
      ),
    );
    const target = path.join(folder, 'killed.backup');
    const child = started(['backup', '--to', target], databaseUrl);
    await until(
      'much of it is written',
      async () => ((await sizeOf(`${target}.unfinished`)) ?? 0) > 1_000_000,
    );
    expect(await child.kill()).toBe('SIGKILL');
    expect(existsSync(target)).toBe(false);
    const half = await admin(['restore', `${target}.unfinished`], (await emptyDatabase()).url);
    expect(half).toMatchObject({ code: 1, said: expect.stringContaining('is not whole') });
    const again = await admin(['backup', '--to', target], databaseUrl);
    expect(again).toMatchObject({ code: 1, said: expect.stringContaining('delete it') });
    // A disk that is full ends it in words, in the middle of a long table.
    const full = takeSnapshot(databaseUrl, {
      add: async (part, rows) => {
        for await (const bytes of rows)
          if (part.name === 'rate_limit' && bytes) throw new Error('the disk is full');
      },
    });
    await expect(full).rejects.toThrow('the disk is full');
    await connected(databaseUrl, (client) => client.query('delete from rate_limit'));
  }, 120_000);
});

describe('a restore into a new database', () => {
  let restored: Database;
  let url: string;
  let ran: Ran;
  const world = (): FreshWorld['world'] => ({ ...fresh.world, database: restored, db: restored.db });

  beforeAll(async () => {
    ({ url } = await emptyDatabase());
    ran = await admin(['restore', file], url);
    expect(ran.code, ran.said).toBe(0);
    restored = opened(url);
  }, 60_000);

  it('has the same rows, keys, sequences and rights', async () => {
    const after = await connected(url, everyTable);
    // What ends with a restore, and what tells of it.
    const differs = ['session', 'kept_form', 'machine_key', 'code_set', 'restored_backup', 'holiday'];
    const without = (sums: Record<string, string>) =>
      Object.fromEntries(Object.entries(sums).filter(([name]) => !differs.includes(name)));
    expect(without(after)).toEqual(without(before));
    // Of the rows that came and went together meanwhile: both or none.
    const ofBoth = await connected(url, (client) =>
      client.query(`select 1 from holiday where on_date >= '2031-01-01'`),
    );
    expect([0, 2]).toContain(ofBoth.rowCount);
    const form = (address: string) =>
      connected(address, async (client) => {
        const { rows } = await client.query<Record<string, string>>(
          `select conrelid::regclass::text as on, conname as name, pg_get_constraintdef(oid) as is, convalidated::text as state from pg_constraint where connamespace = 'public'::regnamespace
           union all select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), tgenabled::text from pg_trigger where not tgisinternal
           union all select table_name, privilege_type, grantee, '' from information_schema.role_table_grants where table_schema = 'public'
           order by 1, 2, 3, 4`,
        );
        return rows;
      });
    expect(await form(url)).toEqual(await form(fresh.databaseUrl));
    expect(Object.keys(appRights).length).toBeGreaterThan(40);
    const next = await connected(url, async (client) => {
      const { rows } = await client.query<{ next: string; highest: string }>(
        `select nextval('audit_event_id_seq') as next, (select max(id) from audit_event) as highest`,
      );
      return rows[0];
    });
    expect(Number(next?.next)).toBeGreaterThan(Number(next?.highest));
    await expect(prepareDatabase(url, () => undefined)).resolves.toBeUndefined();
  });

  it('has the work that was queued', async () => {
    const jobsOf = (address: string) =>
      connected(address, async (client) => {
        const { rows } = await client.query<Record<string, unknown>>(
          `select t.identifier, j.payload, j.key, j.priority, j.max_attempts from graphile_worker._private_jobs j
             join graphile_worker._private_tasks t on t.id = j.task_id order by j.key`,
        );
        return rows;
      });
    const jobs = await jobsOf(url);
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs).toEqual(await jobsOf(fresh.databaseUrl));
  });

  it('has a whole audit chain, which goes on with the restore', async () => {
    await sealEvents(restored.db, fresh.clock.now());
    expect(await verifyChain(restored.db)).toMatchObject({ whole: true });
    const last = await restored.db.auditEvent.findFirst({
      orderBy: { id: 'desc' },
      select: { type: true, after: true },
    });
    expect(last).toMatchObject({
      type: 'backup.restored',
      // Two keys: the demo facility’s gateway and the one of this test.
      after: { sessionsEnded: 1, keysEnded: 2, codesEnded: 1 },
    });
    await verifies(url);
  });

  it('lets nobody in who was signed in then, and everybody who signs in', async () => {
    const now = fresh.clock.now();
    expect(await readSession(fresh.world.db, oldSession, now)).not.toBeNull();
    expect(await readSession(restored.db, oldSession, now)).toBeNull();
    const officer = castMember('privacyOfficer');
    expect(await checkCode(world(), oldHalf, codeNow(officer, fresh.clock), from)).not.toMatchObject({
      outcome: 'signedIn',
    });
    expect(await restored.db.keptForm.count()).toBe(0);
    fresh.clock.advance(seconds(30));
    const half = await checkPassword(world(), officer.email, officer.password, from);
    if (half.outcome !== 'secondFactorOwed') throw new Error(half.outcome);
    expect(await checkCode(world(), half.pendingSecret, codeNow(officer, fresh.clock), from)).toMatchObject({
      outcome: 'signedIn',
    });
  });

  it('takes no key of a program and no printed code of then, and a new key', async () => {
    const now = fresh.clock.now();
    expect(await keyHolder(fresh.world.database, oldKey, now)).not.toBeNull();
    expect(await keyHolder(restored, oldKey, now)).toBeNull();
    const { id } = await restored.db.user.findUniqueOrThrow({
      where: { email: castMember('staff').email },
      select: { id: true },
    });
    const [code = ''] = oldCodes;
    expect(await proveFactor(world(), { id }, { code }, 'signIn')).toBeNull();
    expect(await proveFactor(fresh.world, { id }, { code }, 'signIn')).toBe('sheetCode');
    const rotated = await rotateMachineKey(restored.db, {
      client: { name: 'Gateway of then' },
      actor: { kind: 'system', name: 'test' },
      now,
    });
    expect(await keyHolder(restored, rotated?.key ?? '', now)).not.toBeNull();
  });

  it('permits nothing for want of a “no” until somebody confirms, and says so', async () => {
    expect(ran.printed).toContain('IS NOT HERE');
    expect(ran.printed).toContain('restore --confirm --by "NAME"');
    const { world: old } = fresh;
    expect(await ask(old, 'RB000417', 'MLTRAINING')).toMatchObject({ decision: 'deny', reason: 'optedOut' });
    expect(await ask(old, 'RB000760', 'MLTRAINING')).toMatchObject({ decision: 'permit' });
    expect(await ask(world(), 'RB000417', 'MLTRAINING')).toMatchObject({
      decision: 'deny',
      reason: 'optedOut',
    });
    expect(await ask(world(), 'RB000760', 'MLTRAINING')).toMatchObject({
      decision: 'deny',
      reason: 'restoreNotConfirmed',
    });
    expect(await ask(world(), 'RB000760', 'TREAT')).toMatchObject({
      decision: 'permit',
      reason: 'neverStopped',
    });

    expect(await admin(['restore', '--confirm'], url)).toMatchObject({ code: 2 });
    const confirmed = await admin(['restore', '--confirm', '--by', 'Amara Diallo'], url);
    expect(confirmed).toMatchObject({
      code: 0,
      printed: expect.stringContaining('Confirmed by Amara Diallo'),
    });
    expect(await ask(world(), 'RB000760', 'MLTRAINING')).toMatchObject({ decision: 'permit' });
    expect(await ask(world(), 'RB000417', 'MLTRAINING')).toMatchObject({ decision: 'deny' });
    const told = await restored.db.auditEvent.findFirst({
      where: { type: 'restore.confirmed' },
      select: { after: true },
    });
    expect(told).toMatchObject({ after: { by: 'Amara Diallo' } });
    expect((await admin(['restore', '--confirm', '--by', 'Amara Diallo'], url)).code).toBe(1);
  });
});

/** The chain holds. That its events tell the time of a test's clock is another finding. */
async function verifies(url: string, settings: Record<string, string> = {}) {
  const { printed } = await admin(['audit', 'verify'], url, settings);
  expect(printed).toMatch(/^Whole: /);
  expect(printed).not.toMatch(/Broken|Forged/);
}

describe('what came after the back-up', () => {
  it('is told by the checkpoints, which are kept, and the chain verifies without them', async () => {
    const { world, clock, databaseUrl } = fresh;
    const settings = { AUDIT_CHECKPOINT_FILE: path.join(folder, 'checkpoints.jsonl') };
    await sealEvents(world.db, clock.now());
    await writeCheckpoint(world.db, testKeys, settings.AUDIT_CHECKPOINT_FILE, clock.now());
    const taken = path.join(folder, 'earlier.backup');
    expect((await admin(['backup', '--to', taken], databaseUrl, settings)).code).toBe(0);
    clock.advance(minutes(5));
    await fileOptOut(world, { mrn: 'RB000533' }).catch(() => fileOptOut(world));
    await sealEvents(world.db, clock.now());
    await writeCheckpoint(world.db, testKeys, settings.AUDIT_CHECKPOINT_FILE, clock.now());
    await noteHead(world.db, testKeys, settings.AUDIT_CHECKPOINT_FILE, clock.now());
    const { url } = await emptyDatabase();
    const ran = await admin(['restore', taken], url, settings);
    expect(ran.code, ran.said).toBe(0);
    expect(ran.printed).toMatch(/at least \d+ events came after the back-up, until /);
    const kept = (await readdir(folder)).filter((name) =>
      name.startsWith('checkpoints.jsonl.before-restore-'),
    );
    expect(kept).toHaveLength(1);
    expect((await readdir(folder)).some((name) => name.startsWith('checkpoints.jsonl.head.before'))).toBe(
      true,
    );
    expect((await readCheckpoints(path.join(folder, kept[0] ?? ''), testKeys)).signed).toHaveLength(2);
    expect((await readCheckpoints(settings.AUDIT_CHECKPOINT_FILE, testKeys)).signed).toHaveLength(1);
    await verifies(url, settings);
  }, 60_000);
});

describe('a restore is refused, and leaves the database empty,', () => {
  const refused = async (given: string, settings: Record<string, string> = {}) => {
    const { url } = await emptyDatabase();
    const ran = await admin(['restore', given], url, settings);
    expect(ran.code).toBe(1);
    expect(await tablesIn(url)).toEqual([]);
    return ran.said;
  };
  const changed = async (name: string, change: (copy: string) => Promise<void>) => {
    const copy = path.join(folder, name);
    await copyFile(file, copy);
    await change(copy);
    return copy;
  };
  const flipAt = (at: (size: number) => number) => async (copy: string) => {
    const handle = await open(copy, 'r+');
    const place = at((await handle.stat()).size);
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, place);
    await handle.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, place);
    await handle.close();
  };

  it('when a byte of its rows, its list or its signature is another one', async () => {
    expect(
      await refused(
        await changed(
          'rows',
          flipAt((size) => Math.floor(size / 4)),
        ),
      ),
    ).toMatch(/was changed or is damaged/);
    expect(
      await refused(
        await changed(
          'list',
          flipAt((size) => size - 400),
        ),
      ),
    ).toMatch(/was changed|is damaged/);
    expect(
      await refused(
        await changed(
          'signature',
          flipAt((size) => size - 25),
        ),
      ),
    ).toMatch(/was changed/);
  });

  it('when it is cut off, is something else, or is not there', async () => {
    const { size } = await stat(file);
    expect(await refused(await changed('cut', (copy) => truncate(copy, size - 1)))).toContain('is not whole');
    expect(await refused(await changed('half', (copy) => truncate(copy, Math.floor(size / 2))))).toContain(
      'is not whole',
    );
    expect(await refused(await changed('other', (copy) => writeFile(copy, 'select 1')))).toContain(
      'no back-up',
    );
    expect(await refused(path.join(folder, 'nowhere'))).toContain('cannot be read (ENOENT)');
  });

  it('without its keys, which it names, and with another key of the name', async () => {
    expect(await refused(file, { APP_KEYS: n1 })).toContain('needs the key "t1", not in APP_KEYS');
    const wrong = `t1:${Buffer.alloc(32, 9).toString('base64')}`;
    expect(await refused(file, { APP_KEYS: wrong })).toContain('"t1" of APP_KEYS is another key');
    // Signed with a new key, with values in it of the old one.
    const mixed = path.join(folder, 'mixed.backup');
    const ring = { APP_KEYS: `${n1},${t1}` };
    expect((await admin(['backup', '--to', mixed], fresh.databaseUrl, ring)).code).toBe(0);
    expect(await refused(mixed, { APP_KEYS: n1 })).toContain('needs the key "t1", not in APP_KEYS');
    expect(await refused(mixed, { APP_KEYS: `${n1},${wrong}` })).toContain('"t1" of APP_KEYS: another key');
  }, 60_000);

  it('as real data when it is a demo', async () => {
    const { url } = await emptyDatabase();
    const said: string[] = [];
    const code = await runCommand(['restore', file], {
      print: (line) => said.push(line),
      say: (line) => said.push(line),
      now: fresh.clock.now,
      env: environment(url, { APP_ORIGIN: 'https://privacy.example.org', SMTP_URL: 'smtp://127.0.0.1:1' }),
    });
    expect({ code, said }).toMatchObject({ code: 1, said: [expect.stringContaining('a back-up of a demo')] });
    expect(await tablesIn(url)).toEqual([]);
  });
});

describe('a restore', () => {
  it('goes into no database that has something in it, and changes nothing there', async () => {
    const { databaseUrl } = fresh;
    const sums = await connected(databaseUrl, everyTable);
    const ran = await admin(['restore', file], databaseUrl);
    expect(ran).toMatchObject({ code: 1, said: expect.stringContaining('is not empty') });
    expect(await connected(databaseUrl, everyTable)).toEqual(sums);
    const { url } = await emptyDatabase();
    await connected(url, (client) => client.query('create table somebody_elses (n int)'));
    expect(await admin(['restore', file], url)).toMatchObject({ code: 1 });
    expect(await tablesIn(url)).toContain('somebody_elses');
  });

  it('that is killed half-way is never taken for a whole one, and the next one begins anew', async () => {
    const { url } = await emptyDatabase();
    const child = started(['restore', file], url);
    await until('its tables are there', async () => (await tablesIn(url)).includes('audit_event'));
    expect(await child.kill()).toBe('SIGKILL');
    await expect(prepareDatabase(url, () => undefined)).rejects.toMatchObject({ code: 'restoreUnfinished' });
    expect(await admin(['audit', 'verify'], url)).toMatchObject({
      code: 1,
      said: expect.stringContaining('was begun and not finished'),
    });
    await until('its connections are gone', async () => {
      const { rowCount } = await connected(url, (client) =>
        client.query(
          'select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
        ),
      );
      return rowCount === 0;
    });
    const again = await admin(['restore', file], url);
    expect(again.code, again.said).toBe(0);
    expect(await verifyChain(opened(url).db)).toMatchObject({ whole: true });
  }, 60_000);

  it('is explained, as the back-up is', async () => {
    for (const command of ['backup', 'restore']) {
      const help = await admin([command, '--help'], fresh.databaseUrl);
      expect(help.code).toBe(0);
      expect(help.printed).toContain(`${command}: `);
    }
    expect(await admin(['restore'], fresh.databaseUrl)).toMatchObject({ code: 2 });
    expect(await admin(['restore', 'a', 'b'], fresh.databaseUrl)).toMatchObject({ code: 2 });
  });
});

const sizeOf = (name: string) =>
  stat(name).then(
    ({ size }) => size,
    () => null,
  );
