import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { machineScopes } from '#app/people/can.ts';
import {
  createMachineClient,
  MachineClientRefused,
  revokeMachineClient,
  revokeMachineKey,
  rotateMachineKey,
} from '#app/people/machine-clients.server.ts';
import { callsAMinute, vendorScopes } from '#app/people/machine-keys.ts';
import { keyHolder } from '#tests/support/key-holder.ts';
import { asMachine, expectProblem, startSite, type Site } from '#tests/support/site.ts';
import { hours, minutes, somebody } from '#tests/support/world.ts';

let site: Site;
let made = 0;
const days = (count: number) => hours(24 * count);

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const by = () => ({ actor: somebody, now: site.clock.now() });
const newClient = (more: Partial<Parameters<typeof createMachineClient>[1]> = {}) =>
  createMachineClient(site.world.db, {
    name: `program ${++made}`,
    scopes: ['checks:read'],
    ...by(),
    ...more,
  });
const holder = (key: string) => keyHolder(site.world.database, key, site.clock.now());
const vendorId = async (slug: string) =>
  (await site.world.db.vendor.findUniqueOrThrow({ where: { slug }, select: { id: true } })).id;

const question = (recipient: string) => ({
  purpose: 'MLTRAINING',
  recipient,
  items: [{ patientId: 'RB000417', issuer: 'RIVERBEND' }],
});
const ask = (key: string, recipient = 'umbra') =>
  site.ask('/api/v1/checks', asMachine(JSON.stringify(question(recipient)), { key }));
const eventsOf = (subjectId: string) =>
  site.world.db.auditEvent.findMany({
    where: { subjectId },
    orderBy: { id: 'asc' },
    select: { type: true, before: true, after: true },
  });

