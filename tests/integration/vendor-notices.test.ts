import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import {
  acknowledge,
  byStaff,
  sendNoticesAgain,
  takeAnswer,
} from '#app/optouts/vendor-notices/answers.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { letterOfNoticeSent } from '#app/optouts/vendor-notices/letters.server.ts';
import { sendWebhook } from '#app/optouts/vendor-notices/webhook.server.ts';
import { postWebhook } from '#app/optouts/vendor-notices/post-webhook.server.ts';
import { chainsOf } from '#app/optouts/vendor-notices/chains.server.ts';
import { vendorNoticeCounts } from '#app/optouts/vendor-notices/reading.server.ts';
import { contentOfNotice } from '#app/optouts/vendor-notices/content.server.ts';
import { oweAfterJoining } from '#app/optouts/vendor-notices/joined.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { endSuspension, recordSuspension } from '#app/disclosures/suspensions.server.ts';
import { mergeRecords, unmergeRecords } from '#app/people/merging.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { moveRequest } from '#app/requests/requests.server.ts';
import { makeSecret, openSecrets, setChannel } from '#app/vendors/channels.server.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

type Mood = 'fine' | 'gone' | 'down' | 'hangs' | 'elsewhere';

let fresh: FreshWorld;
let server: Server;
let url: string;
let dana: Person;
let mood: Mood = 'fine';
const heard: { headers: IncomingMessage['headers']; body: string }[] = [];
const idOf: Record<string, string> = {};

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  fresh.world.webhooks = { hosts: ['localhost'], ownMachine: true };
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      heard.push({ headers: request.headers, body });
      if (mood === 'hangs') return;
      if (mood === 'elsewhere') response.setHeader('Location', `${url}/taken`);
      response.writeHead({ fine: 204, gone: 404, down: 503, elsewhere: 307, hangs: 500 }[mood]).end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://localhost:${(server.address() as AddressInfo).port}/plainview`;
  dana = await personOf(fresh.world, 'staff');
  for (const { id, slug } of await fresh.world.db.vendor.findMany({ select: { id: true, slug: true } }))
    idOf[slug] = id;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await fresh.drop();
});
beforeEach(() => {
  heard.length = 0;
  mood = 'fine';
});

const noticeOf = (slug: string, optOutId: string, kind: 'stop' | 'ended' = 'stop') =>
  fresh.world.db.vendorNotice.findFirst({ where: { vendorId: idOf[slug]!, optOutId, kind } });
const newestDelivery = (noticeId: string) =>
  fresh.world.db.vendorDelivery.findFirstOrThrow({ where: { noticeId }, orderBy: { id: 'desc' } });

