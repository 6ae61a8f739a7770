import { createHash, createPublicKey, randomUUID, verify } from 'node:crypto';
import http from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filterCohort, TooManyLists } from '#app/optouts/cohorts.server.ts';
import { admit } from '#app/people/admission.server.ts';
import { createMachineClient, revokeMachineClient } from '#app/people/machine-clients.server.ts';
import type { PublicKey } from '#app/crypto/signing.server.ts';
import { demoApiKey } from '#prisma/seed/cast.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { addPatients, optedOutEvery } from '#tests/support/many-patients.ts';
import { asMachine, expectProblem, startSite, type Answer, type Site } from '#tests/support/site.ts';
import { minutes, somebody } from '#tests/support/world.ts';

let site: Site;
const many = 60_000;

beforeAll(async () => {
  site = await startSite();
  await addPatients(site, many);
});
afterAll(() => site.stop());

const path = '/api/v1/cohorts/filter?purpose=MLTRAINING&recipient=umbra';
const filter = (csv: string | Uint8Array, how: Parameters<typeof asMachine>[1] = {}, at = path) =>
  site.ask(at, asMachine(csv, { type: 'text/csv', ...how }));
const receiptOf = async (answer: Answer, key = demoApiKey) => {
  const id = String(answer.headers['plainview-receipt']);
  return site.ask(`/api/v1/checks/${id}`, { headers: { Authorization: `Bearer ${key}` } });
};
interface Read {
  receipt: Record<string, unknown>;
  results: unknown[] | null;
  resultsNonce: string | null;
  isValid: boolean;
  signed: string;
}
const newKey = async (name: string, vendor?: string) => {
  const found = vendor && (await site.world.db.vendor.findUniqueOrThrow({ where: { slug: vendor } }));
  return createMachineClient(site.world.db, {
    name,
    scopes: ['checks:read'],
    ...(found ? { vendorId: found.id } : {}),
    actor: somebody,
    now: site.clock.now(),
  });
};
const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a list', () => {
  it('comes back with the rows that may go, whatever stands in it, and the receipt says how many and why', async () => {
    const id = await fileOptOut(site.world);
    const list = [
      '\uFEFFIssuer,Patient_ID,note,study_uid\r',
      'RIVERBEND,RB000417,a,\r',
      'RIVERBEND,RB000902,"two\r\nlines, ""quoted""",2.25.1\r',
      'RIVERBEND,RB000902,,2.25.1\r',
      'RIVERBEND, RB000902 ,padded,\r',
      'RIVERBEND,RB0009%,wildcard,\r',
      'RIVERBEND,RB00090_,wildcard,\r',
      'riverbend,RB000902,another issuer,\r',
      ',RB000902,no issuer,\r',
      'ELSEWHERE,RB000902,another issuer,\r',
      'RIVERBEND,RB000902,cut,2.25.1',
    ].join('\n');
    const answer = await filter(list);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text).toBe(
      [
        'Issuer,Patient_ID,note,study_uid',
        'RIVERBEND,RB000902,"two\r\nlines, ""quoted""",2.25.1',
        'RIVERBEND,RB000902,,2.25.1',
        'RIVERBEND, RB000902 ,padded,',
        '',
      ].join('\n'),
    );
    expect(answer.headers.trailer).toContain('Plainview-Permitted');
    const read = (await receiptOf(answer)).json() as Read;
    expect(read.receipt).toMatchObject({
      iss: testOrigin,
      kind: 'list',
      vendor: 'umbra',
      end: 'answered',
      rows: 10,
      permitted: 3,
      denied: { optedOut: 1, patientUnknown: 5, cutOff: 1 },
      askedSha256: hash(list),
      answeredSha256: hash(answer.text),
    });
    expect(read).toMatchObject({ isValid: true, results: null });
    // The patient reads that their "no" was asked about.
    expect(await site.world.db.cohortDenial.findMany({ select: { optOutId: true } })).toEqual([
      { optOutId: id },
    ]);
    await withdrawOptOut(site.world, id);
    site.clock.advance(minutes(15));
    expect(((await receiptOf(answer)).json() as Read).isValid).toBe(false);
  });

  it('of any length is answered as it comes, with counts as trailers, and decides each row as the single check does', async () => {
    const rows = Array.from({ length: many }, (_, n) => `B${n + 1},RIVERBEND`);
    const { text, trailers } = await streamed(`patient_id,issuer\n${rows.join('\n')}\n`);
    const gone = text.split('\n').filter(Boolean).slice(1);
    expect(new Set(gone)).toEqual(new Set(rows.filter((_, n) => (n + 1) % optedOutEvery !== 0)));
    expect(trailers).toMatchObject({
      'plainview-rows': `${many}`,
      'plainview-permitted': `${many * (1 - 1 / optedOutEvery)}`,
      'plainview-denied': `optedOut=${many / optedOutEvery}`,
      'plainview-answered-sha256': hash(text),
    });
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'empty'],
    ['no columns of ours', 'mrn,name\n1,2\n', 'columns'],
    ['a column twice', 'patient_id,issuer,issuer\n1,2,3\n', 'columns'],
    ['one line without an end', 'patient_id,issuer', 'firstLine'],
    ['a row with a cell too few', 'patient_id,issuer\nRB000902,RIVERBEND\nRB0009\n', 'line'],
    ['an end within a row', 'patient_id,issuer\nRB000902,RIVERBEND\nRB000902', 'line'],
    ['an end within quotes', 'patient_id,issuer\nRB000902,"RIVERB', 'line'],
    ['bytes that are no UTF-8', Buffer.from('patient_id,issuer\nRB\xff,RIVERBEND\n', 'latin1'), 'encoding'],
    ['an end mark', 'patient_id,issuer\nRB000902,RIVERBEND\n\\.\nRB000417,RIVERBEND\n', 'endMark'],
    ['NUL', 'patient_id,issuer\nRB\0,RIVERBEND\n', 'encoding'],
    ...['\r', '\0', '\f', '\v', '\u0085', '\u2028', '\u2029'].map((mark): [string, string, string] => [
      `rows that end in ${JSON.stringify(mark)} and one in LF`,
      ['patient_id,issuer,note', 'RB000417,RIVERBEND,', 'RB000902,RIVERBEND,\n'].join(mark),
      'lineEnds',
    ]),
    ['a column name with a line break', 'patient_id,issuer,"a\nRB000902,RIVERBEND,b"\n', 'columns'],
    ['a column name that nothing closes', 'patient_id,issuer,"a\nRB000902,RIVERBEND,b\n', 'columns'],
    ['rows of two kinds of line ends', 'patient_id,issuer\nRB000902,RIVERBEND\rRB000417,RIVERBEND\n', 'line'],
  ])('with %s is refused, and nothing of it goes', async (_, list, reason) => {
    const answer = await filter(list);
    expectProblem(answer, 422, { type: '/problems/list-refused', reason });
    expect(answer.text).not.toContain('RB000902');
    const { receiptId } = answer.json() as { receiptId: string };
    const kept = await site.world.db.cohortCheck.findUniqueOrThrow({ where: { id: receiptId } });
    expect(kept).toMatchObject({ end: 'refused', permitted: 0n, checkedAt: null });
  });

  it('holds back what a restore, an unknown purpose or an unknown recipient leaves in doubt', async () => {
    const list = 'patient_id,issuer\nRB000902,RIVERBEND\n';
    const ask = async (purpose: string, recipient: string) => {
      const answer = await filter(
        list,
        {},
        `/api/v1/cohorts/filter?purpose=${purpose}&recipient=${recipient}`,
      );
      return [answer.text.split('\n').length - 2, ((await receiptOf(answer)).json() as Read).receipt.denied];
    };
    expect(await ask('TREAT', 'umbra')).toEqual([1, {}]);
    expect(await ask('HOPERAT', 'umbra')).toEqual([0, { purposeUnknown: 1 }]);
    expect(await ask('MLTRAINING', 'nobody')).toEqual([0, { recipientUnknown: 1 }]);
    const now = site.clock.now();
    const { id } = await site.world.db.restoredBackup.create({
      data: { backupId: randomUUID(), takenAt: now, restoredAt: now },
    });
    expect(await ask('MLTRAINING', 'umbra')).toEqual([0, { restoreNotConfirmed: 1 }]);
    expect(await ask('TREAT', 'umbra')).toEqual([1, {}]);
    await site.world.db.restoredBackup.update({ where: { id }, data: { confirmedAt: now } });
    expectProblem(await filter(list, { type: 'application/json' }), 415);
    expectProblem(await filter(list, {}, '/api/v1/cohorts/filter?purpose=TREAT'), 400);
  });
});

