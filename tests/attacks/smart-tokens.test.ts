import { exportJWK, generateKeyPair, SignJWT, type CryptoKey } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { machineScopes } from '#app/people/can.ts';
import { createMachineClient, revokeMachineClient } from '#app/people/machine-clients.server.ts';
import { sweepTokens, tradeAssertion } from '#app/people/machine-tokens.server.ts';
import { registerKeySet } from '#app/people/signing-keys.server.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { asForm, asMachine, signIn, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { castMember, hours, minutes, somebody } from '#tests/support/world.ts';

const tokenAddress = `${testOrigin}/api/v1/token`;
let site: Site;
let officer: string;
let gateway: { id: string; key: string };
let company: { id: string; key: string };
const pairs = {} as Record<'ec' | 'rsa' | 'stranger', { publicKey: CryptoKey; privateKey: CryptoKey }>;
const jwkOf = async (key: CryptoKey, kid: string) => ({ ...(await exportJWK(key)), kid });

beforeAll(async () => {
  site = await startSite();
  const { db } = site.world;
  const by = { actor: somebody, now: site.clock.now() };
  for (const [name, alg] of [
    ['ec', 'ES384'],
    ['rsa', 'RS384'],
    ['stranger', 'ES384'],
  ] as const)
    pairs[name] = await generateKeyPair(alg, { extractable: true });
  gateway = await createMachineClient(db, { name: 'gateway', scopes: [...machineScopes], ...by });
  const vendorId = (await db.vendor.findUniqueOrThrow({ where: { slug: 'kestrel' } })).id;
  company = await createMachineClient(db, { name: 'company', scopes: ['fhir:read'], vendorId, ...by });
  officer = await signIn(site, castMember('privacyOfficer'));
});
// Refusals are counted by network.
beforeEach(() => site.clock.advance(minutes(16)));
afterAll(() => site.stop());

interface Claims {
  alg?: string;
  kid?: string;
  iss?: string;
  sub?: string;
  aud?: string | string[];
  seconds?: number;
  jti?: string;
  key?: CryptoKey | Uint8Array;
}

async function assertion(changed: Claims = {}): Promise<string> {
  const now = Math.floor(site.clock.now().getTime() / 1_000);
  const { alg = 'ES384', kid = 'ec', iss = gateway.id, sub = iss, aud = tokenAddress } = changed;
  const jwt = new SignJWT({})
    .setProtectedHeader({ alg, typ: 'JWT', ...(kid ? { kid } : {}) })
    .setIssuer(iss)
    .setSubject(sub)
    .setAudience(aud)
    .setExpirationTime(now + (changed.seconds ?? 300));
  if (changed.jti !== '') jwt.setJti(changed.jti ?? crypto.randomUUID());
  return jwt.sign(changed.key ?? pairs.ec.privateKey);
}

const fields = (signed: string, scope = 'system/Consent.rs') => ({
  grant_type: 'client_credentials',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: signed,
  scope,
});
const post = (body: Record<string, string> | string, headers: Record<string, string> = {}) =>
  site.ask('/api/v1/token', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof body === 'string' ? body : new URLSearchParams(body).toString(),
  });
async function tokenFor(scope: string, changed: Claims = {}): Promise<string> {
  const answer = await post(fields(await assertion(changed), scope));
  expect(answer.status, answer.text).toBe(200);
  return (answer.json() as { access_token: string }).access_token;
}
const ask = (path: string, token: string) =>
  site.ask(path, { headers: { Authorization: `Bearer ${token}` } });

function expectNo(answer: Answer, status: number, error: string, how: string): void {
  expect([answer.status, (answer.json() as { error: string }).error], `${how}: ${answer.text}`).toEqual([
    status,
    error,
  ]);
  expect(answer.text, how).not.toContain('access_token');
  expect(answer.headers['cache-control'], how).toBe('no-store');
  expect(answer.headers['set-cookie'], how).toBeUndefined();
}