describe('what a choice makes owed', () => {
  it('is told to each company with images or an address, by email or signed webhook, with the least in it', async () => {
    const { world, clock } = fresh;
    const umbra = await setChannel(world, {
      ...{ vendorId: idOf.umbra!, kind: 'webhook', target: url, reason: 'Their letter', actor: dana },
    });
    const kestrel = await setChannel(world, {
      ...{
        vendorId: idOf.kestrel!,
        kind: 'mail',
        target: 'privacy@kestrel.example',
        reason: 'x',
        actor: dana,
      },
    });
    expect(umbra.ok && umbra.secrets.map(({ use }) => use)).toEqual(['page', 'signing']);
    expect(kestrel.ok && kestrel.secrets.map(({ use }) => use)).toEqual(['page']);
    const second = await makeSecret(world, { vendorId: idOf.umbra!, use: 'signing', actor: dana });
    expect(second.ok).toBe(true);

    const optOutId = await fileOptOut(world);
    const owed = await world.db.vendorNotice.findMany({ where: { optOutId }, orderBy: { vendorId: 'asc' } });
    expect(owed).toHaveLength(3);
    expect(owed.every(({ sentAt, kind }) => sentAt === null && kind === 'stop')).toBe(true);

    await chaseVendorNotices(world);
    await chaseVendorNotices(world);
    expect(await world.db.vendorDelivery.count()).toBe(2);
    const toUmbra = (await noticeOf('umbra', optOutId))!;
    const { id: deliveryId } = await newestDelivery(toUmbra.id);
    await sendWebhook(world, { deliveryId });
    await sendWebhook(world, { deliveryId });
    expect(heard).toHaveLength(1);
    const [{ headers, body }] = heard as [(typeof heard)[number]];
    const headersOf = {
      'webhook-id': `${headers['webhook-id'] as string}`,
      'webhook-timestamp': `${headers['webhook-timestamp'] as string}`,
      'webhook-signature': `${headers['webhook-signature'] as string}`,
    };
    expect(headersOf['webhook-id']).toBe(deliveryId);
    expect(headersOf['webhook-signature'].split(' ')).toHaveLength(2);
    // The library looks at the clock on the wall; the signature itself holds for each secret in force.
    for (const secret of await openSecrets(world, idOf.umbra!, 'signing'))
      expect(headersOf['webhook-signature']).toContain(
        new Webhook(secret).sign(deliveryId, new Date(Number(headersOf['webhook-timestamp']) * 1000), body),
      );
    const { type, data } = JSON.parse(body) as { type: string; data: Record<string, unknown> };
    expect(type).toBe('images.stop');
    expect(data).toMatchObject({ reference: toUmbra.reference, purposes: ['aiTraining', 'research'] });
    expect(body).not.toMatch(/Okafor|Ines|1961/);
    expect((await noticeOf('umbra', optOutId))?.sentAt).toEqual(clock.now());

    // The letter holds a link and nothing else; the mail job marks it.
    const toKestrel = (await noticeOf('kestrel', optOutId))!;
    const { letterId } = await newestDelivery(toKestrel.id);
    await inTransaction(world.db, (tx) => letterOfNoticeSent(tx, letterId!, clock.now()));
    expect((await noticeOf('kestrel', optOutId))?.sentAt).toEqual(clock.now());
    expect(await vendorNoticeCounts(world.db)).toMatchObject({ owed: 1, silent: 2, failed: 0 });

    // Taken back: who was told is told so, who was not is asked nothing more.
    clock.advance(hours(1));
    await withdrawOptOut(world, optOutId);
    expect(await noticeOf('umbra', optOutId, 'ended')).not.toBeNull();
    expect(await noticeOf('northlight', optOutId, 'ended')).toBeNull();
    expect((await noticeOf('northlight', optOutId))?.closedAt).toEqual(clock.now());
  });

  it('of a recall goes to those that have images; one taken back asks no more', async () => {
    const { world } = fresh;
    const ines = await patientOf(world, 'RB000417');
    const holders = await world.db.disclosure.findMany({
      where: { patientId: ines.patientId },
      distinct: ['vendorId'],
      select: { vendorId: true },
    });
    const filed = await submitRequest(world, {
      actor: ines,
      kind: 'recall',
      locale: 'en',
      submissionKey: crypto.randomUUID(),
      details: { vendors: 'all' },
    });
    if (!filed.ok) throw new Error(filed.refusal);
    const told = await world.db.vendorNotice.findMany({ where: { requestId: filed.requestId } });
    expect(told.map(({ vendorId }) => vendorId).sort()).toEqual(
      holders.map(({ vendorId }) => vendorId).sort(),
    );
    expect(told.every(({ kind, closedAt }) => kind === 'recall' && closedAt === null)).toBe(true);
    await moveRequest(world, filed.requestId, { name: 'withdraw', expectedVersion: 1 }, ines);
    const closed = await world.db.vendorNotice.findMany({ where: { requestId: filed.requestId } });
    expect(closed.every(({ closedAt }) => closedAt !== null)).toBe(true);
  });

  it('of a “no” that ends by itself is closed, and its end is told to whom it was told', async () => {
    const { world, clock } = fresh;
    const optOutId = await fileOptOut(world, { vendors: [idOf.umbra!] });
    await chaseVendorNotices(world);
    const { id } = (await noticeOf('umbra', optOutId))!;
    await sendWebhook(world, { deliveryId: (await newestDelivery(id)).id });
    await world.db.optOutAsk.create({
      data: {
        optOutId,
        patientId: (await patientOf(world, 'RB000417')).patientId,
        askedAt: clock.now(),
        endsAt: new Date(clock.now().getTime() + 60_000),
      },
      select: { optOutId: true },
    });
    await chaseVendorNotices(world);
    expect((await noticeOf('umbra', optOutId))?.closedAt).toBeNull();
    clock.advance(60_000);
    await chaseVendorNotices(world);
    expect((await noticeOf('umbra', optOutId))?.closedAt).toEqual(clock.now());
    expect(await noticeOf('umbra', optOutId, 'ended')).not.toBeNull();
  });
});

