import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeCheckpoint } from '#app/audit/checkpoints.server.ts';
import { noteHead } from '#app/audit/head-note.server.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { parseKeyRing } from '#app/crypto/key-ring.server.ts';
import { openDatabase, type Database } from '#app/db/client.server.ts';
import { proveFactor } from '#app/people/prove-factor.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { checkCode, checkPassword } from '#app/people/sign-in.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { runCommand } from '#app/server/admin/run.ts';
import { startEmbeddedPostgres } from '#app/server/embedded-postgres.server.ts';
import { keyHolder } from '#tests/support/key-holder.ts';
import { connected, freshDatabase, recordsEventsAt, type FreshDatabase } from '#tests/support/database.ts';

let now = new Date('2026-11-22T15:00:00Z');
const APP_KEYS = `k1:${Buffer.alloc(32, 3).toString('base64')}`;
const from = { address: '203.0.113.7', userAgent: 'test' };
const facility = [
  ['facility', 'set', '--name', 'Riverbend Imaging', '--issuer', 'RIVERBEND'],
  ['--time-zone', 'America/New_York', '--jurisdiction', 'US', '--phone', '(555) 010-0142'],
  ['--email', 'privacy@riverbend.example', '--address', '12 Mill Street, Riverbend, MA 01000'],
].flat();

let fresh: FreshDatabase;
let database: Database;
let printed: string[];
let said: string[];

beforeEach(async () => {
  fresh = await freshDatabase();
  database = openDatabase(fresh.url, () => undefined);
});

afterEach(async () => {
  await database.close();
  await fresh.drop();
});

async function admin(args: string[], changes: Record<string, string> = {}): Promise<number> {
  printed = [];
  said = [];
  const env = {
    APP_ORIGIN: 'https://privacy.example.org',
    SMTP_URL: 'smtp://127.0.0.1:1',
    APP_KEYS,
    DATABASE_URL: fresh.url,
    DATA_DIR: path.join(os.tmpdir(), 'plainview-admin-without-data'),
    ...changes,
  };
  return runCommand(args, {
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
    now: () => now,
    env,
  });
}

const world = () => ({
  database,
  db: database.db,
  keys: parseKeyRing(APP_KEYS),
  clock: () => now,
  appOrigin: 'https://privacy.example.org',
  demo: false,
});

const events = () =>
  database.db.auditEvent.findMany({
    orderBy: { id: 'asc' },
    select: { type: true, actorKind: true, actorName: true, after: true },
  });

/** The two people of what one alone may not do. */
const two = ['--by', 'Per Holm', '--and', 'Dana Whitlow'];