describe('signing keys', () => {
  it('are registered by an officer on the page of the program, the public ones alone', async () => {
    const page = `/officer/keys/${gateway.id}`;
    const send = (keySet: unknown, cookie = officer) =>
      site.ask(
        page,
        asForm({ intent: 'registerKeySet', keySet: JSON.stringify(keySet), keySetDays: '365' }, cookie),
      );
    await connectedFactor();
    const ec = await jwkOf(pairs.ec.publicKey, 'ec');
    const secret = await jwkOf(pairs.ec.privateKey, 'ec');
    const refused = await send({ keys: [secret] });
    expect(refused.status).toBe(400);
    expect(refused.text).toContain('There is a private key among these');
    expect(refused.text).not.toContain(secret.d);
    expect(await site.world.db.signingKey.count()).toBe(0);
    for (const role of ['auditor', 'staff', 'patient'] as const) {
      const answer = await send({ keys: [ec] }, await signIn(site, castMember(role)));
      expect(answer.status, role).toBeGreaterThanOrEqual(403);
    }
    expect(await site.world.db.signingKey.count()).toBe(0);
    const taken = await send({ keys: [ec, await jwkOf(pairs.rsa.publicKey, 'rsa')] });
    expect(taken.status, taken.text).toBe(302);
    expect((await site.ask(page, { headers: { Cookie: officer } })).text).toContain('ES384');
    const event = await site.world.db.auditEvent.findFirstOrThrow({
      where: { type: 'apiKey.setRegistered' },
    });
    expect(event.after).toMatchObject({ name: 'gateway', kids: ['ec', 'rsa'] });
    const notices = await site.world.db.notice.count({ where: { kind: 'keyChanged', eventId: event.id } });
    expect(notices).toBeGreaterThan(0);
    const ofCompany = await registerKeySet(site.world.db, {
      clientId: company.id,
      text: JSON.stringify({ keys: [await jwkOf(pairs.stranger.publicKey, 'theirs')] }),
      lifeDays: 1,
      actor: somebody,
      now: site.clock.now(),
    });
    expect(ofCompany.ok).toBe(true);
  });
});

async function connectedFactor(): Promise<void> {
  // Sixteen minutes have passed since the officer signed in.
  const now = site.clock.now();
  await site.world.db.session.updateMany({ data: { factorAt: now, lastSeenAt: now } });
}

