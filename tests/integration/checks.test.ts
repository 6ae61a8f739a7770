import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMachineClient } from '#app/people/machine-clients.server.ts';
import type { CheckAnswer } from '#app/optouts/checks.server.ts';
import type { FoundReceipt } from '#app/optouts/receipts.server.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { asMachine, expectProblem, startSite, type Site } from '#tests/support/site.ts';
import { minutes, somebody } from '#tests/support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite();
});
afterAll(() => site.stop());

const ines = { patientId: 'RB000417', issuer: 'RIVERBEND' };
const zoe = { patientId: 'RB000902', issuer: 'RIVERBEND' };

const post = (body: string | Uint8Array | object, how: Parameters<typeof asMachine>[1] = {}) =>
  site.ask(
    '/api/v1/checks',
    asMachine(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body), how),
  );

async function check(question: object): Promise<CheckAnswer> {
  const answer = await post({ purpose: 'MLTRAINING', recipient: 'umbra', items: [ines], ...question });
  expect(answer.status, answer.text).toBe(200);
  return answer.json() as CheckAnswer;
}

const decision = async (question: object) => {
  const [result] = (await check(question)).results;
  return `${result?.decision} ${result?.reason}`;
};

/** Files an opt-out, does something, and takes it back. */
async function withOptOut(
  choice: Parameters<typeof fileOptOut>[1],
  work: (optOutId: string) => Promise<void>,
) {
  const id = await fileOptOut(site.world, choice);
  try {
    await work(id);
  } finally {
    site.clock.advance(minutes(1));
    await withdrawOptOut(site.world, id, choice?.mrn);
    site.clock.advance(minutes(1));
  }
}

