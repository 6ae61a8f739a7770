import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { sweep } from '#app/jobs/sweep.server.ts';
import { byStaff, takeAnswer } from '#app/optouts/vendor-notices/answers.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { contentOfNotice } from '#app/optouts/vendor-notices/content.server.ts';
import { letterOfNoticeSent } from '#app/optouts/vendor-notices/letters.server.ts';
import { vendorNotice } from '#app/optouts/vendor-notices/reading.server.ts';
import type { PatientVisit } from '#app/web/guard.server.ts';
import { chainsOfPatient } from '#app/web/present-vendor-chains.server.ts';
import { addChannel, addCompany, sentImages } from '#tests/support/told-vendors.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let dana: Person;
let patientId: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  dana = await personOf(fresh.world, 'staff');
  patientId = (await patientOf(fresh.world, 'RB000417')).patientId;
});
afterAll(() => fresh.drop());

const stopsTo = (vendorId: string, optOutId: string) =>
  fresh.world.db.vendorNotice.findMany({ where: { vendorId, optOutId, kind: 'stop' } });
const deliveriesOf = (noticeId: string) =>
  fresh.world.db.vendorDelivery.findMany({ where: { noticeId }, orderBy: { id: 'asc' } });
/** The mail server takes what waits for it. */
const mailGoes = async (noticeId: string) => {
  const [waits, ...more] = (await deliveriesOf(noticeId)).filter(({ sentAt }) => sentAt === null);
  expect(more).toEqual([]);
  await inTransaction(fresh.world.db, (tx) => letterOfNoticeSent(tx, waits!.letterId!, fresh.clock.now()));
};
const chase = async () => {
  fresh.clock.advance(hours(1));
  await chaseVendorNotices(fresh.world);
  await chaseVendorNotices(fresh.world);
};