describe('what one “no” of several leaves', () => {
  const ends = (optOutId: string) =>
    fresh.world.db.vendorNotice.count({ where: { optOutId, kind: 'ended' } });
  /** All stop notices of a "no" to one company, the newest first. */
  const stops = (slug: string, optOutId: string) =>
    fresh.world.db.vendorNotice.findMany({
      where: { vendorId: idOf[slug]!, optOutId, kind: 'stop' },
      orderBy: { owedAt: 'desc' },
    });
  const told = async (...choice: Parameters<typeof fileOptOut>) => {
    fresh.clock.advance(1_000);
    const optOutId = await fileOptOut(...choice);
    await chaseVendorNotices(fresh.world);
    const notice = (await noticeOf('umbra', optOutId))!;
    await sendWebhook(fresh.world, { deliveryId: (await newestDelivery(notice.id)).id });
    return optOutId;
  };
  const recordOf = async (value: string) => {
    const issuer_value = { issuer: 'RIVERBEND', value };
    return (await fresh.world.db.patientIdentifier.findUniqueOrThrow({ where: { issuer_value } })).patientId;
  };
  const joined = async (survivorId: string, mergedId: string) => {
    fresh.clock.advance(1_000);
    expect(
      await mergeRecords(fresh.world, { actor: dana, survivorId, mergedId, reason: 'One person' }),
    ).toEqual({ ok: true });
    const { id } = await fresh.world.db.patientMerge.findFirstOrThrow({
      where: { mergedId, unmergedAt: null },
    });
    fresh.clock.advance(1_000);
    return id;
  };
  const parted = async (mergeId: string) => {
    fresh.clock.advance(1_000);
    await unmergeRecords(fresh.world, { actor: dana, mergeId, reason: 'Two people' });
    fresh.clock.advance(1_000);
  };

  it('while another one keeps images from a company, it hears of no end; once none does, of both', async () => {
    const { world, clock } = fresh;
    const first = await told(world, { purposes: ['aiTraining', 'research'], vendors: [idOf.umbra!] });
    const second = await told(world, { purposes: ['aiTraining'], vendors: [idOf.umbra!] });
    clock.advance(1_000);
    await withdrawOptOut(world, first);
    expect([await ends(first), await ends(second)]).toEqual([0, 0]);
    expect((await noticeOf('umbra', first))?.closedAt).toEqual(clock.now());
    clock.advance(1_000);
    await withdrawOptOut(world, second);
    expect([await ends(first), await ends(second)]).toEqual([1, 1]);
  });

  it('is told again when records are parted that took it back, and an end is told that the other one kept back', async () => {
    const { world, clock } = fresh;
    const [ines, zoe] = [await recordOf('RB000417'), await recordOf('RB000902')];
    const account = { id: (await patientOf(world, 'RB000902')).id };
    const own = await told(world, { purposes: ['research'], vendors: [idOf.umbra!] });
    const others = await told(world, {
      mrn: 'RB000902',
      purposes: ['aiTraining', 'research'],
      vendors: [idOf.umbra!],
    });
    const third = await told(world, { mrn: 'RB000902', purposes: ['research'], vendors: [idOf.umbra!] });
    await world.db.user.update({ where: account, data: { disabledAt: clock.now() } });
    const mergeId = await joined(ines, zoe);
    await withdrawOptOut(world, own);
    await withdrawOptOut(world, third);
    expect(await ends(own)).toBe(0);
    clock.advance(1_000);
    await withdrawOptOut(world, others);
    expect([await ends(own), await ends(others), await ends(third)]).toEqual([1, 1, 1]);
    await parted(mergeId);
    const job = { key: `joining:${mergeId}` };
    expect(
      await connected(fresh.databaseUrl, async (client) => {
        const { rowCount } = await client.query('select from graphile_worker.jobs where key = $1', [job.key]);
        return rowCount;
      }),
    ).toBe(1);
    await oweAfterJoining(world, mergeId);
    await oweAfterJoining(world, mergeId);
    for (const back of [others, third])
      expect((await stops('umbra', back)).map(({ closedAt }) => closedAt === null)).toEqual([true, false]);
    // What its own patient took back stays so.
    expect(await stops('umbra', own)).toHaveLength(1);
    await world.db.user.update({ where: account, data: { disabledAt: null } });
    for (const back of [others, third]) {
      clock.advance(1_000);
      await chaseVendorNotices(world);
      const [again] = await stops('umbra', back);
      await sendWebhook(world, { deliveryId: (await newestDelivery(again!.id)).id });
      await withdrawOptOut(world, back, 'RB000902');
    }
    expect([await ends(others), await ends(third)]).toEqual([2, 2]);
  });

  it('is told to those that have images of a record that was joined with its own', async () => {
    const { world, clock } = fresh;
    const [ines, tor] = [await recordOf('RB000417'), await recordOf('RB000533')];
    const optOutId = await told(world, { purposes: ['commercialSharing'], vendors: [idOf.umbra!] });
    await world.db.disclosure.create({
      data: {
        ...{ patientId: tor, vendorId: idOf.umbra!, studyUid: '2.25.5330', anonymized: false },
        ...{ occurredAt: clock.now(), recordedAt: clock.now(), sopClassUids: [] },
        ...{ modality: 'CT', instanceCount: 1, destination: 'THEIR_AE' },
        ...{ legallyRequired: false, exclusionReason: 'treatmentPaymentOperations' },
      },
    });
    const mergeId = await joined(ines, tor);
    await oweAfterJoining(world, mergeId);
    await oweAfterJoining(world, mergeId);
    const [again, first, ...more] = await stops('umbra', optOutId);
    expect([again?.ground, again?.closedAt, more.length]).toEqual(['hasImages', null, 0]);
    expect(first?.closedAt).toEqual(again?.owedAt);
    expect((await contentOfNotice(world.db, again!.id, clock.now())).studyUids).toContain('2.25.5330');
    await parted(mergeId);
    await oweAfterJoining(world, mergeId);
    expect(await stops('umbra', optOutId)).toHaveLength(2);
    await withdrawOptOut(world, optOutId);
    expect(await ends(optOutId)).toBe(1);
  });
});