describe('an export check', () => {
  it('permits until the opt-out, denies from the next call on, and permits again after it is taken back', async () => {
    expect(await decision({})).toBe('permit noOptOut');
    await withOptOut({}, async () => {
      expect(await decision({})).toBe('deny optedOut');
      expect(await decision({ purpose: 'HRESCH', recipient: 'kestrel' })).toBe('deny optedOut');
      // Nobody else's images are touched by it.
      expect(await decision({ items: [zoe] })).toBe('permit noOptOut');
    });
    expect(await decision({})).toBe('permit noOptOut');
  });

  it.each(['TREATDS', 'TREAT', 'HPAYMT', 'ETREAT'])('never stops %s', async (purpose) => {
    await withOptOut({ purposes: ['aiTraining', 'research', 'commercialSharing'] }, async () => {
      expect(await decision({ purpose, recipient: 'northlight' })).toBe('permit neverStopped');
    });
  });

  it('stops only the purpose, the vendor and the kind of data that were named', async () => {
    const umbra = await site.world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } });
    await withOptOut(
      { purposes: ['aiTraining'], vendors: [umbra.id], coversDeidentified: false },
      async () => {
        expect(await decision({})).toBe('deny optedOut');
        expect(await decision({ identifiable: true })).toBe('deny optedOut');
        expect(await decision({ identifiable: false })).toBe('permit noOptOut');
        expect(await decision({ recipient: 'kestrel' })).toBe('permit noOptOut');
        expect(await decision({ purpose: 'HRESCH' })).toBe('permit noOptOut');
        expect(await decision({ items: [{ ...ines, studyUid: '2.25.1' }] })).toBe('deny optedOut');
      },
    );
  });

  it.each([
    ['an id that nobody has', { ...ines, patientId: 'RB999999' }],
    ['another issuer', { ...ines, issuer: 'ELSEWHERE' }],
    ['other letters', { ...ines, patientId: 'rb000417' }],
  ])('denies for %s, whatever the purpose', async (_, item) => {
    expect(await decision({ items: [item] })).toBe('deny patientUnknown');
    expect(await decision({ items: [item], purpose: 'TREATDS' })).toBe('deny patientUnknown');
  });

  it.each(['nobody', 'STRANGER', 'RIVERPACS', '%', 'Umbra CAD', ''.padEnd(500, 'x')])(
    'denies for the recipient "%s", that is no vendor’s',
    async (recipient) => {
      expect(await decision({ recipient })).toBe('deny recipientUnknown');
      expect(await decision({ recipient, purpose: 'TREATDS' })).toBe('deny recipientUnknown');
    },
  );

  it.each(['northlight', 'NORTHLIGHT_AI', 'ingest.northlight.example', ' NORTHLIGHT_AI '])(
    'knows a vendor by slug and by endpoint: "%s"',
    async (recipient) => {
      const northlight = await site.world.db.vendor.findUniqueOrThrow({ where: { slug: 'northlight' } });
      await withOptOut({ vendors: [northlight.id] }, async () => {
        expect(await decision({ recipient })).toBe('deny optedOut');
      });
    },
  );

  it('denies a recipient that two vendors answer to, and one whose endpoint has ended', async () => {
    const umbra = await site.world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } });
    const endpoint = { kind: 'aeTitle', validFrom: new Date('2020-01-01T00:00:00Z') } as const;
    await site.world.db.vendorEndpoint.createMany({
      data: [
        { ...endpoint, vendorId: umbra.id, value: 'kestrel' },
        { ...endpoint, vendorId: umbra.id, value: 'UMBRA_OLD', validTo: site.clock.now() },
      ],
    });
    expect(await decision({ recipient: 'kestrel' })).toBe('deny recipientUnknown');
    expect(await decision({ recipient: 'UMBRA_OLD' })).toBe('deny recipientUnknown');
    await site.world.db.vendorEndpoint.updateMany({
      where: { value: { in: ['kestrel', 'UMBRA_OLD'] } },
      data: { validTo: endpoint.validFrom },
    });
  });

  it.each(['XYZ', 'HOPERAT', 'PurposeOfUse', 'constructor', '__proto__', 'mltraining', 'TREATDS '])(
    'denies the purpose "%s", which says nothing certain',
    async (purpose) => {
      expect(await decision({ purpose })).toBe('deny purposeUnknown');
    },
  );

  it('answers about a past moment by what was known then', async () => {
    const before = new Date(site.clock.now().getTime() - 1);
    let filed = site.clock.now();
    await withOptOut({}, async () => {
      filed = site.clock.now();
    });
    const withdrawn = new Date(site.clock.now().getTime() - minutes(1));
    const at = async (moment: Date) => decision({ at: moment.toISOString() });
    expect(await at(before)).toBe('permit noOptOut');
    expect(await at(filed)).toBe('deny optedOut');
    expect(await at(new Date(withdrawn.getTime() - 1))).toBe('deny optedOut');
    expect(await at(withdrawn)).toBe('permit noOptOut');
    // The same instant in another zone, and an answer about the past that nobody may rely on now.
    const offset = await check({ at: filed.toISOString().replace('Z', '+00:00') });
    expect(offset.results[0]?.decision).toBe('deny');
    expect(offset.validUntil).toBe(offset.checkedAt);
  });

  it.each(['patientId', 'issuer', 'recipient', 'purpose'])(
    'takes no half of a surrogate pair in %s: the receipt would not fit what is kept',
    async (name) => {
      for (const half of ['\\ud800', '\\udfff']) {
        const question = { purpose: 'MLTRAINING', recipient: 'umbra', items: [ines] };
        const written = JSON.stringify(
          name === 'patientId' || name === 'issuer'
            ? { ...question, items: [{ ...ines, [name]: 'HALF' }] }
            : { ...question, [name]: 'HALF' },
        ).replace('HALF', `x${half}`);
        expectProblem(await post(written), 400, { type: '/problems/bad-request' });
      }
      const whole = await post(
        JSON.stringify({ purpose: 'MLTRAINING', recipient: 'umbra', items: [{ ...ines, issuer: '😀' }] }),
      );
      expect(whole.status).toBe(200);
    },
  );

  it('is kept: who asked, what, and what was answered because of which record', async () => {
    const other = await createMachineClient(site.world.db, {
      name: 'second gateway',
      scopes: ['checks:read'],
      actor: somebody,
      now: site.clock.now(),
    });
    await withOptOut({}, async (optOutId) => {
      const answer = await post(
        {
          purpose: 'MLTRAINING',
          recipient: 'UMBRA_CAD',
          items: [zoe, { ...ines, studyUid: '2.25.7' }, { ...ines, patientId: 'no' }],
        },
        { key: other.key },
      );
      const { receiptId, checkedAt, validUntil, results } = answer.json() as CheckAnswer;
      const kept = await site.world.db.exportCheck.findUniqueOrThrow({
        where: { id: receiptId },
        include: { items: { orderBy: { index: 'asc' } } },
      });
      expect(kept).toMatchObject({
        machineClientId: other.id,
        purpose: 'MLTRAINING',
        recipient: 'UMBRA_CAD',
        identifiable: true,
        asOfAt: null,
      });
      expect(checkedAt).toBe(site.clock.now().toISOString());
      expect(kept.checkedAt.toISOString()).toBe(checkedAt);
      expect(Date.parse(validUntil) - Date.parse(checkedAt)).toBe(minutes(15));
      expect(
        kept.items.map(({ value, studyUid, decision: told, reason, optOutId: because }) => ({
          value,
          studyUid,
          told,
          reason,
          because,
        })),
      ).toEqual([
        { value: 'RB000902', studyUid: null, told: 'permit', reason: 'noOptOut', because: null },
        { value: 'RB000417', studyUid: '2.25.7', told: 'deny', reason: 'optedOut', because: optOutId },
        { value: 'no', studyUid: null, told: 'deny', reason: 'patientUnknown', because: null },
      ]);
      expect(results).toEqual([
        { ...zoe, decision: 'permit', reason: 'noOptOut' },
        { ...ines, studyUid: '2.25.7', decision: 'deny', reason: 'optedOut', recordId: optOutId },
        { ...ines, patientId: 'no', decision: 'deny', reason: 'patientUnknown' },
      ]);
      const receiptOf = async (id: string, key: string) =>
        (
          await site.ask(`/api/v1/checks/${id}`, { headers: { Authorization: `Bearer ${key}` } })
        ).json() as FoundReceipt;
      const signs = ({ receipt, results: told, resultsNonce }: FoundReceipt) =>
        expect(receipt.resultsSha256).toBe(
          createHash('sha256')
            .update(`${resultsNonce}${JSON.stringify(told)}`)
            .digest('hex'),
        );
      const receipt = await receiptOf(receiptId, other.key);
      expect(receipt.results).toEqual(results);
      signs(receipt);
      // Which record it was is nothing to a company, neither in the answer nor in the receipt of it.
      const umbra = await site.world.db.vendor.findUniqueOrThrow({ where: { slug: 'umbra' } });
      const theirs = await createMachineClient(site.world.db, {
        ...{ name: 'umbra itself', scopes: ['checks:read'], vendorId: umbra.id },
        ...{ actor: somebody, now: site.clock.now() },
      });
      const told = (
        await post({ purpose: 'MLTRAINING', recipient: 'umbra', items: [ines] }, { key: theirs.key })
      ).json() as CheckAnswer;
      expect(told.results).toEqual([{ ...ines, decision: 'deny', reason: 'optedOut' }]);
      const theirReceipt = await receiptOf(told.receiptId, theirs.key);
      expect(theirReceipt.results).toEqual(told.results);
      signs(theirReceipt);
    });
  });

  it('asks anew under one Idempotency-Key: an answer from before an opt-out is not repeated after it', async () => {
    const question = { purpose: 'MLTRAINING', recipient: 'umbra', items: [ines] };
    const ask = async () =>
      (await post(question, { more: { 'Idempotency-Key': 'same' } })).json() as CheckAnswer;
    expect((await ask()).results[0]?.decision).toBe('permit');
    await withOptOut({}, async () => {
      expect((await ask()).results[0]?.decision).toBe('deny');
    });
  });

  it('needs the scope for it', async () => {
    const { key } = await createMachineClient(site.world.db, {
      name: 'only writes',
      scopes: ['disclosures:write', 'fhir:read', 'fhir:write', 'metrics:read'],
      actor: somebody,
      now: site.clock.now(),
    });
    expectProblem(await post({ purpose: 'TREATDS', recipient: 'umbra', items: [ines] }, { key }), 403, {
      type: '/problems/scope-missing',
    });
    expectProblem(await site.ask('/api/v1/checks', { method: 'POST', body: '{}' }), 401);
  });
});
