import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { machineScopes, type MachineScope } from '#app/people/can.ts';
import { createMachineClient, revokeMachineClient } from '#app/people/machine-clients.server.ts';
import { vendorScopes } from '#app/people/machine-keys.ts';
import { machineCalls } from '#app/web/calls.ts';
import { openApiDocument } from '#app/web/openapi.ts';
import {
  callsOf,
  expectations,
  expectForetold,
  hostileTexts,
  withOneReplaced,
  type ApiDocument,
  type Call,
} from '#tests/support/api-calls.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { connected } from '#tests/support/database.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { builtRoutes } from '#tests/support/manifest.ts';
import { everyTable, settled } from '#tests/support/rows.ts';
import {
  asMachine,
  expectProblem,
  signIn,
  startSite,
  type Answer,
  type Ask,
  type Site,
} from '#tests/support/site.ts';
import { castMember, minutes, somebody } from '#tests/support/world.ts';

// What is asked here is read from the OpenAPI document: a call that is added there is attacked here, and needs its line in `expectations`.
const document = JSON.parse(JSON.stringify(openApiDocument(machineCalls, testOrigin))) as ApiDocument;
const calls = callsOf(document);
const named = calls.map((call) => [`${call.method} ${call.path}`, call] as const);

let site: Site;
const cookies: string[] = [];
const keys = { all: '', expired: '', revoked: '', ofRevoked: '', company: '' };
const keyWith = new Map<string, string>();

let made = 0;
const newProgram = (scopes: readonly MachineScope[], vendorId?: string) =>
  createMachineClient(site.world.db, {
    name: `program ${++made}`,
    scopes: [...scopes],
    ...(vendorId ? { vendorId } : {}),
    actor: somebody,
    now: site.clock.now(),
  });

beforeAll(async () => {
  site = await startSite();
  const { db } = site.world;
  for (const role of ['patient', 'staff', 'privacyOfficer'] as const)
    cookies.push(await signIn(site, castMember(role)));
  for (const scope of machineScopes) {
    keyWith.set(scope, (await newProgram([scope])).key);
    keyWith.set(`not ${scope}`, (await newProgram(machineScopes.filter((one) => one !== scope))).key);
  }
  keys.all = (await newProgram(machineScopes)).key;
  const [expired, revoked, gone] = [
    await newProgram(machineScopes),
    await newProgram(machineScopes),
    await newProgram(machineScopes),
  ];
  const now = site.clock.now();
  await db.machineKey.updateMany({ where: { clientId: expired.id }, data: { expiresAt: now } });
  await db.machineKey.updateMany({ where: { clientId: revoked.id }, data: { revokedAt: now } });
  await revokeMachineClient(db, { id: gone.id, actor: somebody, now });
  Object.assign(keys, { expired: expired.key, revoked: revoked.key, ofRevoked: gone.key });
  // The program of a company, which has scopes in the table that no command and no page would give it.
  const { id: vendorId } = await db.vendor.findUniqueOrThrow({
    where: { slug: 'kestrel' },
    select: { id: true },
  });
  const company = await newProgram(['checks:read'], vendorId);
  await db.machineClient.updateMany({ where: { id: company.id }, data: { scopes: [...machineScopes] } });
  keys.company = company.key;
  const asked = await site.ask(
    '/api/v1/checks',
    asMachine(expectations.checkExport?.good ?? '', { key: keyWith.get('checks:read') ?? '' }),
  );
  receiptId = (asked.json() as { receiptId: string }).receiptId;
  // What is read by its id, and does not concern that company.
  const umbra = await db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' }, select: { id: true } });
  rowIds.optOut = await fileOptOut(site.world, { vendors: [umbra.id] });
  rowIds.disclosure = (
    await db.disclosure.findFirstOrThrow({ where: { vendorId: { not: vendorId }, correctedBy: null } })
  ).id;
});
// Calls without a valid key are counted by network: what one test asks is not to shut the next one out.
beforeEach(() => site.clock.advance(minutes(16)));
afterAll(() => site.stop());