describe('what a notice says', () => {
  it('never has a number beside a study without a name, nor the number of another issuer', async () => {
    const { world, clock } = fresh;
    const { patientId } = await patientOf(world, 'RB000417');
    const { id: vendorId } = await world.db.vendor.create({
      data: { slug: 'nameless', name: 'Nameless', relationship: 'other', createdAt: clock.now() },
    });
    const sent = (studyUid: string, anonymized: boolean) =>
      world.db.disclosure.create({
        data: {
          ...{ patientId, vendorId, studyUid, anonymized, occurredAt: clock.now(), recordedAt: clock.now() },
          ...{ modality: 'CT', instanceCount: 1, destination: 'THEIR_AE', sopClassUids: [] },
          ...{ legallyRequired: false, exclusionReason: 'treatmentPaymentOperations' },
        },
      });
    await world.db.patientIdentifier.create({
      data: { patientId, issuer: 'ELSEWHERE', value: 'E-77', recordedAt: clock.now() },
    });
    await sent('2.25.1001', true);
    const optOutId = await fileOptOut(world, { vendors: [vendorId] });
    const said = async (choice: string) => {
      const { id } = await world.db.vendorNotice.findFirstOrThrow({ where: { vendorId, optOutId: choice } });
      return contentOfNotice(world.db, id, clock.now());
    };
    const nameless = { identifiers: [], studyUids: ['2.25.1001'] };
    expect(await said(optOutId)).toMatchObject(nameless);
    await world.db.vendorNotice.updateMany({
      where: { vendorId, optOutId },
      data: { sentAt: clock.now() },
    });
    clock.advance(1_000);
    await sent('2.25.1002', false);
    // What went out without a number stays so: its own number would tie the two.
    expect(await said(optOutId)).toMatchObject(nameless);
    const later = await fileOptOut(world, { vendors: [vendorId] });
    expect(await said(later)).toMatchObject({
      identifiers: [{ issuer: 'RIVERBEND', value: 'RB000417' }],
      studyUids: ['2.25.1002'],
    });
  });

  it('is completed once when an agency’s statement ends that hid what the company has', async () => {
    const { world, clock } = fresh;
    const { patientId } = await patientOf(world, 'RB000417');
    const amara = await personOf(world, 'privacyOfficer');
    const stated = await recordSuspension(world, amara, {
      ...{ patientId, vendorId: idOf.umbra!, agencyKind: 'lawEnforcement', form: 'oral', endsOn: null },
      statedOn: clock.now().toISOString().slice(0, 10),
      ...{ official: 'Lt. Moss', says: 'It would impede an inquiry.' },
    });
    if (!stated.ok) throw new Error(stated.refusal);
    const optOutId = await fileOptOut(world, { vendors: [idOf.umbra!] });
    await chaseVendorNotices(world);
    const notice = (await noticeOf('umbra', optOutId))!;
    await sendWebhook(world, { deliveryId: (await newestDelivery(notice.id)).id });
    const deliveries = () => world.db.vendorDelivery.count({ where: { noticeId: notice.id } });
    clock.advance(hours(1));
    await chaseVendorNotices(world);
    expect(await deliveries()).toBe(1);
    expect(await endSuspension(world, amara, stated.id)).toBe(true);
    await chaseVendorNotices(world);
    await sendWebhook(world, { deliveryId: (await newestDelivery(notice.id)).id });
    await chaseVendorNotices(world);
    expect(await deliveries()).toBe(2);
    expect(heard.map(({ body }) => body.includes('RB000417'))).toEqual([false, true]);
    expect(heard[1]?.body).not.toMatch(/suspen|statement|agency|Moss/i);
  });
});

