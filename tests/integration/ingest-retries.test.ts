import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import { bytesOf, hostile, messageXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { asMachine, expectProblem, startSite, type Site } from '#tests/support/site.ts';
import { somebody } from '#tests/support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const post = (body: Uint8Array, more: Record<string, string> = {}, how: { key?: string } = {}) =>
  site.ask('/api/v1/disclosures/dicom-audit', asMachine(body, { type: 'application/xml', more, ...how }));

const disclosures = () => site.world.db.disclosure.count();
const records = () => site.world.db.auditRecord.count();

let minute = 0;
/** A good message about a transfer that no other test tells of. */
const goodMessage = () =>
  bytesOf(messageXml({ dateTime: new Date(Date.UTC(2026, 10, 1, 0, 10 * minute++)).toISOString() }));

describe('Idempotency-Key', () => {
  it('gets the same answer again, and nothing is done twice', async () => {
    const body = goodMessage();
    const first = await post(body, { 'Idempotency-Key': 'ship-1' });
    const before = { records: await records(), disclosures: await disclosures() };
    const again = await post(body, { 'Idempotency-Key': 'ship-1' });
    expect(first.status).toBe(202);
    expect(again.status).toBe(202);
    expect(again.json()).toEqual(first.json());
    expect({ records: await records(), disclosures: await disclosures() }).toEqual(before);
  });

  it('gets a refusal again as it was', async () => {
    const first = await post(hostile('hostile-07-truncated.xml'), { 'Idempotency-Key': 'ship-2' });
    const again = await post(hostile('hostile-07-truncated.xml'), { 'Idempotency-Key': 'ship-2' });
    expectProblem(first, 422, { code: 'notWellFormed' });
    expectProblem(again, 422, { code: 'notWellFormed' });
    expect((again.json() as { batchId: string }).batchId).toBe((first.json() as { batchId: string }).batchId);
  });

  it('with another body is refused, and the body is not taken', async () => {
    await post(goodMessage(), { 'Idempotency-Key': 'ship-3' });
    const before = await records();
    expectProblem(await post(goodMessage(), { 'Idempotency-Key': 'ship-3' }), 409, {
      type: '/problems/idempotency-key-reused',
    });
    expect(await records()).toBe(before);
  });

  it('belongs to its caller: another key with the same word is a call of its own', async () => {
    const other = await createMachineClient(site.world.db, {
      name: 'another archive',
      scopes: ['disclosures:write'],
      actor: somebody,
      now: site.clock.now(),
    });
    await post(goodMessage(), { 'Idempotency-Key': 'ship-4' });
    expect((await post(goodMessage(), { 'Idempotency-Key': 'ship-4' }, { key: other.key })).status).toBe(202);
  });

  it('counts once when ten calls with it come at once, also with ten different bodies', async () => {
    const body = goodMessage();
    const same = await Promise.all(
      Array.from({ length: 10 }, () => post(body, { 'Idempotency-Key': 'ship-5' })),
    );
    expect(same.map(({ status }) => status)).toEqual(Array<number>(10).fill(202));
    expect(new Set(same.map(({ text }) => text)).size).toBe(1);

    const before = await records();
    const bodies = Array.from({ length: 10 }, goodMessage);
    const different = await Promise.all(bodies.map((each) => post(each, { 'Idempotency-Key': 'ship-6' })));
    expect(different.map(({ status }) => status).sort()).toEqual([202, ...Array<number>(9).fill(409)]);
    expect(await records()).toBe(before + 1);
  });

  it.each(['a b', 'é', 'x'.repeat(201)])('"%s" is no key', async (key) => {
    const before = await records();
    const answer = await post(goodMessage(), { 'Idempotency-Key': key });
    expectProblem(answer, 400);
    expect(await records()).toBe(before);
  });
});
