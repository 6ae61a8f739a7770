import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendEvent } from '#app/audit/audit.server.ts';
import { writeCheckpoint } from '#app/audit/checkpoints.server.ts';
import { parseKeyRing } from '#app/crypto/key-ring.server.ts';
import { sealEvents } from '#app/audit/seal.server.ts';
import { inTransaction, openDatabase } from '#app/db/client.server.ts';
import { beat } from '#app/facility/heartbeat.server.ts';
import { examine, type Finding } from '#app/server/doctor.server.ts';
import { connected, freshDatabase, type FreshDatabase } from '#tests/support/database.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { startSite } from '#tests/support/site.ts';
import { somebody } from '#tests/support/world.ts';

const testKey = `t1:${Buffer.alloc(32, 7).toString('base64')}`;
const order = [
  'version',
  'database',
  'migrations',
  'keys',
  'clock',
  'mail',
  'disk',
  'ports',
  'syslog',
  'worker',
  'facility',
  'backup',
  'audit',
];

let database: FreshDatabase;
let sink: SmtpSink;
let dataDir: string;
let env: Record<string, string>;

beforeEach(async () => {
  database = await freshDatabase(process.env.PLAINVIEW_TEST_SEEDED_TEMPLATE);
  sink = await startSmtpSink({ refuseWith: null });
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'plainview-doctor-'));
  env = {
    APP_ORIGIN: 'https://privacy.example.org',
    PORT: '0',
    DATA_DIR: dataDir,
    DATABASE_URL: database.url,
    APP_KEYS: testKey,
    SMTP_URL: sink.url,
  };
});

afterEach(async () => {
  await sink.stop();
  await database.drop();
  await rm(dataDir, { recursive: true, force: true });
});

/** As `admin backup` leaves it, and a restore. @param daysAgo when the back-up was taken */
async function noteBackup(daysAgo: number): Promise<void> {
  const site = openDatabase(database.url, () => undefined);
  const at = new Date(Date.now() - daysAgo * 24 * 3_600_000);
  try {
    await inTransaction(site.db, (tx) =>
      appendEvent(tx, {
        type: 'backup.made',
        actor: somebody,
        at,
        subject: { kind: 'backup', id: 'x' },
        visibleToPatient: false,
      }),
    );
    await sealEvents(site.db, new Date());
  } finally {
    await site.close();
  }
}

/** The newest entry, noted as the running server does it every few minutes. */
async function noteHead(): Promise<void> {
  const site = openDatabase(database.url, () => undefined);
  try {
    await writeCheckpoint(
      site.db,
      parseKeyRing(testKey),
      path.join(dataDir, 'audit-checkpoints.jsonl'),
      new Date(),
    );
  } finally {
    await site.close();
  }
}

async function look(changes: Record<string, string> = {}, clock = () => new Date()): Promise<Finding[]> {
  const findings: Finding[] = [];
  await examine({ env: { ...env, ...changes }, mode: 'production', clock }, (finding) =>
    findings.push(finding),
  );
  expect(findings.map(({ part }) => part)).toEqual(order);
  return findings;
}

async function lookAt(part: string, changes?: Record<string, string>, clock?: () => Date): Promise<Finding> {
  const finding = (await look(changes, clock)).find((each) => each.part === part);
  if (!finding) throw new Error(`no line for ${part}`);
  return finding;
}