describe('a company that does not take it', () => {
  it('has changed its address meanwhile: nothing goes to the old one, and a new delivery to the new one', async () => {
    const { world, clock } = fresh;
    const optOutId = await fileOptOut(world, { vendors: [idOf.umbra!] });
    await chaseVendorNotices(world);
    const notice = (await noticeOf('umbra', optOutId))!;
    const old = await newestDelivery(notice.id);
    clock.advance(1_000);
    const other = { ...{ vendorId: idOf.umbra!, kind: 'webhook' as const }, reason: 'It moved', actor: dana };
    expect((await setChannel(world, { ...other, target: `${url}/moved` })).ok).toBe(true);
    await sendWebhook(world, { deliveryId: old.id });
    expect(heard).toHaveLength(0);
    expect(await world.db.vendorDelivery.findUnique({ where: { id: old.id } })).toMatchObject({
      ...{ failure: 'channelEnded', deadAt: clock.now(), tokenSealed: null },
    });
    const next = await newestDelivery(notice.id);
    expect(next).toMatchObject({ tries: 0, deadAt: null });
    expect(await noticeOf('umbra', optOutId)).toMatchObject({ failedAt: null, sentAt: null });
    await sendWebhook(world, { deliveryId: next.id });
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([next.id]);
  });

  it.each([
    ['gone', 'status 404', true],
    ['elsewhere', 'redirected', true],
    ['down', 'status 503', false],
  ] as const)('%s: %s', async (how, failure, isFinal) => {
    const { world } = fresh;
    const optOutId = await fileOptOut(world, { vendors: [idOf.umbra!] });
    await chaseVendorNotices(world);
    const notice = (await noticeOf('umbra', optOutId))!;
    const delivery = await newestDelivery(notice.id);
    mood = how;
    const send = sendWebhook(world, { deliveryId: delivery.id });
    if (isFinal) await send;
    else await expect(send).rejects.toThrow(failure);
    const after = await newestDelivery(notice.id);
    expect(after).toMatchObject({ failure, tries: 1, sentAt: null });
    expect(after.deadAt !== null).toBe(isFinal);
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([delivery.id]);
    mood = 'fine';
    // Ids are in the order of time, to the millisecond.
    fresh.clock.advance(1_000);
    if (isFinal) {
      expect(await sendNoticesAgain(world, { actor: dana, ids: [notice.id, notice.id] })).toBe(1);
      const again = await newestDelivery(notice.id);
      expect(again.id).not.toBe(delivery.id);
      await sendWebhook(world, { deliveryId: again.id });
    } else await sendWebhook(world, { deliveryId: delivery.id });
    expect(await noticeOf('umbra', optOutId)).toMatchObject({ failedAt: null, sentAt: world.clock() });
  });

  it('hangs, or its name leads inside: nothing is heard there, and no wait is for ever', async () => {
    const message = { id: 'msg', body: '{}' };
    const secrets = ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
    const at = fresh.clock.now();
    const rules = { hosts: ['hooks.umbra.example'], ownMachine: false };
    for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', '::ffff:127.0.0.1'])
      expect(
        await postWebhook(
          { url: 'https://hooks.umbra.example/', secrets, message, at },
          rules,
          // One good address does not make up for a bad one.
          {
            resolve: () =>
              Promise.resolve([
                { address: '93.184.216.34', family: 4 },
                { address, family: 4 },
              ]),
          },
        ),
      ).toEqual({ ok: false, failure: 'privateAddress', permanent: true });
    // Without leave for the own machine, the canary hears nothing of any of these.
    for (const attack of [
      url,
      url.replace('localhost', '127.0.0.1'),
      url.replace('http:', 'https:'),
      'file:///etc/passwd',
    ])
      expect(
        await postWebhook(
          { url: attack, secrets, message, at },
          { hosts: ['localhost', '127.0.0.1'], ownMachine: false },
        ),
      ).toMatchObject({ ok: false, permanent: true });
    expect(heard).toHaveLength(0);
    mood = 'hangs';
    const own = { hosts: ['localhost'], ownMachine: true };
    expect(await postWebhook({ url, secrets, message, at }, own, { patience: 200 })).toEqual({
      ok: false,
      failure: 'noAnswer',
      permanent: false,
    });
  });
});