describe('a token', () => {
  it('is found by discovery, and opens what was asked for and no more, for five minutes', async () => {
    const config = await site.ask('/fhir/r4/.well-known/smart-configuration');
    expect(config.json()).toMatchObject({
      token_endpoint: tokenAddress,
      token_endpoint_auth_signing_alg_values_supported: ['RS384', 'ES384'],
    });
    expect((await site.ask('/.well-known/smart-configuration')).text).toBe(config.text);
    const answer = await post(
      fields(
        await assertion({ alg: 'RS384', kid: 'rsa', key: pairs.rsa.privateKey }),
        'system/Consent.rs system/Patient.rs',
      ),
    );
    expect(answer.json()).toMatchObject({
      token_type: 'bearer',
      expires_in: 300,
      scope: 'system/Consent.rs',
    });
    expect(answer.headers['cache-control']).toBe('no-store');
    const { access_token: token } = answer.json() as { access_token: string };
    expect((await ask('/fhir/r4/Consent', token)).status).toBe(200);
    expect((await ask(`/fhir/r4/Consent/${crypto.randomUUID()}`, token)).status).toBe(404);
    for (const path of ['/fhir/r4/AuditEvent', '/api/v1/disclosures'])
      expect((await ask(path, token)).status, path).toBe(403);
    expect((await site.ask(`/fhir/r4/Consent?access_token=${token}`)).status).toBe(401);
    const check = asMachine(
      JSON.stringify({
        purpose: 'MLTRAINING',
        recipient: 'umbra',
        items: [{ patientId: 'RB000417', issuer: 'RIVERBEND' }],
      }),
      { key: token },
    );
    expect((await site.ask('/api/v1/checks', check)).status).toBe(403);
    const report = asMachine('{"resourceType":"AuditEvent","type":{"code":"110114"}}', {
      key: token,
      type: 'application/fhir+json',
    });
    expect((await site.ask('/fhir/r4/AuditEvent', report)).status).toBe(403);
    const writer = await tokenFor('system/AuditEvent.c checks:read');
    expect(
      (
        await site.ask('/fhir/r4/AuditEvent', {
          ...report,
          headers: { ...report.headers, Authorization: `Bearer ${writer}` },
        })
      ).status,
    ).toBe(202);
    expect(
      (
        await site.ask('/api/v1/checks', {
          ...check,
          headers: { ...check.headers, Authorization: `Bearer ${writer}` },
        })
      ).status,
    ).toBe(200);
    expect((await ask('/fhir/r4/AuditEvent', writer)).status).toBe(403);
    site.clock.advance(300_000 - 1);
    expect((await ask('/fhir/r4/Consent', token)).status).toBe(200);
    site.clock.advance(1);
    expect((await ask('/fhir/r4/Consent', token)).status).toBe(401);
    // Nothing that opens a door is stored or logged.
    const kept = JSON.stringify([
      await site.world.db.machineToken.findMany(),
      await site.world.db.usedAssertion.findMany(),
    ]);
    expect(kept).toContain(sha256Hex(token));
    expect(kept + site.rawLog.join('\n')).not.toContain(token);
  });

  it('is given once for an assertion, however many processes get it at once', async () => {
    const signed = await assertion();
    const scopes = ['system/Consent.rs'];
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => post(fields(signed)).then(({ status }) => status === 200)),
      ...Array.from({ length: 4 }, () =>
        tradeAssertion(site.world, { assertion: signed, scopes, audience: tokenAddress }).then(
          ({ ok }) => ok,
        ),
      ),
    ]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    expectNo(await post(fields(signed)), 401, 'invalid_client', 'again');
    // What is swept away is too old to be taken again.
    const jti = crypto.randomUUID();
    await tokenFor('system/Consent.rs', { jti });
    site.clock.advance(minutes(4));
    await sweepTokens(site.world.db, site.clock.now());
    expectNo(
      await post(fields(await assertion({ jti }))),
      401,
      'invalid_client',
      'the same jti, signed anew',
    );
    site.clock.advance(hours(2));
    await sweepTokens(site.world.db, site.clock.now());
    expect(await site.world.db.usedAssertion.count()).toBe(0);
    expect(await site.world.db.machineToken.count()).toBe(0);
  });

  it('is given for no assertion that is not wholly right', async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(pairs.ec.publicKey)).padEnd(64));
    const [head, , signature] = (await assertion()).split('.');
    const unsigned = `${Buffer.from('{"alg":"none","kid":"ec"}').toString('base64url')}.${(await assertion()).split('.')[1]}.`;
    const seen: Record<string, string> = {
      'more than five minutes': await assertion({ seconds: 301 }),
      'past its end': await assertion({ seconds: 0 }),
      'for another server': await assertion({ aud: 'https://other.example/token' }),
      'for two servers': await assertion({ aud: [tokenAddress, 'https://other.example/token'] }),
      'about somebody else': await assertion({ sub: company.id }),
      'without a jti': await assertion({ jti: '' }),
      'with a huge jti': await assertion({ jti: 'x'.repeat(257) }),
      'without a kid': await assertion({ kid: '' }),
      'HMAC by the public key': await assertion({ alg: 'HS384', key: secret }),
      unsigned,
      'no JWT': 'x.y.z',
      'an API key': gateway.key,
      nothing: '',
    };
    for (const [how, signed] of Object.entries(seen))
      expectNo(await post(fields(signed)), 400, 'invalid_request', how);
    const changed = Buffer.from(
      JSON.stringify({
        iss: gateway.id,
        sub: gateway.id,
        aud: tokenAddress,
        jti: 'mine',
        exp: Math.floor(site.clock.now().getTime() / 1_000) + 200,
      }),
    ).toString('base64url');
    const unknown: Record<string, string> = {
      'an unknown program': await assertion({ iss: crypto.randomUUID() }),
      'no id': await assertion({ iss: "' or '1'='1" }),
      'an unknown kid': await assertion({ kid: 'other' }),
      'the kid of another kind of key': await assertion({ kid: 'rsa' }),
      'signed by a stranger': await assertion({ key: pairs.stranger.privateKey }),
      'a company’s key in our name': await assertion({ kid: 'theirs', key: pairs.stranger.privateKey }),
      'changed after it was signed': `${head}.${changed}.${signature}`,
    };
    const said = new Set<string>();
    for (const [how, signed] of Object.entries(unknown)) {
      const answer = await post(fields(signed));
      expectNo(answer, 401, 'invalid_client', how);
      said.add(answer.text);
    }
    // Whether there is such a program, nobody learns.
    expect(said.size).toBe(1);
    expect(await site.world.db.machineToken.count()).toBe(0);
  });

  it('is given to no call that is not of the form', async () => {
    const good = fields(await assertion());
    expect((await site.ask(`/api/v1/token?${new URLSearchParams(good)}`)).status).toBe(404);
    expectNo(
      await post({ ...good, grant_type: 'authorization_code' }),
      400,
      'unsupported_grant_type',
      'another grant',
    );
    expectNo(
      await post({ ...good, client_assertion_type: 'x' }),
      400,
      'invalid_request',
      'another assertion',
    );
    expectNo(await post({ ...good, scope: '' }), 400, 'invalid_scope', 'no scope');
    expectNo(await post(`${new URLSearchParams(good)}&scope=fhir:read`), 400, 'invalid_request', 'twice');
    expectNo(await post(good, { 'Content-Type': 'application/json' }), 400, 'invalid_request', 'JSON');
    expectNo(await post(good, { Authorization: 'Basic eDp5' }), 400, 'invalid_request', 'two ways at once');
    expectNo(
      await post({ ...good, client_assertion: 'x'.repeat(40_000) }),
      400,
      'invalid_request',
      'too long',
    );
    expectNo(
      await post({ ...good, scope: 'system/Patient.rs openid' }),
      400,
      'invalid_scope',
      'nothing of ours',
    );
    const theirs = await assertion({ iss: company.id, kid: 'theirs', key: pairs.stranger.privateKey });
    expectNo(
      await post(fields(theirs, 'system/AuditEvent.c checks:read')),
      400,
      'invalid_scope',
      'not the company’s',
    );
  });

  it('ends with the key that signed for it, and with the program', async () => {
    const token = await tokenFor('system/Consent.rs');
    expect((await ask('/fhir/r4/Consent', token)).status).toBe(200);
    await connectedFactor();
    const ended = await site.ask(`/officer/keys/${gateway.id}`, asForm({ intent: 'endKeySet' }, officer));
    expect(ended.status).toBe(302);
    expect((await ask('/fhir/r4/Consent', token)).status).toBe(401);
    expectNo(await post(fields(await assertion())), 401, 'invalid_client', 'an ended key');
    expect((await ask('/fhir/r4/Consent', gateway.key)).status).toBe(200);
    const theirs = { iss: company.id, kid: 'theirs', key: pairs.stranger.privateKey };
    const other = await tokenFor('system/AuditEvent.rs', theirs);
    expect((await ask('/fhir/r4/AuditEvent', other)).status).toBe(200);
    await revokeMachineClient(site.world.db, { id: company.id, actor: somebody, now: site.clock.now() });
    expect((await ask('/fhir/r4/AuditEvent', other)).status).toBe(401);
    expectNo(await post(fields(await assertion(theirs))), 401, 'invalid_client', 'a revoked program');
  });

  it('is guessed from one network three hundred times in a quarter of an hour, and no oftener', async () => {
    expectNo(await post(fields('x.y.z')), 400, 'invalid_request', 'a guess');
    await site.world.db.rateLimit.updateMany({
      where: { key: { startsWith: 'address:machineKey:' } },
      data: { points: 300 },
    });
    const answer = await post(fields('x.y.z'));
    expectNo(answer, 429, 'temporarily_unavailable', 'one too many');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });
});
