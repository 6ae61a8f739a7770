import { readdir } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isIn } from '#tests/support/canaries.ts';
import { castMember, minutes } from '#tests/support/world.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { actionPaths, dataOf, routeAddresses } from '#tests/support/manifest.ts';
import { everyTable, settled } from '#tests/support/rows.ts';
import {
  asForm,
  asMachine,
  givePassword,
  signIn,
  startSite,
  type Ask,
  type Site,
} from '#tests/support/site.ts';

const host = new URL(testOrigin).host;
const ines = castMember('patient');
const addresses = await routeAddresses();
let site: Site;
let cookie: string;

beforeAll(async () => {
  site = await startSite();
  await fileOptOut(site.world);
  cookie = await signIn(site, ines);
});
afterAll(() => site.stop());

/** What an attack may not change. What the site does by itself meanwhile, such as giving events their place in the chain, is not in it. */
const rowCounts = () =>
  connected(site.databaseUrl, async (client) => {
    await settled(client);
    const { rows } = await client.query<{ events: string; begun: string }>(
      `select (select count(*) from audit_event where type <> 'access.denied') as events, (select count(*) from pending_sign_in) as begun`,
    );
    return { ...(await everyTable(client)), ...rows[0] };
  });

describe('the address', () => {
  it.each<[string, Record<string, string | null>]>([
    ['another host', { Host: 'evil.example' }],
    ['our host with a port', { Host: `${host}:443` }],
    ['our host in capitals', { Host: host.toUpperCase() }],
    ['our host with a dot', { Host: `${host}.` }],
    ['an address', { Host: '127.0.0.1' }],
    ['an empty host', { Host: '' }],
    [
      'another host, ours forwarded',
      { Host: 'evil.example', 'X-Forwarded-Host': host, Forwarded: `host=${host}` },
    ],
  ])('has to be ours: %s is refused', async (_, headers) => {
    for (const target of ['/', '/sign-in', '/api/v1/checks', '/favicon.svg']) {
      const answer = await site.ask(target, { headers });
      expect(answer.status).toBe(421);
      expect(answer.text).not.toContain('evil');
    }
  });

  it('is not taken from X-Forwarded-Host, X-Forwarded-Proto or Forwarded', async () => {
    const forged = {
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'http',
      'X-Forwarded-For': '203.0.113.66',
      'X-Forwarded-Port': '81',
      'X-Original-URL': '/officer',
      Forwarded: 'for=203.0.113.66;host=evil.example;proto=http',
    };
    const page = await site.ask('/', { headers: forged });
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('evil.example');
    const sent = await site.ask('/home', { headers: forged });
    expect(sent.headers.location ?? '').not.toContain('evil');
    const line = site.log().at(-1);
    expect(JSON.stringify(line)).not.toContain('203.0.113.66');
    // And an evil origin does not become ours by it.
    const form = asForm({ locale: 'es' });
    const posted = await site.ask('/language', {
      ...form,
      headers: { ...form.headers, ...forged, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(posted.status).toBe(403);
  });

  it.each([
    '//evil.example/',
    '/\\evil.example',
    '/%',
    '/%00',
    '/%0d%0aSet-Cookie:a=b',
    `/${'a'.repeat(5_000)}`,
    'http://evil.example/',
    '/..%2f..%2fetc/passwd%00',
  ])('is refused when it cannot be read: %j', async (target) => {
    const answer = await site.ask(target);
    expect(answer.status).toBe(400);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  it.each([
    '/.env',
    '/.git/config',
    '/package.json',
    '/server/index.js',
    '/assets/../../server/index.js',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2fserver%2findex.js',
    '/__manifest?p=/',
    '/build/server/index.js',
    '/assets/',
    '/assets/none.js',
    '/index.js.map',
  ])('opens nothing that is not for the public: %s', async (target) => {
    const answer = await site.ask(target);
    expect([400, 404]).toContain(answer.status);
    expect(answer.text).not.toMatch(/createRequestHandler|"dependencies"|APP_KEYS|sourceMappingURL/);
  });
});

describe('parameters of the framework', () => {
  it('the old _data is refused, of every route, however it is written and whoever asks', async () => {
    const before = await rowCounts();
    for (const { id, path } of addresses)
      for (const target of [
        `${path}?_data=${encodeURIComponent(id)}`,
        `${path}?x=1&%5Fdata=${encodeURIComponent(id)}`,
        `${dataOf(path)}?_data=root`,
      ]) {
        const answers = await Promise.all([
          site.ask(target),
          site.ask(target, { headers: { Cookie: cookie } }),
          site.ask(target, asForm({})),
          site.ask(target, asForm({}, cookie)),
        ]);
        expect(
          answers.map(({ status }) => status),
          target,
        ).toEqual([400, 400, 400, 400]);
      }
    expect(await rowCounts()).toEqual(before);
  });
});

describe('methods', () => {
  it.each(['TRACE', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
    '%s is refused at every route, its data, and every file',
    async (method) => {
      const before = await rowCounts();
      const headers = { Cookie: cookie, Origin: testOrigin, 'Sec-Fetch-Site': 'same-origin' };
      const targets = addresses.flatMap(({ path }) => [path, dataOf(path)]);
      const asked = [...targets, '/assets/x.js', '/favicon.svg'].map(
        async (target) => [target, await site.ask(target, { method, headers })] as const,
      );
      for (const [target, answer] of await Promise.all(asked)) {
        expect(answer.status, target).toBe(405);
        expect(answer.headers.allow).toBe('GET, HEAD, POST');
        expect(answer.text, target).not.toMatch(/Okafor|RB000417/);
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      }
      expect(await rowCounts()).toEqual(before);
    },
  );

  it('is not what a field or a header says', async () => {
    const before = await rowCounts();
    const form = asForm({ _method: 'DELETE' }, cookie);
    await site.ask('/opt-outs?_method=DELETE', {
      ...form,
      headers: { ...form.headers, 'X-HTTP-Method-Override': 'DELETE' },
    });
    expect(await rowCounts()).toEqual(before);
  });
});

describe('a request that no browser sends by itself', () => {
  const told = async () =>
    (
      await site.world.db.auditEvent.findMany({
        where: { type: 'access.denied', after: { path: ['refused'], equals: 'oddRequest' } },
        orderBy: { id: 'asc' },
        select: { after: true },
      })
    ).map(({ after }) => after as { path: string; times: number });

  it('leaves an event, whatever is odd in it; files that are too large leave none', async () => {
    const form = asForm({});
    const asks: [path: string, how: Ask, status: number][] = [
      ['/', { headers: { Host: 'evil.example' } }, 421],
      ['/%00', {}, 400],
      ['/home', { method: 'PUT' }, 405],
      ['/api/v1/checks', { method: 'DELETE' }, 405],
      [
        '/theme',
        { ...form, headers: { ...form.headers, 'Content-Length': null, 'Transfer-Encoding': 'chunked' } },
        411,
      ],
      ['/sign-in', asForm({ email: 'x'.repeat(256 * 1024) }), 413],
    ];
    for (const [path, how, status] of asks) {
      const before = await told();
      // Anew: the first of its kind in a quarter of an hour.
      site.clock.advance(minutes(15));
      expect((await site.ask(path, how)).status, path).toBe(status);
      expect((await told()).slice(before.length), path).toMatchObject([{ path, times: 1 }]);
    }
    const before = await told();
    site.clock.advance(minutes(15));
    const files = asForm({});
    const answer = await site
      .ask('/staff/imports/new', {
        ...files,
        headers: {
          ...files.headers,
          'Content-Type': 'multipart/form-data; boundary=x',
          'Content-Length': '99999999',
        },
      })
      .catch((error: unknown) => error);
    expect(answer).toMatchObject({ status: 413 });
    expect(await told()).toEqual(before);
    cookie = await signIn(site, ines);
  });
});

describe('a form that did not come from our own pages', () => {
  const origins: [string, Record<string, string | null>][] = [
    ['from another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['from another site, without Sec-Fetch-Site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': null }],
    [
      'with an Origin of ours and a Sec-Fetch-Site that is not',
      { Origin: testOrigin, 'Sec-Fetch-Site': 'cross-site' },
    ],
    [
      'with a Sec-Fetch-Site of ours and an Origin that is not',
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'same-origin' },
    ],
    ['from a sister site', { Origin: 'https://other.riverbend.example', 'Sec-Fetch-Site': 'same-site' }],
    ['from http', { Origin: `http://${host}`, 'Sec-Fetch-Site': null }],
    ['from another port', { Origin: `${testOrigin}:8443`, 'Sec-Fetch-Site': null }],
    ['from a sandbox', { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }],
    ['from nowhere', { Origin: null, 'Sec-Fetch-Site': null }],
    ['from the address bar', { Origin: null, 'Sec-Fetch-Site': 'none' }],
    [
      'from another site, forwarded',
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': null, 'X-Forwarded-Host': 'evil.example' },
    ],
  ];

  it.each(origins)(
    '%s is refused on every page that takes forms, and nothing changes',
    async (_, headers) => {
      const paths = await actionPaths();
      expect(paths.length).toBeGreaterThan(3);
      const before = await rowCounts();
      for (const path of paths) {
        for (const target of [path, `${path}.data`, `${path}?index`]) {
          const form = asForm(
            { locale: 'es', theme: 'dark', email: ines.email, password: ines.password },
            cookie,
          );
          const answer = await site.ask(target, { ...form, headers: { ...form.headers, ...headers } });
          expect(answer.status, target).toBe(403);
          expect(answer.headers['set-cookie'], target).toBeUndefined();
        }
      }
      expect(await rowCounts()).toEqual(before);
    },
  );

  it('is told from one that did, with either header alone', async () => {
    for (const headers of [
      { Origin: testOrigin, 'Sec-Fetch-Site': null },
      { Origin: null, 'Sec-Fetch-Site': 'same-origin' },
    ]) {
      const form = asForm({ theme: 'dark' });
      expect((await site.ask('/theme', { ...form, headers: { ...form.headers, ...headers } })).status).toBe(
        302,
      );
    }
  });
});

describe('bodies', () => {
  it('over the limit are refused before they are read', async () => {
    const form = asForm({ email: 'x'.repeat(256 * 1024), password: 'x' });
    const refused = await site.ask('/sign-in', form);
    expect(refused.status).toBe(413);
    expect(refused.text).toContain('send a shorter text');
    const claimed: Ask = { ...asForm({}), body: 'a=b' };
    const big = await site
      .ask('/sign-in', { ...claimed, headers: { ...claimed.headers, 'Content-Length': '99999999' } })
      .catch((error: unknown) => error);
    expect(big).toMatchObject({ status: 413 });
    // Only a list is read as it comes: a form in its place is held in memory.
    const inPlaceOfList = await site
      .ask('/staff/list-cleaner/rows', {
        ...claimed,
        headers: { ...claimed.headers, 'Content-Length': '99999999' },
      })
      .catch((error: unknown) => error);
    expect(inPlaceOfList).toMatchObject({ status: 413 });
    const machine = asMachine('{}');
    const huge = await site.ask('/api/v1/checks', {
      ...machine,
      headers: { ...machine.headers, 'Content-Length': '999999999' },
    });
    expect(huge.status).toBe(413);
  });

  it('without a length are refused on pages, also in chunks', async () => {
    const form = asForm({ theme: 'dark' });
    const chunked = await site.ask('/theme', {
      ...form,
      headers: { ...form.headers, 'Content-Length': null, 'Transfer-Encoding': 'chunked' },
    });
    expect(chunked.status).toBe(411);
  });

  it.each([
    [
      'multipart that never ends',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="email"\r\n\r\na',
    ],
    ['multipart without a boundary', 'multipart/form-data', 'x'],
    [
      'a file for a field',
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="email"; filename="a.txt"\r\n\r\na\r\n--x--\r\n',
    ],
    ['JSON', 'application/json', '{"email":"a@b.c","password":"x"}'],
    [
      '10,000 fields',
      'application/x-www-form-urlencoded',
      Array.from({ length: 10_000 }, (_, at) => `f${at}=1`).join('&'),
    ],
    ['__proto__', 'application/x-www-form-urlencoded', '__proto__=1&constructor=2&email=a%40b.c&password=x'],
    ['NUL in a name', 'application/x-www-form-urlencoded', 'a%00=1&email=a%40b.c&password=x'],
    ['broken escapes', 'application/x-www-form-urlencoded', 'email=%E0%A4%A&password=%'],
    ['nothing', 'application/x-www-form-urlencoded', ''],
  ])('that are no form of ours are answered in words: %s', async (_, type, body) => {
    const form = asForm({});
    for (const target of ['/sign-in', '/sign-in.data']) {
      const answer = await site.ask(target, {
        ...form,
        body,
        headers: { ...form.headers, 'Content-Type': type },
      });
      expect(answer.status, target).toBe(400);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });
});

describe('every answer', () => {
  it('carries the security headers and a nonce of its own', async () => {
    const [asset] = (await readdir('build/client/assets')).filter((name) => name.endsWith('.js'));
    const answers = [
      ['200', await site.ask('/')],
      ['200 again', await site.ask('/')],
      ['302', await site.ask('/sign-in', { headers: { Cookie: cookie } })],
      ['400', await site.ask('/?_data=root')],
      ['403', await site.ask('/sign-in', { method: 'POST', body: '' })],
      ['404', await site.ask('/nowhere')],
      ['405', await site.ask('/', { method: 'PUT' })],
      ['421', await site.ask('/', { headers: { Host: 'evil.example' } })],
      ['data', await site.ask('/sign-in.data')],
      ['machine 401', await site.ask('/api/v1/checks', { method: 'POST', body: '{}' })],
      ['machine 404', await site.ask('/api/v9/none')],
      ['file', await site.ask('/favicon.svg')],
      ['asset', await site.ask(`/assets/${asset}`)],
      ['missing asset', await site.ask('/assets/none.js')],
      ['healthz', await site.ask('/healthz')],
      ['readyz', await site.ask('/readyz')],
    ] as const;
    const nonces = new Set<string>();
    for (const [what, { headers, text }] of answers) {
      const policy = String(headers['content-security-policy']);
      expect(policy, what).toMatch(/default-src 'none';/);
      expect(policy, what).toMatch(/frame-ancestors 'none'/);
      expect(policy, what).not.toMatch(/unsafe|\*|data:.*script/);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(nonce.length, what).toBeGreaterThanOrEqual(24);
      nonces.add(nonce);
      for (const [, attributes] of text.matchAll(/<script([^>]*)>/g))
        expect(attributes, what).toContain(`nonce="${nonce}"`);
      expect(headers, what).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers['strict-transport-security'], what).toMatch(/max-age=63072000/);
      expect(headers['permissions-policy'], what).toContain('camera=()');
      expect(headers['x-powered-by'], what).toBeUndefined();
      expect(headers.server, what).toBeUndefined();
      expect(headers['cache-control'], what).toBe(
        { asset: 'public, max-age=31536000, immutable', file: 'public, max-age=3600' }[what as string] ??
          'no-store',
      );
    }
    expect(nonces.size).toBe(answers.length);
  });
});

describe('the log', () => {
  it('is one JSON object a request, and holds no cookie, password, code, address, key or query', async () => {
    const from = site.rawLog.length;
    const half = await givePassword(site, castMember('staff'));
    await site.ask('/sign-in/two-factor?next=canary-query', asForm({ code: '135790' }, half));
    await site.ask('/sign-in', asForm({ email: 'canary-mail@demo.example', password: 'canary-password' }));
    await site.ask('/home?canary-query=1', {
      headers: {
        Cookie: cookie,
        'User-Agent': 'canary-agent',
        Referer: 'https://x.example/?canary-referer',
      },
    });
    await site.ask(
      '/api/v1/checks?api_key=canary-key',
      asMachine('{"canary-body":1}', { key: 'canary-key' }),
    );
    await site.ask('/canary%1bpath%0a%7B%22level%22:60%7D');
    const lines = site.rawLog.slice(from);
    expect(lines).toHaveLength(6);
    for (const line of lines) {
      expect(JSON.parse(line)).toEqual({
        level: 30,
        time: expect.any(String),
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        method: expect.stringMatching(/^(GET|POST)$/),
        path: expect.stringMatching(/^\/[^?]*$/),
        status: expect.any(Number),
        milliseconds: expect.any(Number),
        address: expect.any(String),
        msg: 'request',
      });
    }
    const whole = site.rawLog.join('\n');
    const value = (pair: string) => pair.slice(pair.indexOf('=') + 1);
    for (const canary of [
      'canary-query',
      'canary-mail',
      'canary-password',
      'canary-agent',
      'canary-referer',
      'canary-key',
      'canary-body',
      '135790',
      value(half),
      value(cookie),
      ines.email,
      ines.password,
      'Okafor',
      'RB000417',
    ]) {
      expect(isIn(whole, canary), canary).toBe(false);
    }
  });
});