/** The good question of a call, with these headers beside it. */
function sent(call: Call, headers: Record<string, string> = {}, body?: string | Uint8Array): Ask {
  const type = Object.keys(call.operation.requestBody?.content ?? {})[0];
  return {
    method: call.method,
    headers: { ...(type ? { 'Content-Type': type } : {}), ...headers },
    ...(type ? { body: body ?? lineOf(call).good } : {}),
  };
}

function lineOf({ operation: { operationId } }: Call) {
  const line = expectations[operationId];
  if (!line) throw new Error(`${operationId} has no line in tests/support/api-calls.ts`);
  return line;
}

const bearer = (key: string) => ({ Authorization: `Bearer ${key}` });
let receiptId = '';
const rowIds = { optOut: '', disclosure: '' };
const pathOf = (call: Call) => {
  const { of, path } = lineOf(call);
  return of ? call.path.replace('{id}', rowIds[of]) : (path?.(receiptId) ?? call.path);
};
const addressOf = (call: Call, more = '') => {
  const { query = '' } = lineOf(call);
  return pathOf(call) + (query && more ? `${query}&${more}` : query || (more && `?${more}`));
};

/** What no answer may hold that is a refusal: who the patients are, and who got what. */
const canaries = ['Okafor', 'RB000417', 'RB000902', 'NORTHLIGHT', 'northlight', '"permit"', 'occurredAt'];

function expectRefused(call: Call, answer: Answer, status: number, problem: string, how: string): void {
  expect(answer.status, how).toBe(status);
  expectForetold(document, call.operation, answer);
  expect(answer.text, how).toContain(problem);
  for (const canary of canaries) expect(answer.text, how).not.toContain(canary);
  if (status === 401) expect(answer.headers['www-authenticate'], how).toMatch(/^Bearer/);
  expect(answer.headers['set-cookie'], how).toBeUndefined();
  expect(answer.headers['cache-control'], how).toBe('no-store');
}

const rows = () =>
  connected(site.databaseUrl, async (client) => {
    await settled(client);
    return everyTable(client);
  });

/** Routes at such addresses that are no calls of the document, and why. */
const besides: Record<string, string> = {
  'routes/api+/$': 'what no call answers to',
  'routes/api+/v1+/keyed.$key.checks.study.$studyUid':
    'a call of the document for systems that can send no header: its address holds the key (tests/integration/dcm4chee.test.ts)',
  'routes/fhir+/$': 'what no call answers to',
  'routes/api+/v1+/token': 'OAuth, as SMART has it: a form, and no key (tests/attacks/smart-tokens.test.ts)',
  'routes/_public+/calendar.$file':
    'for calendar programs: its address is the secret (tests/attacks/dump.test.ts)',
};