describe('a receipt', () => {
  it('is for the program that asked and the company it was about, and is verified without us', async () => {
    const [gateway, other, umbra, kestrel] = [
      await newKey('own'),
      await newKey('other'),
      await newKey('umbra itself', 'umbra'),
      await newKey('kestrel itself', 'kestrel'),
    ];
    const list = await filter('patient_id,issuer\nRB000902,RIVERBEND\n', { key: gateway.key });
    const check = await site.ask(
      '/api/v1/checks',
      asMachine(
        JSON.stringify({
          purpose: 'MLTRAINING',
          recipient: 'umbra',
          items: [{ patientId: 'RB000902', issuer: 'RIVERBEND' }],
        }),
        { key: gateway.key },
      ),
    );
    const { receiptId, results } = check.json() as { receiptId: string; results: object[] };
    for (const id of [String(list.headers['plainview-receipt']), receiptId]) {
      const as = (key: string) =>
        site.ask(`/api/v1/checks/${id}`, { headers: { Authorization: `Bearer ${key}` } });
      const own = (await as(gateway.key)).json() as Read;
      const { resultsNonce } = own;
      expect(own.results).toEqual(id === receiptId ? results : null);
      if (id === receiptId)
        expect(own.receipt.resultsSha256).toBe(hash(`${resultsNonce}${JSON.stringify(results)}`));
      expect(resultsNonce === null).toBe(id !== receiptId);
      expect((await as(umbra.key)).json()).toEqual({ ...own, results: null, resultsNonce: null });
      for (const stranger of [other, kestrel]) expectProblem(await as(stranger.key), 404);
      const { keys } = (await site.ask('/api/v1/receipt-keys')).json() as { keys: PublicKey[] };
      const [head = '', body = '', signature = ''] = own.signed.split('.');
      const part = (text: string) =>
        JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
      const jwk = keys.find(({ kid }) => kid === part(head).kid);
      const publicKey = createPublicKey({ key: { ...jwk! }, format: 'jwk' });
      const holds = (text: string) =>
        verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64url'));
      expect(part(body)).toEqual(own.receipt);
      expect(holds(`${head}.${body}`)).toBe(true);
      expect(holds(`${head}.${body.slice(0, -1)}A`)).toBe(false);
    }
    for (const nothing of ['x', '0198a5c0-0000-7000-8000-000000000000'])
      expectProblem(
        await site.ask(`/api/v1/checks/${nothing}`, { headers: { Authorization: `Bearer ${gateway.key}` } }),
        404,
      );
    // About another company it neither reads nor learns anything.
    expectProblem(await filter('patient_id,issuer\nRB000902,RIVERBEND\n', { key: kestrel.key }), 403);
  });
});