describe('a key', () => {
  it('works for a year and not an instant longer', async () => {
    const { key, expiresAt } = await newClient();
    expect(expiresAt.getTime() - site.clock.now().getTime()).toBe(days(365));
    const just = new Date(expiresAt.getTime() - 1);
    expect(await keyHolder(site.world.database, key, just)).not.toBeNull();
    expect(await keyHolder(site.world.database, key, expiresAt)).toBeNull();
  });

  it.each([0, -1, 731, 1.5, Number.NaN])('is not made for %s days', async (lifeDays) => {
    await expect(newClient({ lifeDays })).rejects.toThrow(RangeError);
  });

  it('is stored as a hash alone, and in no event', async () => {
    const { id, key } = await newClient();
    const [row] = await site.world.db.machineKey.findMany({ where: { clientId: id } });
    expect(JSON.stringify(row)).not.toContain(key);
    expect(JSON.stringify(await eventsOf(id))).not.toContain(key);
  });

  it('has a name of its own, also when two ask for it at one instant', async () => {
    const name = 'wanted twice';
    const outcomes = await Promise.allSettled([newClient({ name }), newClient({ name })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({ reason: 'nameTaken' });
    expect(refused.reason).toBeInstanceOf(MachineClientRefused);
  });
});

describe('a new key for a program', () => {
  it('works at once, and the one before until the overlap ends', async () => {
    const { id, key } = await newClient();
    const rotated = await rotateMachineKey(site.world.db, { client: { id }, ...by() });
    if (!rotated) throw new Error('not rotated');
    expect(await holder(rotated.key)).toMatchObject({ id });
    expect((await ask(key)).status).toBe(200);
    expect(rotated.overlapEndsAt.getTime() - site.clock.now().getTime()).toBe(days(7));
    const before = new Date(rotated.overlapEndsAt.getTime() - 1);
    expect(await keyHolder(site.world.database, key, before)).not.toBeNull();
    expect(await keyHolder(site.world.database, key, rotated.overlapEndsAt)).toBeNull();
    expect(await keyHolder(site.world.database, rotated.key, rotated.overlapEndsAt)).not.toBeNull();
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual(['apiKey.created', 'apiKey.rotated']);
  });

  it('without overlap ends the one before at once', async () => {
    const { id, key } = await newClient();
    const rotated = await rotateMachineKey(site.world.db, { client: { id }, overlapDays: 0, ...by() });
    expectProblem(await ask(key), 401, { type: '/problems/not-signed-in' });
    expect((await ask(rotated?.key ?? '')).status).toBe(200);
  });

  it('never lengthens the life of the one before', async () => {
    const { id, key, expiresAt } = await newClient({ lifeDays: 2 });
    await rotateMachineKey(site.world.db, { client: { id }, overlapDays: 30, ...by() });
    expect(await keyHolder(site.world.database, key, expiresAt)).toBeNull();
  });

  it.each([-1, 31, 0.5])('is not made with an overlap of %s days', async (overlapDays) => {
    const { id } = await newClient();
    await expect(rotateMachineKey(site.world.db, { client: { id }, overlapDays, ...by() })).rejects.toThrow(
      RangeError,
    );
  });

  it('is not made for a program that is revoked at the same instant: whichever was first, no key works after', async () => {
    const { id, key } = await newClient();
    const [rotated] = await Promise.all([
      rotateMachineKey(site.world.db, { client: { id }, ...by() }),
      revokeMachineClient(site.world.db, { id, ...by() }),
    ]);
    expect(await holder(key)).toBeNull();
    if (rotated) expect(await holder(rotated.key)).toBeNull();
    expect(await rotateMachineKey(site.world.db, { client: { id }, ...by() })).toBeNull();
  });
});

describe('a revoked key', () => {
  it('is refused from the next call on; the program’s other key goes on', async () => {
    const { id, key } = await newClient();
    const rotated = await rotateMachineKey(site.world.db, { client: { id }, ...by() });
    const rows = await site.world.db.machineKey.findMany({
      where: { clientId: id },
      orderBy: { expiresAt: 'asc' },
    });
    expect(await revokeMachineKey(site.world.db, { keyId: rows[0]?.id ?? '', ...by() })).toBe(true);
    expect(await revokeMachineKey(site.world.db, { keyId: rows[0]?.id ?? '', ...by() })).toBe(false);
    expectProblem(await ask(key), 401);
    expect((await ask(rotated?.key ?? '')).status).toBe(200);
    await revokeMachineClient(site.world.db, { id, ...by() });
    expectProblem(await ask(rotated?.key ?? ''), 401);
    expect((await eventsOf(id)).map(({ type }) => type)).toEqual([
      'apiKey.created',
      'apiKey.rotated',
      'apiKey.revoked',
      'apiKey.revoked',
    ]);
  });

  it('is revoked once, by however many at once', async () => {
    const { id } = await newClient();
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => revokeMachineClient(site.world.db, { id, ...by() })),
    );
    expect(outcomes.filter(Boolean)).toHaveLength(1);
    expect((await eventsOf(id)).filter(({ type }) => type === 'apiKey.revoked')).toHaveLength(1);
  });
});