describe('silence and answers', () => {
  it('asks again after 7, 14 and 30 days, tells an officer once, and keeps each answer', async () => {
    const { world, clock } = fresh;
    const optOutId = await fileOptOut(world, { vendors: [idOf.umbra!], purposes: ['commercialSharing'] });
    await chaseVendorNotices(world);
    const notice = (await noticeOf('umbra', optOutId))!;
    await sendWebhook(world, { deliveryId: (await newestDelivery(notice.id)).id });
    const deliveries = () => world.db.vendorDelivery.count({ where: { noticeId: notice.id } });
    const mails = () => world.db.notice.count({ where: { kind: 'vendorSilent' } });
    for (const [days, count] of [
      [6, 1],
      [1, 2],
      [7, 3],
    ] as const) {
      clock.advance(hours(24 * days));
      await chaseVendorNotices(world);
      await chaseVendorNotices(world);
      expect(await deliveries()).toBe(count);
    }
    expect(await mails()).toBe(0);
    clock.advance(hours(24 * 16));
    await chaseVendorNotices(world);
    await chaseVendorNotices(world);
    expect([await deliveries(), await mails()]).toEqual([4, 1]);
    expect((await vendorNoticeCounts(world.db)).escalated).toBeGreaterThan(0);

    const told = byStaff(dana);
    const answer = { deeds: ['stopped' as const], sinceOn: '2000-01-01', text: '', proof: null };
    expect(await takeAnswer(world, notice.id, told, answer)).toEqual({ ok: false, refusal: 'tooEarly' });
    expect(await acknowledge(world, notice.id, told)).toEqual({ ok: true });
    const sinceOn = clock.now().toISOString().slice(0, 10);
    const cannot = { deeds: ['cannot' as const], sinceOn: null, text: 'The model is sold', proof: null };
    expect(await takeAnswer(world, notice.id, told, { ...answer, sinceOn })).toEqual({ ok: true });
    clock.advance(1_000);
    expect(await takeAnswer(world, notice.id, told, cannot)).toEqual({ ok: true });
    // A link that was made before the answer takes no other one.
    const late = { ...told, byId: null, linkMadeAt: notice.owedAt };
    expect(await takeAnswer(world, notice.id, late, cannot)).toEqual({ ok: false, refusal: 'linkUsed' });

    const ines = await patientOf(world, 'RB000417');
    const chain = (await chainsOf(world, [ines.patientId])).find(({ noticeId }) => noticeId === notice.id);
    expect(chain).toMatchObject({ state: 'answered', vendor: { slug: 'umbra' }, blocked: null });
    expect(chain?.answers.map(({ deeds, text }) => [deeds, text])).toEqual([
      [['stopped'], null],
      [['cannot'], 'The model is sold'],
    ]);
  });

  it.each([
    ['delete from vendor_notice_event'],
    ["update vendor_notice_event set deeds = '{deleted}'"],
    ['update vendor_notice set owed_at = now()'],
    ['delete from vendor_delivery'],
    ["update vendor_channel set target = 'x'"],
    ['delete from vendor_proof where false; truncate vendor_proof'],
  ])('the database refuses %s', async (sql) => {
    await expect(connected(fresh.databaseUrl, (client) => client.query(sql))).rejects.toThrow(/vendor_/);
  });
});
