import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachineClient, findMachineClient } from '#app/people/machine-clients.server.ts';
import { readSession } from '#app/people/sessions.server.ts';
import { checkCode } from '#app/people/sign-in.server.ts';
import { cast, demoApiKey } from '#prisma/seed/cast.ts';
import { bytesOf, messageXml, sample } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import {
  asMachine,
  expectProblem,
  givePassword,
  signIn,
  startSiteOn,
  type Site,
} from '#tests/support/site.ts';
import { startSmtpSink, type SmtpSink } from '#tests/support/smtp-sink.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember, codeNow, freshWorld, seconds, somebody, type FreshWorld } from '#tests/support/world.ts';

// Somebody has a copy of the whole database: what can they read in it, and what does it open? (Mail goes to an SMTP server here, as in
// production. The demo, whose accounts everybody knows, keeps its mail in the database.)

const note = 'Call us with any question.'; // tellStory's, in an answer
const from = { address: '203.0.113.9', userAgent: 'dump' };

let fresh: FreshWorld;
let sink: SmtpSink;
let site: Site;
let sessions: string[];
let half: string;
let apiKeys: string[];
/** One row of any table, as text, with its table's name. */
let dump: string;
let strings: string[];

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  sink = await startSmtpSink({ refuseWith: null });
  site = await startSiteOn(fresh.databaseUrl, fresh.clock, { demo: true, smtpUrl: sink.url });
  await tellStory(site.world);
  const message = bytesOf(messageXml({ dateTime: '2026-11-20T09:00:00Z' }));
  await site.ask('/api/v1/disclosures/dicom-audit', asMachine(message, { type: 'application/xml' }));
  const { key } = await createMachineClient(site.world.db, {
    name: 'Another gateway',
    scopes: ['checks:read'],
    actor: somebody,
    now: fresh.clock.now(),
  });
  apiKeys = [demoApiKey, key];
  const cookies = [];
  for (const role of ['patient', 'staff', 'privacyOfficer'] as const)
    cookies.push(await signIn(site, castMember(role)));
  sessions = cookies.map(valueOf);
  half = valueOf(await givePassword(site, castMember('auditor')));

  dump = await connected(fresh.databaseUrl, async (client) => {
    const tables = await client.query<{ name: string }>(
      `select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
        where schemaname in ('public', 'graphile_worker') order by 1`,
    );
    const lines: string[] = [];
    for (const { name } of tables.rows) {
      const { rows } = await client.query<{ row: string }>(`select t::text as row from ${name} t`);
      lines.push(...rows.map(({ row }) => `${name} ${row}`));
    }
    return lines.join('\n');
  });
  strings = [...new Set(dump.split(/[\s,()"{}\\:;]+/).filter((part) => part.length >= 8))];
}, 120_000);
afterAll(async () => {
  await site.stop();
  await sink.stop();
  await fresh.drop();
});

/** What stands in a cookie, as the framework writes it, and the secret in that. */
const inCookie = (secret: string) => encodeURIComponent(btoa(JSON.stringify(secret)));
const valueOf = (cookie: string) =>
  JSON.parse(atob(decodeURIComponent(cookie.slice(cookie.indexOf('=') + 1)))) as string;

describe('a copy of the whole database', () => {
  it('is one: it has people, sessions, messages and answers in it', () => {
    for (const table of [
      'session',
      'pending_sign_in',
      'machine_key',
      'audit_record',
      'request_response',
      'user_account',
      'audit_seal',
    ])
      expect(dump, table).toContain(`public.${table} (`);
    expect(dump).toContain(castMember('patient').email);
    expect(strings.length).toBeGreaterThan(300);
  });

  it('holds no password, code secret, cookie, key, message or answer, in no encoding', () => {
    const secrets = [
      ...cast.flatMap(({ password, totpSecret }) => [password, totpSecret]),
      ...sessions,
      half,
      ...apiKeys,
      ...apiKeys.map((key) => key.slice(key.indexOf('_') + 1)),
      note,
      'ActiveParticipant',
      Buffer.from(sample('01-dcm4chee-cmove-transferred.xml')).toString('utf8').slice(0, 200),
      Buffer.alloc(32, 7).toString('base64'), // the key of the ring
      Buffer.alloc(32, 7).toString('hex'),
    ];
    const decoded = strings
      .flatMap((part) => [part, ...part.split('.')])
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join('\n');
    for (const secret of secrets) {
      const bytes = Buffer.from(secret);
      for (const written of [
        secret,
        bytes.toString('hex'),
        bytes.toString('base64').replace(/.?=*$/, ''),
        bytes.toString('base64url').slice(0, -1),
      ])
        expect(dump.includes(written), `${secret.slice(0, 12)}…`).toBe(false);
      if (secret.length >= 8) expect(decoded.includes(secret), `${secret.slice(0, 12)}… decoded`).toBe(false);
    }
  });

  it('has nothing in it that is taken for a session, for a half-session, or for a key', async () => {
    const { db } = site.world;
    const now = site.clock.now();
    // What is really theirs is taken by the same doors.
    expect(await readSession(db, sessions[0] ?? '', now)).not.toBeNull();
    expect(await findMachineClient(db, apiKeys[1] ?? '', now)).not.toBeNull();

    const code = codeNow(castMember('auditor'), site.clock);
    const accepted: string[] = [];
    for (const part of strings) {
      if (await readSession(db, part, now)) accepted.push(`session: ${part}`);
      if (await findMachineClient(db, part, now)) accepted.push(`key: ${part}`);
      const step = await checkCode(site.world, part, code, from);
      if (step.outcome !== 'startAgain') accepted.push(`half-session: ${part}: ${step.outcome}`);
    }
    expect(accepted).toEqual([]);

    site.clock.advance(seconds(1));
    const step = await checkCode(site.world, half, codeNow(castMember('auditor'), site.clock), from);
    expect(step.outcome).toBe('signedIn');
  }, 120_000);

  it('has no hash that opens a page or the API', async () => {
    const hashes = strings.filter((part) => /^[0-9a-f]{64}$/.test(part) || part.startsWith('$argon2'));
    expect(hashes.length).toBeGreaterThan(10);
    for (const hash of hashes.slice(0, 100)) {
      const page = await site.ask('/home', {
        headers: { Cookie: `__Host-plainview_session=${inCookie(hash)}` },
      });
      expect(page.status).toBe(302);
      expect(page.headers.location).toMatch(/^\/sign-in/);
      expectProblem(await site.ask('/api/v1/checks', asMachine('{}', { key: hash })), 401);
    }
    // The same page opens to the cookie that is really hers.
    const [own = ''] = sessions;
    const page = await site.ask('/home', {
      headers: { Cookie: `__Host-plainview_session=${inCookie(own)}` },
    });
    expect(page.status).toBe(200);
  }, 120_000);
});