describe('the program of a company', () => {
  it('may ask about that company, by each of its names', async () => {
    const { key } = await newClient({ vendorId: await vendorId('northlight') });
    for (const recipient of ['northlight', 'NORTHLIGHT_AI', 'ingest.northlight.example'])
      expect((await ask(key, recipient)).status, recipient).toBe(200);
  });

  it('is told the same of every other recipient, there or not, and nothing is kept as a check', async () => {
    const { id, key } = await newClient({ vendorId: await vendorId('northlight') });
    const others = [
      'umbra',
      'UMBRA_CAD',
      'kestrel',
      'nobody',
      'RIVERPACS',
      'NORTHLIGHT_A',
      '%',
      'northlight ',
    ];
    const answers = await Promise.all(others.map((recipient) => ask(key, recipient)));
    for (const answer of answers) {
      expectProblem(answer, 403, { type: '/problems/recipient-not-yours' });
      expect(answer.text).toBe(answers[0]?.text);
    }
    expect(await site.world.db.exportCheck.count({ where: { machineClientId: id } })).toBe(0);
    expect(
      await site.world.db.auditEvent.count({ where: { type: 'access.denied', actorId: id } }),
      'noted once a minute',
    ).toBeGreaterThanOrEqual(1);
  });

  it('is not told of a past moment at which an address was another company’s', async () => {
    const [northlight, umbra] = [await vendorId('northlight'), await vendorId('umbra')];
    const handedOver = site.clock.now();
    await site.world.db.vendorEndpoint.createMany({
      data: [
        {
          vendorId: umbra,
          kind: 'aeTitle',
          value: 'MOVED_AE',
          validFrom: new Date('2020-01-01T00:00:00Z'),
          validTo: handedOver,
        },
        { vendorId: northlight, kind: 'aeTitle', value: 'MOVED_AE', validFrom: handedOver },
      ],
    });
    site.clock.advance(minutes(1));
    const { key } = await newClient({ vendorId: northlight });
    expect((await ask(key, 'MOVED_AE')).status).toBe(200);
    const past = { ...question('MOVED_AE'), at: new Date(handedOver.getTime() - 1).toISOString() };
    expectProblem(await site.ask('/api/v1/checks', asMachine(JSON.stringify(past), { key })), 403);
  });

  it('gets no scope that tells of others', async () => {
    const northlight = await vendorId('northlight');
    for (const scope of machineScopes.filter((one) => !vendorScopes.includes(one)))
      await expect(newClient({ vendorId: northlight, scopes: ['checks:read', scope] })).rejects.toMatchObject(
        {
          reason: 'vendorScopes',
        },
      );
    await expect(newClient({ vendorId: '0198a5c0-0000-7000-8000-000000000000' })).rejects.toMatchObject({
      reason: 'vendorUnknown',
    });
    // One that has such a scope in the table all the same is refused at the door.
    const { id, key } = await newClient({ vendorId: northlight });
    await site.world.db.machineClient.update({
      where: { id },
      data: { scopes: [...machineScopes] },
      select: { id: true },
    });
    expectProblem(
      await site.ask(
        '/api/v1/disclosures/dicom-audit',
        asMachine('<AuditMessage/>', { key, type: 'application/xml' }),
      ),
      403,
    );
  });
});

describe('calls', () => {
  const used = (kind: 'call' | 'address:machineKey', points: number) =>
    site.world.db.rateLimit.updateMany({ where: { key: { startsWith: `${kind}:` } }, data: { points } });

  it('of one key are limited in a minute, also at one instant, and another key’s are not', async () => {
    const [{ key }, other] = [await newClient(), await newClient()];
    expect((await ask(key, 'umbra')).status).toBe(200);
    await used('call', callsAMinute - 5);
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask(key, 'umbra')));
    const late = answers.filter(({ status }) => status !== 200);
    expect(late).toHaveLength(7);
    for (const answer of late) {
      expectProblem(answer, 429, { type: '/problems/too-many-requests' });
      expect(answer.headers['retry-after']).toBe('60');
      expect(answer.text).not.toContain('permit');
    }
    expect((await ask(other.key, 'umbra')).status).toBe(200);
    site.clock.advance(60_000);
    expect((await ask(key, 'umbra')).status).toBe(200);
  });

  it('without a valid key are limited by network, which shuts no valid key out', async () => {
    const { key } = await newClient();
    expectProblem(await ask('pvk_nobodys', 'umbra'), 401);
    await used('address:machineKey', 300);
    const answer = await ask('pvk_nobodys', 'umbra');
    expectProblem(answer, 429, { type: '/problems/too-many-requests' });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask(key, 'umbra')).status).toBe(200);
    site.clock.advance(15 * 60_000);
    expectProblem(await ask('pvk_nobodys', 'umbra'), 401);
  });
});