describe('how it is typed', () => {
  it('lists the commands, and answers --help for each', async () => {
    expect(await admin(['--help'])).toBe(0);
    const names = printed.flatMap((line) => /^([a-z-]+(?: [a-z-]+)?) {2,}/.exec(line)?.[1] ?? []);
    expect(names).toEqual([
      'doctor',
      'keys new',
      'keys status',
      'keys rotate',
      'facility set',
      'user create',
      'user disable',
      'user enable',
      'user list',
      'user reset-two-factor',
      'api-key create',
      'api-key list',
      'api-key rotate',
      'api-key revoke',
      'audit verify',
      'import',
      'source list',
      'source set',
      'backup',
      'restore',
    ]);
    for (const name of names) {
      expect(await admin([...name.split(' '), '--help']), name).toBe(0);
      expect(printed[0]).toMatch(new RegExp(`^${name}: `));
    }
  });

  it.each([
    [[], ''],
    [['launch'], 'There is no command "launch".'],
    [['api-key', 'create', '--name', 'x'], '--scopes is missing.'],
    [['api-key', 'create', '--name', 'x', '--scopes', 'everything'], '--scopes is one of: disclosures:write'],
    [['user', 'create', '--nonsense', 'x'], "Unknown option '--nonsense'"],
    [
      ['api-key', 'create', '--name', 'x', '--scopes', 'checks:read', '--days', '0'],
      '--days is a whole number',
    ],
    [
      ['api-key', 'rotate', '--name', 'x', '--overlap-days', '31'],
      '--overlap-days is a whole number from 0 to 30',
    ],
    [
      ['api-key', 'create', '--name', 'x', '--scopes', 'disclosures:write', '--sources', 'x'.repeat(201)],
      '--sources is up to 20 names',
    ],
    [['api-key', 'revoke', '--name', 'x', '--key', 'y'], 'Give --name or --key, not both.'],
    [['source', 'set', '--id', 'PACS'], 'There is nothing to set.'],
    [
      ['source', 'set', '--id', 'PACS', '--every-hours', '6', '--work-hours', '19-7'],
      '--work-hours are two hours',
    ],
    [['source', 'set', '--id', 'PACS', '--time-zone', 'Mars/Base'], '"Mars/Base" is no time zone'],
    [['source', 'set', '--id', 'PACS', '--trust', 'abc'], 'A certificate is named by its SHA-256'],
    [['api-key', 'revoke', '--key', 'y'], '--key is an id'],
    [['user', 'enable'], '--email is missing.'],
    [['user', 'list', '--role', 'boss'], '--role is one of'],
    [['user', 'list', '--role', 'patient'], '--role patient needs --search.'],
    [['user', 'reset-two-factor', '--email', 'a@b.c', '--by', 'Per Holm'], '--and is missing.'],
    [
      ['user', 'reset-two-factor', '--email', 'a@b.c', '--by', 'Per Holm', '--and', 'per  holm'],
      '--by and --and name two different people.',
    ],
    [['facility', 'set', '--time-zone', 'New York'], '--time-zone is an IANA name'],
    [['facility', 'set', '--name', 'Riverbend'], 'still needed: --issuer, --time-zone'],
  ])('refuses %j with exit code 2', async (args, words) => {
    expect(await admin(args)).toBe(2);
    expect(said.join('\n')).toContain(words);
  });

  it('refuses with exit code 1 what the settings do not allow, and says which', async () => {
    expect(await admin(['audit', 'verify'], { APP_KEYS: '' })).toBe(1);
    expect(said.join('\n')).toContain('APP_KEYS is missing');
    expect(await admin(['audit', 'verify'], { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/x' })).toBe(1);
    expect(said.join('\n')).toContain('The database does not answer.');
  });
});

describe('what it does', () => {
  it('makes keys that the server takes', async () => {
    expect(await admin(['keys', 'new'])).toBe(0);
    expect(parseKeyRing(printed[0] ?? '').currentId).toBe('k20261122');
  });

  it('sets up the facility, then changes one thing', async () => {
    expect(await admin(facility)).toBe(0);
    expect(await admin(['facility', 'set', '--phone', '(555) 010-0199'])).toBe(0);
    expect(await database.db.facility.findFirst()).toMatchObject({
      name: 'Riverbend Imaging',
      timeZone: 'America/New_York',
      phone: '(555) 010-0199',
    });
    expect((await events()).map(({ type }) => type)).toEqual(['facility.changed', 'facility.changed']);
  });

  it('makes a key that works until it is revoked', async () => {
    expect(
      await admin(['api-key', 'create', '--name', 'Gateway', '--scopes', 'checks:read,metrics:read', ...two]),
    ).toBe(0);
    const [key = ''] = printed;
    expect(await keyHolder(database, key, now)).toMatchObject({
      name: 'Gateway',
      scopes: ['checks:read', 'metrics:read'],
    });
    expect(await admin(['api-key', 'create', '--name', 'Gateway', '--scopes', 'checks:read', ...two])).toBe(
      1,
    );
    expect(said[0]).toContain('already');
    expect(await admin(['api-key', 'revoke', '--name', 'Gateway'])).toBe(0);
    expect(await keyHolder(database, key, now)).toBeNull();
    expect(await admin(['api-key', 'revoke', '--name', 'Gateway'])).toBe(1);
    expect(await events()).toMatchObject([
      { type: 'apiKey.created', actorKind: 'system', actorName: 'Operator at the command line' },
      { type: 'apiKey.revoked' },
    ]);
    expect(JSON.stringify(await events())).not.toContain(key);
    const [made] = await database.db.auditEvent.findMany({
      where: { type: 'apiKey.created' },
      select: { after: true },
    });
    expect(made?.after).toMatchObject({ askedBy: 'Per Holm', approvedBy: 'Dana Whitlow' });
    const alone = ['api-key', 'create', '--name', 'Other', '--scopes', 'checks:read'];
    expect(await admin(alone)).toBe(2);
    expect(await admin([...alone, '--by', 'Per Holm', '--and', 'per  holm'])).toBe(2);
  });

  it('makes the first officer without other names, and every colleague after with two', async () => {
    const create = (email: string, role: string, ...more: string[]) =>
      admin(['user', 'create', '--email', email, '--name', 'Noor', '--role', role, ...more]);
    expect(await create('staff@example.org', 'staff')).toBe(2);
    expect(await create('first@example.org', 'privacyOfficer')).toBe(0);
    expect(await create('second@example.org', 'privacyOfficer')).toBe(2);
    expect(await create('second@example.org', 'privacyOfficer', ...two)).toBe(0);
    expect((await events()).map(({ type }) => type)).toEqual(['user.created', 'user.created']);
  });

  it('makes an account that signs in with what was printed, and shuts it with its sessions', async () => {
    const email = 'officer@example.org';
    expect(
      await admin(['user', 'create', '--email', email, '--name', 'Amara', '--role', 'privacyOfficer']),
    ).toBe(0);
    const [password, secret, link] = printed.slice(1).map((line) => line.replace(/^\w+: +/, ''));
    expect(link).toBe(
      `otpauth://totp/Plainview:officer%40example.org?issuer=Plainview&secret=${secret}&algorithm=SHA1&digits=6&period=30`,
    );
    const half = await checkPassword(world(), email, password ?? '', from);
    if (half.outcome !== 'secondFactorOwed') throw new Error(half.outcome);
    const whole = await checkCode(world(), half.pendingSecret, totpCode(secret ?? '', now), from);
    if (whole.outcome !== 'signedIn') throw new Error(whole.outcome);
    expect(await readSession(database.db, whole.sessionId, now)).toMatchObject({
      person: { role: 'privacyOfficer' },
    });

    expect(await admin(['user', 'disable', '--email', email])).toBe(0);
    expect(await readSession(database.db, whole.sessionId, now)).toBeNull();
    expect(await database.db.session.count()).toBe(0);
    expect(await checkPassword(world(), email, password ?? '', from)).toEqual({ outcome: 'refused' });
    expect(await admin(['user', 'disable', '--email', email])).toBe(1);
    const types = (await events()).map(({ type }) => type);
    expect(types).toEqual(['user.created', 'session.started', 'user.disabled', 'session.refused']);
    expect(JSON.stringify(await events())).not.toContain(password);
  });

  it('renews a key with an overlap, lists keys, and ends one of them', async () => {
    await admin([
      'api-key',
      'create',
      '--name',
      'Gateway',
      '--scopes',
      'checks:read',
      '--days',
      '30',
      ...two,
    ]);
    const [first = ''] = printed;
    expect(said.join(' ')).toContain('It works until 2026-12-22T15:00:00.000Z.');
    expect(await admin(['api-key', 'rotate', '--name', 'Nobody'])).toBe(1);
    expect(await admin(['api-key', 'rotate', '--name', 'Gateway', '--overlap-days', '2'])).toBe(0);
    const [second = ''] = printed;
    expect(said.join(' ')).toContain('The key before works until 2026-11-24T15:00:00.000Z at most.');
    for (const key of [first, second]) expect(await keyHolder(database, key, now)).not.toBeNull();
    expect(await admin(['api-key', 'list'])).toBe(0);
    expect(printed.map((line) => line.split('\t')[3])).toHaveLength(2);
    expect(printed.join('\n')).not.toContain(first);
    const id =
      printed
        .find((line) => line.includes('ends 2026-11-24'))
        ?.split('\t')
        .at(-1) ?? '';
    expect(await admin(['api-key', 'revoke', '--key', id])).toBe(0);
    expect(await keyHolder(database, first, now)).toBeNull();
    expect(await keyHolder(database, second, now)).not.toBeNull();
    expect(await admin(['api-key', 'revoke', '--key', id])).toBe(1);
    const bound = [
      'api-key',
      'create',
      '--name',
      'Theirs',
      '--scopes',
      'checks:read',
      '--vendor',
      'nobody',
      ...two,
    ];
    expect(await admin(bound)).toBe(1);
    expect(said.join(' ')).toContain('No company is registered as "nobody".');
  });

  it('opens an account again, and lists who can sign in', async () => {
    const email = 'officer@example.org';
    await admin(['user', 'create', '--email', email, '--name', 'Amara', '--role', 'privacyOfficer']);
    expect(await admin(['user', 'enable', '--email', email])).toBe(1);
    await admin(['user', 'disable', '--email', email]);
    expect(await admin(['user', 'list'])).toBe(0);
    expect(printed).toEqual([`${email}\tAmara\tprivacyOfficer\tshut\tapp\tnever signed in`]);
    expect(await admin(['user', 'enable', '--email', email])).toBe(0);
    await admin(['user', 'list', '--search', 'AMARA']);
    expect(printed[0]).toContain('\topen\t');
  });

  it('resets the second factors with two names, and prints codes that work', async () => {
    const email = 'officer@example.org';
    await admin(['user', 'create', '--email', email, '--name', 'Amara', '--role', 'privacyOfficer']);
    const { id } = await database.db.user.findUniqueOrThrow({ where: { email }, select: { id: true } });
    const cookie = await startSession(database.db, id, { ...from, factor: 'totp' }, now);
    const reset = (address: string) =>
      admin(['user', 'reset-two-factor', '--email', address, '--by', 'Per Holm', '--and', 'Dana Whitlow']);
    expect(await reset('nobody@example.org')).toBe(1);
    expect(await reset(email)).toBe(0);
    expect(printed).toHaveLength(20);
    expect(await readSession(database.db, cookie, now)).toBeNull();
    expect(await proveFactor(world(), { id }, { code: printed[7] ?? '' }, 'signIn')).toBe('sheetCode');
    const told = await database.db.auditEvent.findMany({
      where: { type: { in: ['credentialOrder.carriedOut', 'codeSheet.issued'] } },
      select: { after: true, actorName: true },
    });
    expect(told).toHaveLength(2);
    for (const { after, actorName } of told) {
      expect(after).toMatchObject({ askedBy: 'Per Holm', approvedBy: 'Dana Whitlow' });
      expect(actorName).toBe('Operator at the command line');
    }
    const letters = await database.db.notice.findMany({ select: { kind: true, userId: true } });
    expect(letters.map(({ kind }) => kind).sort()).toEqual(['codeSheetIssued', 'factorRemoved']);
    await admin(['user', 'disable', '--email', email]);
    expect(await reset(email)).toBe(1);
  });

  it('binds a patient’s account to the one patient record', async () => {
    await admin(facility);
    const create = ['user', 'create', '--email', 'ines@example.org', '--name', 'Ines', '--role', 'patient'];
    expect(await admin(create)).toBe(2);
    expect(await admin([...create, '--mrn', 'RB000417'])).toBe(1);
    expect(said[0]).toBe('No patient has the number RB000417 of issuer RIVERBEND.');
    const { id } = await database.db.patient.create({
      data: {
        givenName: 'Ines',
        familyName: 'Okafor',
        bornOn: new Date('1961-03-09'),
        createdAt: now,
        identifiers: { create: { issuer: 'RIVERBEND', value: 'RB000417', recordedAt: now } },
      },
    });
    expect(await admin([...create, '--mrn', 'RB000417'])).toBe(0);
    expect(await database.db.user.findFirst()).toMatchObject({ patientId: id, role: 'patient' });
    expect(await admin([...create, '--mrn', 'RB000417'])).toBe(1);
    expect(said[0]).toContain('There is an account already');
    // Whoever lists patients leaves a look at their records, each time; of colleagues nothing is written.
    const listed = () =>
      database.db.auditEvent.findMany({
        where: { type: 'records.listed' },
        select: { actorName: true, subjectId: true, shownPatientIds: true, visibleToPatient: true },
      });
    expect(await admin(['user', 'list'])).toBe(0);
    expect(await listed()).toEqual([]);
    const look = {
      actorName: 'Operator at the command line',
      subjectId: 'accounts',
      shownPatientIds: [id],
      visibleToPatient: true,
    };
    for (const looks of [[look], [look, look]]) {
      await admin(['user', 'list', '--role', 'patient', '--search', 'ines']);
      expect(printed).toHaveLength(1);
      expect(await listed()).toEqual(looks);
    }
  });

  it('sets how often a source has to report and whose certificate speaks for it, and lists it', async () => {
    const fingerprint = 'ab'.repeat(32);
    expect(await admin(['source', 'set', '--id', 'PACS', '--every-hours', '6', '--work-hours', '7-19'])).toBe(
      0,
    );
    expect(await database.db.sourceRhythm.findUnique({ where: { auditSourceId: 'PACS' } })).toMatchObject({
      everyHours: 6,
      workFrom: 7,
      workTo: 19,
      since: now,
    });
    expect(await admin(['source', 'set', '--id', 'PACS', '--trust', fingerprint])).toBe(1);
    expect(said[0]).toContain('No message of this source came with that certificate');
    await database.db.sourceSender.create({
      data: { auditSourceId: 'PACS', fingerprint, subject: 'CN=pacs', firstSeenAt: now },
    });
    expect(
      await admin(['source', 'set', '--id', 'PACS', '--trust', fingerprint, '--issuer', 'RIVERBEND']),
    ).toBe(0);
    expect(await admin(['source', 'list'])).toBe(0);
    expect(printed).toEqual([
      'PACS\tno message yet\tevery 6 hours of business days, 7 to 19\tissuer RIVERBEND\tno time zone of its own',
      `\t${fingerprint}\tCN=pacs\ttrusted since ${now.toISOString()}`,
    ]);
    expect(await admin(['source', 'set', '--id', 'PACS', '--every-hours', 'none', '--issuer', 'none'])).toBe(
      0,
    );
    expect(await database.db.sourceRhythm.count()).toBe(0);
    const set = (await events()).filter(({ type }) => type === 'source.set');
    expect(set).toHaveLength(3);
    expect(set[2]?.after).toEqual({
      defaultIssuer: null,
      assumedTimeZone: null,
      rhythm: null,
      trusted: [fingerprint],
    });
  });

  it('verifies the audit chain, and names the place where somebody changed it', async () => {
    await recordsEventsAt(fresh.url, now);
    await admin(facility);
    await admin(['api-key', 'create', '--name', 'Gateway', '--scopes', 'checks:read', ...two]);
    await admin(['api-key', 'revoke', '--name', 'Gateway']);
    expect(await admin(['audit', 'verify'])).toBe(0);
    expect(printed[0]).toMatch(/^Whole: 3 events, the last one sealed as [0-9a-f]{64}$/);
    expect(printed[1]).toMatch(/^Not checked: a cut end or a chain written anew; .* holds no checkpoint/);
    await connected(fresh.url, async (client) => {
      await client.query('alter table audit_event disable trigger user');
      await client.query(
        `update audit_event set actor_name = 'Somebody else' where id = (select event_id from audit_seal where sequence = 2)`,
      );
    });
    expect(await admin(['audit', 'verify'])).toBe(1);
    expect(printed[0]).toBe('Broken at event 2: what it says is not what was sealed (changed).');
    expect(await verifyChain(database.db)).toMatchObject({ whole: false });
  });
});

describe('audit verify with checkpoints', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-admin-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('names where the end was cut off, what it could not check, and a forged line', async () => {
    const file = path.join(folder, 'elsewhere.jsonl');
    const settings = { AUDIT_CHECKPOINT_FILE: file };
    await recordsEventsAt(fresh.url, now);
    await admin(facility, settings);
    await admin(['api-key', 'create', '--name', 'Gateway', '--scopes', 'checks:read', ...two], settings);
    await sealEvents(database.db, now);
    await writeCheckpoint(database.db, parseKeyRing(APP_KEYS), file, now);
    await admin(['api-key', 'revoke', '--name', 'Gateway'], settings);
    expect(await admin(['audit', 'verify'], settings)).toBe(0);
    expect(printed).toEqual([
      expect.stringMatching(/^Whole: 3 events/),
      'Held against 1 checkpoint, the last one of event 2, 2026-11-22T15:00:00.000Z.',
      'Not checked: whether more events than these 1 came after it and were cut off.',
    ]);

    await connected(fresh.url, async (client) => {
      await client.query('set session_replication_role = replica');
      await client.query('delete from audit_seal where sequence >= 2');
      await client.query('delete from audit_event where id not in (select event_id from audit_seal)');
    });
    expect(await admin(['audit', 'verify'], settings)).toBe(1);
    expect(printed[0]).toBe('Broken at event 2: the end is cut off, to event 2 at least (cut).');

    await appendFile(file, '{"sequence":"1"}\n');
    expect(await admin(['audit', 'verify'], settings)).toBe(1);
    expect(printed[1]).toBe(`Forged: line 2 of ${file} is not as it was signed.`);
  });

  it('names an event that the application’s own role dated back, and one that was cut off since the last checkpoint', async () => {
    const file = path.join(folder, 'elsewhere.jsonl');
    const settings = { AUDIT_CHECKPOINT_FILE: file };
    await recordsEventsAt(fresh.url, now);
    await admin(facility, settings);
    await database.pool
      .query(`insert into audit_event (at, type, actor_kind, actor_name, subject_kind, subject_id, visible_to_patient)
        values ('2025-01-01T00:00:00Z', 'records.read', 'staff', 'Dana Whitlow', 'patient', 'x', true)`);
    expect(await admin(['audit', 'verify'], settings)).toBe(1);
    expect(printed.slice(0, 3)).toEqual([
      expect.stringMatching(/^Whole: 2 events/),
      'Another time at event 2: it says 2025-01-01T00:00:00.000Z, and was recorded at 2026-11-22T15:00:00.000Z.',
      'An event may say a time up to 15 minutes from when it came.',
    ]);

    await noteHead(database.db, parseKeyRing(APP_KEYS), file, now);
    await connected(fresh.url, async (client) => {
      await client.query('set session_replication_role = replica');
      await client.query('delete from audit_seal where sequence = 2');
      await client.query('delete from audit_event where id not in (select event_id from audit_seal)');
    });
    expect(await admin(['audit', 'verify'], settings)).toBe(1);
    expect(printed).toEqual([
      'Broken at event 2: the end is cut off, to event 2 at least (cut).',
      'Held against the note of the newest event, 2, 2026-11-22T15:00:00.000Z.',
    ]);
  });
});

describe('the embedded database', () => {
  it('is used while the server runs it, and started for the command when it does not', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-admin-'));
    await chmod(folder, 0o711);
    const settings = { DATABASE_URL: '', DATA_DIR: folder };
    const before = now;
    try {
      // A database of its own has a clock of its own, which events are held against.
      now = new Date();
      expect(await admin(facility, settings)).toBe(0);
      const running = await startEmbeddedPostgres({
        dataDir: path.join(folder, 'postgres'),
        say: () => undefined,
        fast: true,
      });
      try {
        expect(await admin(['audit', 'verify'], settings)).toBe(0);
        expect(printed[0]).toMatch(/^Whole: 1 events/);
        await connected(running.url, (client) => client.query('select 1')); // it still runs
      } finally {
        await running.stop();
      }
      expect(await admin(['audit', 'verify'], settings)).toBe(0);
    } finally {
      now = before;
      await rm(folder, { recursive: true, force: true });
    }
  }, 60_000);

  it('of the demo is not made by a command', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-admin-'));
    await chmod(folder, 0o711);
    try {
      expect(await admin(['audit', 'verify', '--demo'], { DATABASE_URL: fresh.url, DATA_DIR: folder })).toBe(
        1,
      );
      expect(said.join('\n')).toContain('The demo runs only on a database that it made itself');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