describe('an answer that does not come to its end', () => {
  const longList = `patient_id,issuer\n${Array.from({ length: many }, (_, n) => `B${n + 1},RIVERBEND\n`).join('')}`;
  // The clock stands still between two: ids of one instant have no order.
  const last = () => site.world.db.cohortCheck.findFirstOrThrow({ orderBy: { beganAt: 'desc' } });
  const backends = () =>
    connected(site.databaseUrl, async (client) => {
      const { rows } = await client.query<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and query like '%cohort_%' and state <> 'idle' and pid <> pg_backend_pid()`,
      );
      return rows[0]?.count;
    });

  it('because who asked hung up half way in the list: the receipt says so, and nothing is left', async () => {
    site.clock.advance(minutes(1));
    const request = http.request({
      ...target(),
      headers: { ...headers(), 'Content-Length': String(longList.length) },
    });
    request.on('error', () => undefined);
    request.write(longList.slice(0, longList.length / 2));
    await expect.poll(async () => (await last()).end, { timeout: 5_000 }).toBeNull();
    // One at a time: what one key asks takes no place of others.
    expectProblem(await filter('patient_id,issuer\nRB000902,RIVERBEND\n'), 429);
    request.destroy();
    await expect.poll(async () => (await last()).end, { timeout: 10_000 }).toBe('brokenOff');
    expect(await last()).toMatchObject({ permitted: 0n, checkedAt: null });
    await expect.poll(backends, { timeout: 5_000 }).toBe(0);
  });

  it('because nobody takes it, or not while it counts, or its key ended: it has no end, the receipt says why, and nothing is left', async () => {
    const { world, clock } = site;
    const made = await newKey('ends half way');
    for (const [why, how] of [
      ['brokenOff', 'left'],
      ['brokenOff', 'late'],
      ['keyEnded', 'revoked'],
    ] as const) {
      clock.advance(minutes(1));
      const denials = await world.db.cohortDenial.count();
      const admitted = await admit(world, made.key, '127.0.0.1');
      if (!admitted) throw new Error('the key opens nothing');
      const ask = () =>
        filterCohort(
          world,
          { kind: 'program', client: admitted.client },
          { purpose: 'MLTRAINING', recipient: 'umbra', identifiable: true },
          {
            body: (async function* () {
              yield Buffer.from(longList);
            })(),
            cameWhole: () => true,
          },
        );
      // The second time, the place of the first is free again.
      const answered = await ask();
      if (!answered.ok) throw new Error(answered.refusal.reason);
      await answered.rows.next();
      await expect(ask()).rejects.toThrow(TooManyLists);
      const rest = async () => {
        while (!(await answered.rows.next()).done);
      };
      if (how === 'left') await answered.rows.return();
      else if (how === 'late') {
        clock.advance(minutes(15));
        await expect(rest()).rejects.toThrow('longer than it counts');
      } else {
        await revokeMachineClient(world.db, { id: made.id, actor: somebody, now: clock.now() });
        await expect(rest()).rejects.toThrow('key of this call ended');
      }
      expect(await last()).toMatchObject({ id: answered.receiptId, end: why, answeredSha256: null });
      expect(await world.db.cohortDenial.count()).toBe(denials);
    }
    await expect.poll(backends, { timeout: 5_000 }).toBe(0);
  });
});

describe('the places of lists', () => {
  it('are not all for companies: while a program of one has its list answered, the facility’s own gets in', async () => {
    const { world } = site;
    let keys = 0;
    const begin = async (vendor?: string) => {
      const made = await newKey(`place ${++keys}`, vendor);
      const admitted = await admit(world, made.key, '127.0.0.1');
      if (!admitted) throw new Error('the key opens nothing');
      const answered = await filterCohort(
        world,
        { kind: 'program', client: admitted.client },
        { purpose: 'MLTRAINING', recipient: vendor ?? 'umbra', identifiable: true },
        {
          body: (async function* () {
            yield Buffer.from('patient_id,issuer\nRB000902,RIVERBEND\n');
          })(),
          cameWhole: () => true,
        },
      );
      if (!answered.ok) throw new Error(answered.refusal.reason);
      return answered.rows;
    };
    const first = await begin('umbra');
    await expect(begin('kestrel')).rejects.toThrow(TooManyLists);
    const own = await begin();
    await own.return();
    await first.return();
    await (await begin('kestrel')).return();
  });
});

const target = () => ({ host: '127.0.0.1', port: site.port, path, method: 'POST', agent: false });
const headers = () => ({
  Host: new URL(testOrigin).host,
  Authorization: `Bearer ${demoApiKey}`,
  'Content-Type': 'text/csv',
});

/** Sends a list in pieces of no length that is told before, and reads the answer with what follows it. */
async function streamed(list: string): Promise<{ text: string; trailers: Record<string, unknown> }> {
  const request = http.request({ ...target(), headers: headers() });
  for (let at = 0; at < list.length; at += 100_000) request.write(list.slice(at, at + 100_000));
  request.end();
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return { text: Buffer.concat(pieces).toString(), trailers: response.trailers };
}