describe('images of which the ledger learns after a “no”', () => {
  it('make the notice go out again, with what it lacked, though it was answered; once', async () => {
    const { world, clock } = fresh;
    const vendorId = await addCompany(world, 'monthly');
    await addChannel(world, vendorId, dana);
    const optOutId = await fileOptOut(world, { vendors: [vendorId] });
    await chase();
    const [notice] = await stopsTo(vendorId, optOutId);
    const id = notice!.id;
    await mailGoes(id);
    const sinceOn = clock.now().toISOString().slice(0, 10);
    const stopped = { deeds: ['stopped' as const], sinceOn, text: '', proof: null };
    expect(await takeAnswer(world, id, byStaff(dana), stopped)).toEqual({ ok: true });
    await chase();
    expect(await deliveriesOf(id)).toHaveLength(1);

    await sentImages(world, { patientId, vendorId, studyUid: '2.25.7001' });
    await chase();
    expect(await deliveriesOf(id)).toHaveLength(2);
    await mailGoes(id);
    expect(await contentOfNotice(world.db, id, clock.now())).toMatchObject({
      identifiers: [{ issuer: 'RIVERBEND', value: 'RB000417' }],
      studyUids: ['2.25.7001'],
    });
    const events = await world.db.vendorNoticeEvent.findMany({ where: { noticeId: id, type: 'sentAgain' } });
    expect(events).toHaveLength(1);

    // By the number it finds whatever comes after.
    await sentImages(world, { patientId, vendorId, studyUid: '2.25.7002' });
    await chase();
    expect(await deliveriesOf(id)).toHaveLength(2);
    expect(await stopsTo(vendorId, optOutId)).toHaveLength(1);
  });

  it('are a reason to tell a company that came later; and nobody of a “no” that counts no more', async () => {
    const { world, clock } = fresh;
    clock.advance(1_000);
    const toAll = await fileOptOut(world, { purposes: ['commercialSharing'] });
    const toOther = await fileOptOut(world, {
      purposes: ['commercialSharing'],
      vendors: [await addCompany(world, 'other')],
    });
    const takenBack = await fileOptOut(world, { purposes: ['research'] });
    await withdrawOptOut(world, takenBack);
    const ended = await fileOptOut(world, { purposes: ['research'] });
    await world.db.optOutAsk.create({
      data: { optOutId: ended, patientId, askedAt: clock.now(), endsAt: clock.now() },
      select: { optOutId: true },
    });
    const vendorId = await addCompany(world, 'newcomer');
    await chase();
    expect(await stopsTo(vendorId, toAll)).toEqual([]);
    await sentImages(world, { patientId, vendorId, studyUid: '2.25.7003' });
    await chase();
    expect((await stopsTo(vendorId, toAll)).map(({ ground }) => ground)).toEqual(['hasImages']);
    for (const none of [toOther, takenBack, ended]) expect(await stopsTo(vendorId, none)).toEqual([]);
    await chase();
    expect(await stopsTo(vendorId, toAll)).toHaveLength(1);
  });

  it('are those of the “no” alone, where it names studies; and those of a joined record too', async () => {
    const { world } = fresh;
    await sentImages(world, { patientId, vendorId: await addCompany(world, 'first'), studyUid: '2.25.7004' });
    const optOutId = await fileOptOut(world, { purposes: ['research'], studies: ['2.25.7004'] });
    const vendorId = await addCompany(world, 'second');
    await sentImages(world, { patientId, vendorId, studyUid: '2.25.7005' });
    await chase();
    expect(await stopsTo(vendorId, optOutId)).toEqual([]);
    const { id: other } = await world.db.patient.create({
      data: {
        ...{ familyName: 'Okafor', givenName: 'I.', bornOn: new Date('1961-01-01') },
        ...{ createdAt: fresh.clock.now(), mergedIntoId: patientId },
      },
    });
    await sentImages(world, { patientId: other, vendorId, studyUid: '2.25.7004' });
    await chase();
    expect(await stopsTo(vendorId, optOutId)).toHaveLength(1);
  });

  it('are found at night too, where the look of every five minutes stood still for days', async () => {
    const { world, clock } = fresh;
    const optOutId = await fileOptOut(world, { purposes: ['research'] });
    const vendorId = await addCompany(world, 'missed');
    await sentImages(world, { patientId, vendorId, studyUid: '2.25.7007' });
    clock.advance(hours(72));
    await chase();
    expect(await stopsTo(vendorId, optOutId)).toEqual([]);
    await sweep(world);
    expect(await stopsTo(vendorId, optOutId)).toHaveLength(1);
  });

  it('are on the patient’s page and on that of staff the reason why the company is told', async () => {
    const { world } = fresh;
    const vendorId = await addCompany(world, 'reachable');
    await world.db.vendorEndpoint.create({
      data: { vendorId, kind: 'host', value: 'reachable.example', validFrom: new Date(0) },
    });
    const optOutId = await fileOptOut(world, { purposes: ['commercialSharing'] });
    const [notice] = await stopsTo(vendorId, optOutId);
    const choice = { id: optOutId, act: 'denied', effectiveFrom: fresh.clock.now() } as const;
    const read = async () => {
      const visit = { world, patientId, locale: 'en', now: fresh.clock.now() } as PatientVisit;
      const { shown } = (await chainsOfPatient(visit, 'America/New_York')).ofOptOut({
        ...{ ...choice, withdrawnAt: null, endsAt: null, studyUids: 'all', coversDeidentified: true },
      });
      return [
        shown.some(({ vendor }) => vendor === 'reachable'),
        (await vendorNotice(world, notice!.id))?.notice.ground,
      ];
    };
    expect(await read()).toEqual([false, 'mayGetImages']);
    await sentImages(world, { patientId, vendorId, studyUid: '2.25.7006' });
    expect(await read()).toEqual([true, 'hasImages']);
  });
});

describe('an agreement', () => {
  it('begins and ends with the day at the facility', async () => {
    const { world, clock } = fresh;
    // 03:30 in UTC is the evening before in New York.
    const at = clock.now();
    const night = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate() + 2, 3, 30));
    clock.advance(night.getTime() - at.getTime());
    const utcDay = new Date(night.toISOString().slice(0, 10));
    const [begins, ends] = [await addCompany(world, 'begins'), await addCompany(world, 'ends')];
    for (const [vendorId, validFrom, validTo] of [
      [begins, utcDay, null],
      [ends, new Date(0), utcDay],
    ] as const)
      await world.db.vendorAgreement.create({
        data: { vendorId, kind: 'other', reference: 'A-1', validFrom, validTo },
      });
    const optOutId = await fileOptOut(world, { purposes: ['commercialSharing'] });
    expect([(await stopsTo(begins, optOutId)).length, (await stopsTo(ends, optOutId)).length]).toEqual([
      0, 1,
    ]);
  });
});