describe('doctor', () => {
  it('finds nothing wrong where nothing is, in its fixed order', async () => {
    await noteBackup(0);
    await noteHead();
    const findings = await look();
    expect(findings.filter(({ health, part }) => health !== 'ok' && part !== 'disk')).toEqual([]);
    for (const { words } of findings) expect(words).not.toMatch(/\n/);
  });

  it('says that the database does not answer, and looks at the rest all the same', async () => {
    const findings = await look({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/plainview' });
    const by = new Map(findings.map((finding) => [finding.part, finding]));
    expect(by.get('database')).toMatchObject({
      health: 'fail',
      words: expect.stringContaining('DATABASE_URL'),
    });
    expect(by.get('worker')).toMatchObject({ health: 'warn' });
    expect(by.get('mail')).toMatchObject({ health: 'ok' });
    expect(by.get('ports')).toMatchObject({ health: 'ok' });
  });

  it('says how old the last back-up is, and that a restore waits for a word', async () => {
    expect(await lookAt('backup')).toMatchObject({ health: 'warn', words: expect.stringContaining('none') });
    await noteBackup(8);
    expect(await lookAt('backup')).toEqual({
      part: 'backup',
      health: 'warn',
      words: 'the last one was taken 8 days ago: backup --to FOLDER',
    });
    await noteBackup(1);
    expect(await lookAt('backup')).toMatchObject({
      health: 'ok',
      words: expect.stringContaining('1 day ago'),
    });
    await connected(database.url, (client) =>
      client.query(`insert into restored_backup (id, backup_id, taken_at, restored_at)
        values (gen_random_uuid(), gen_random_uuid(), '2026-11-21T03:00:00Z', now())`),
    );
    expect(await lookAt('backup')).toMatchObject({
      health: 'warn',
      words: expect.stringContaining('after 2026-11-21T03:00:00.000Z is not here, and checks deny'),
    });
  });

  it('names migrations that are owed', async () => {
    await connected(database.url, (client) =>
      client.query(
        'delete from _prisma_migrations where migration_name = (select max(migration_name) from _prisma_migrations)',
      ),
    );
    expect(await lookAt('migrations')).toMatchObject({
      health: 'warn',
      words: expect.stringMatching(/not applied: \d{14}_/),
    });
  });

  it('says where there is no embedded database yet, and makes none', async () => {
    const finding = await lookAt('database', { DATABASE_URL: '' });
    expect(finding).toMatchObject({ health: 'warn', words: expect.stringContaining(dataDir) });
    expect(await lookAt('database', { DATABASE_URL: '' })).toEqual(finding);
  });

  it.each([
    ['', 'APP_KEYS is missing'],
    [`k9:${Buffer.alloc(32, 9).toString('base64')}`, 'sealed with t1, not in APP_KEYS'],
    [`t1:${Buffer.alloc(32, 9).toString('base64')}`, 'is another key'],
    ['t1:short', 'not 32 bytes'],
  ])('with the keys "%s" says: %s', async (APP_KEYS, words) => {
    expect(await lookAt('keys', { APP_KEYS })).toMatchObject({
      health: 'fail',
      words: expect.stringContaining(words),
    });
  });

  it.each([
    [5_000, 'warn'],
    [-5_000, 'warn'],
    [90_000, 'fail'],
  ])('with a clock off by %d ms says %s', async (off, health) => {
    const finding = await lookAt('clock', {}, () => new Date(new Date().getTime() + off));
    expect(finding).toMatchObject({ health, words: expect.stringContaining('NTP') });
  });

  it('says that the mail server is not there', async () => {
    await sink.stop();
    expect(await lookAt('mail')).toMatchObject({
      health: 'fail',
      words: expect.stringContaining('SMTP_URL'),
    });
  });

  it('tells another program on the port from Plainview itself', async () => {
    const other = createServer((socket) => socket.end('220 hello\r\n'));
    other.listen(0);
    await once(other, 'listening');
    const PORT = String((other.address() as AddressInfo).port);
    expect(await lookAt('ports', { PORT })).toMatchObject({
      health: 'fail',
      words: expect.stringContaining('set PORT'),
    });
    other.close();

    const site = await startSite();
    try {
      expect(await lookAt('ports', { PORT: String(site.port) })).toMatchObject({
        health: 'ok',
        words: expect.stringContaining('Plainview answers'),
      });
    } finally {
      await site.stop();
    }
  });

  it('counts jobs that are late, and jobs that gave up', async () => {
    await connected(database.url, async (client) => {
      await client.query(
        `select graphile_worker.add_job('send-notice', run_at := now() - interval '2 hours', max_attempts := 1)`,
      );
    });
    expect(await lookAt('worker')).toMatchObject({
      health: 'fail',
      words: expect.stringContaining('late by 2 hours'),
    });
    await connected(database.url, (client) =>
      client.query('update graphile_worker._private_jobs set attempts = max_attempts'),
    );
    expect(await lookAt('worker')).toMatchObject({
      health: 'warn',
      words: expect.stringContaining('1 gave up'),
    });
  });

  it('says when the worker was last seen, and asks where that is long ago', async () => {
    const { db, close } = openDatabase(database.url, () => undefined);
    const look = () =>
      connected(database.url, (client) => client.query('delete from graphile_worker._private_jobs')).then(
        () => lookAt('worker'),
      );
    try {
      await beat(db, 'worker', new Date(Date.now() - 2 * 60_000));
      expect(await look()).toMatchObject({ health: 'ok', words: expect.stringContaining('2 minutes ago') });
      await beat(db, 'remind', new Date(Date.now() - 2 * 3_600_000));
      expect(await look()).toMatchObject({ health: 'warn', words: expect.stringContaining('reminders') });
      await db.heartbeat.update({
        where: { name: 'worker' },
        data: { beatAt: new Date(Date.now() - 400_000) },
      });
      expect(await look()).toMatchObject({ health: 'warn', words: expect.stringContaining('6 minutes ago') });
    } finally {
      await close();
    }
  });

  it('says that events wait for their place in the chain', async () => {
    await connected(database.url, (client) =>
      client.query(`insert into audit_event (at, type, actor_kind, actor_name, subject_kind, subject_id, visible_to_patient)
        values (now() - interval '2 minutes', 'records.read', 'system', 'Test', 'patient', 'x', false)`),
    );
    expect(await lookAt('audit')).toMatchObject({
      health: 'fail',
      words: expect.stringContaining('1 events wait for their place in the chain, the oldest for 2 minutes'),
    });
  });

  it('says that the checkpoints are behind, or cannot be kept', async () => {
    const later = () => new Date('2026-11-22T14:16:00Z'); // the seed's events are of 14:00
    expect(await lookAt('audit', {}, later)).toMatchObject({
      health: 'warn',
      words: expect.stringContaining('are behind'),
    });
    await noteHead();
    expect(await lookAt('audit', {}, later)).toMatchObject({ health: 'ok' });
    const AUDIT_CHECKPOINT_FILE = path.join(dataDir, 'away', 'checkpoints.jsonl');
    expect(await lookAt('audit', { AUDIT_CHECKPOINT_FILE })).toMatchObject({
      health: 'warn',
      words: expect.stringContaining('set AUDIT_CHECKPOINT_FILE'),
    });
  });

  it('names an older key that is still in use', async () => {
    const APP_KEYS = `n1:${Buffer.alloc(32, 8).toString('base64')},${testKey}`;
    expect(await lookAt('keys', { APP_KEYS })).toMatchObject({
      health: 'ok',
      words: expect.stringContaining('t1 still in use'),
    });
  });

  it('says that the facility is not set up', async () => {
    const empty = await freshDatabase();
    try {
      const findings = await look({ DATABASE_URL: empty.url });
      expect(findings.find(({ part }) => part === 'facility')).toMatchObject({
        health: 'fail',
        words: expect.stringContaining('facility set --help'),
      });
      expect(findings.find(({ part }) => part === 'audit')).toMatchObject({ health: 'warn' });
    } finally {
      await empty.drop();
    }
  });

  it('puts a setting that cannot be read on the line that it belongs to', async () => {
    const findings = await look({ PORT: 'eighty' });
    expect(findings.find(({ part }) => part === 'ports')).toMatchObject({
      health: 'fail',
      words: 'PORT is a port number',
    });
  });
});