describe('the OpenAPI document', () => {
  it('is the one that is served, without a key, as OpenAPI 3.1', async () => {
    const answer = await site.ask('/api/v1/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toEqual(document);
    expect(document.openapi).toBe('3.1.0');
    expectProblem(await site.ask('/api/v1/openapi.json', { method: 'POST', body: '{}' }), 405);
  });

  it('has every route of the build that machines ask, and no other', async () => {
    const built = (await builtRoutes()).filter(
      ({ id, pattern }) =>
        pattern !== null &&
        (/^\/(api|fhir|calendar)(\/|$)/.test(pattern) || /^routes\/(api|fhir)\+/.test(id)),
    );
    const ids = new Set(built.map(({ id }) => id));
    expect(Object.keys(besides).filter((id) => !ids.has(id))).toEqual([]);
    const paths = built
      .filter(({ id }) => !(id in besides))
      .map(({ pattern }) => (pattern ?? '').replace(/\/$/, '').replace(/:(\w+)/g, '{$1}'));
    expect(Object.keys(document.paths).sort()).toEqual(paths.sort());
  });

  it('has every operation’s id once, a line in the expectations, and a scope that exists', () => {
    const ids = calls.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(Object.keys(expectations).sort());
    for (const { scope, operation } of calls) {
      if (scope) expect(machineScopes).toContain(scope);
      expect(operation['x-open-to-keys-of-companies'], operation.operationId).toBe(
        scope ? vendorScopes.includes(scope) : undefined,
      );
    }
  });
});

describe.each(named)('%s', (_, call) => {
  const { scope, operation } = call;

  it('opens to a key with the scope that the document names, and to nothing else', async () => {
    const before = await rows();
    const unknown: [string, Record<string, string>][] = [
      ['no key', {}],
      ['an empty key', bearer('')],
      ['a key that nobody has', bearer('pvk_nobodys')],
      ['a key without its last letter', bearer(keys.all.slice(0, -1))],
      ['a key by another scheme', { Authorization: `Basic ${keys.all}` }],
      ['a key without a scheme', { Authorization: keys.all }],
      ['a key with something after it', bearer(`${keys.all} x`)],
      ['a key in another header', { 'X-API-Key': keys.all }],
      ['a key in a cookie', { Cookie: `__Host-plainview_session=${keys.all}` }],
      ['a key at the instant of its end', bearer(keys.expired)],
      ['a revoked key', bearer(keys.revoked)],
      ['a key of a revoked program', bearer(keys.ofRevoked)],
      ...cookies.map((Cookie): [string, Record<string, string>] => [`the session ${Cookie}`, { Cookie }]),
      ['a session and a key that nobody has', { Cookie: cookies[2] ?? '', ...bearer('pvk_nobodys') }],
    ];
    const open = scope === null && (await site.ask(addressOf(call), sent(call)));
    if (open) expect(open.status).toBe(200);
    for (const [how, headers] of unknown) {
      const answer = await site.ask(addressOf(call), sent(call, headers));
      // A call that needs no key says the same to everybody.
      if (open) expect([answer.status, answer.text], how).toEqual([200, open.text]);
      else expectRefused(call, answer, 401, 'not-signed-in', how);
    }
    for (const name of ['api_key', 'apiKey', 'API-KEY', 'access_token', 'token', 'key'])
      for (const headers of [{}, bearer(keys.all)]) {
        const answer = await site.ask(addressOf(call, `${name}=${keys.all}`), sent(call, headers));
        if (open) expect(answer.status, name).toBe(lineOf(call).keyInAddress);
        else expectRefused(call, answer, 401, 'key-in-address', name);
      }
    expect(site.rawLog.join('\n')).not.toContain(keys.all.slice(4));
    if (!scope) return;

    const without = keyWith.get(`not ${scope}`) ?? '';
    const answer = await site.ask(addressOf(call), sent(call, bearer(without)));
    expectRefused(call, answer, 403, 'scope-missing', 'a key with every other scope');
    const asCompany = await site.ask(addressOf(call), sent(call, bearer(keys.company)));
    const { asCompany: status, toCompany } = lineOf(call);
    if (status === 200) {
      expect(asCompany.text).toContain('searchset');
      expect(asCompany.text).not.toMatch(/northlight|Okafor/i);
    } else {
      const why = operation['x-open-to-keys-of-companies'] ? 'recipient-not-yours' : 'scope-missing';
      const [code, problem] = toCompany ?? (status === 404 ? [404, 'not-found'] : [403, why]);
      expectRefused(call, asCompany, code, problem, 'the key of another company');
    }
    // Of a call that is answered the read is told; nothing else changes.
    if (status === undefined) expect(await rows()).toEqual(before);

    const taken = await site.ask(addressOf(call), sent(call, bearer(keyWith.get(scope) ?? '')));
    expect(taken.status, taken.text).toBeLessThan(300);
    expectForetold(document, operation, taken);
  });

  it('takes no other method, with whatever key', async () => {
    const before = await rows();
    const own = Object.keys(document.paths[call.path] ?? {}).map((method) => method.toUpperCase());
    const methods = ['OPTIONS', 'TRACE', 'PUT', 'PATCH', 'DELETE', 'PROPFIND', 'GET', 'HEAD', 'POST'];
    const isOwn = (method: string) => own.includes(method === 'HEAD' ? 'GET' : method);
    for (const method of methods.filter((one) => !isOwn(one)))
      for (const headers of [{}, { ...bearer(keys.all), Origin: 'https://evil.example' }]) {
        const answer = await site.ask(addressOf(call), { method, headers });
        expect(answer.status, method).toBe(405);
        expect(answer.headers.allow, method).toBeDefined();
        expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
        if (method !== 'HEAD') expectForetold(document, operation, answer);
      }
    if (call.method === 'GET')
      for (const headers of [{}, bearer(keys.all), bearer(keyWith.get(`not ${scope}`) ?? '')]) {
        const [asked, head] = [
          await site.ask(addressOf(call), { headers }),
          await site.ask(addressOf(call), { method: 'HEAD', headers }),
        ];
        expect([head.status, head.bytes.length]).toEqual([asked.status, 0]);
      }
    if (!lineOf(call).isKept) expect(await rows()).toEqual(before);
  });

  it('answers hostile text as the document says, and never with somebody’s data', async () => {
    const { hostile, query, naming } = lineOf(call);
    const check = (answer: Answer, at: string, by: unknown) => {
      const how = `${at}: ${JSON.stringify(by).slice(0, 60)}`;
      expect(answer.status, how).toBeLessThan(500);
      expectForetold(document, operation, answer);
      expect(answer.headers['x-injected'], how).toBeUndefined();
      if (naming?.fields.includes(at)) expect(answer.text, how).not.toContain(naming.never);
    };
    const present = new URLSearchParams(query);
    for (const { in: place, name } of operation.parameters ?? []) {
      if (place !== 'query') continue;
      for (const text of hostileTexts) {
        const given = new URLSearchParams(present);
        given.set(name, text);
        check(await site.ask(`${pathOf(call)}?${given}`, sent(call, bearer(keys.all))), name, text);
      }
      const doubled = new URLSearchParams(present);
      doubled.append(name, 'x');
      doubled.append(name, 'y');
      const answer = await site.ask(`${pathOf(call)}?${doubled}`, sent(call, bearer(keys.all)));
      expect(answer.status, `${name} twice`).toBe(400);
    }
    for (const by of hostile ? [...hostileTexts, { not: '' }, ['x'], null, 1e400, -1] : [])
      for (const { at, question } of withOneReplaced(hostile, by)) {
        const body = JSON.stringify(question);
        check(await site.ask(pathOf(call), sent(call, bearer(keys.all), body)), at, by);
      }
  });

  it.runIf(lineOf(call).bad.length > 0)('refuses a body that is none of its own', async () => {
    for (const [body, status] of lineOf(call).bad) {
      const answer = await site.ask(addressOf(call), sent(call, bearer(keys.all), body));
      expect(answer.status).toBe(status);
      expectForetold(document, operation, answer);
    }
  });
});

describe('what is beside the document', () => {
  it('answers to no key and no method', async () => {
    const ways: Record<string, string>[] = [{}, bearer(keys.all), { Cookie: cookies[1] ?? '' }];
    for (const path of ['/api/no/such/call', '/api/v1', '/fhir/r4/Patient', '/fhir/r4/Consent/x/_history'])
      for (const method of ['GET', 'POST'])
        for (const headers of ways) {
          const answer = await site.ask(path, { ...asMachine('{}'), method, headers });
          expect(answer.status, path).toBe(404);
          expect(answer.headers['content-type']).toMatch(/^application\/(problem|fhir)\+json/);
        }
  });
});
