import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { changeSetting, newestSetting } from '#app/facility/settings.server.ts';
import { sweep } from '#app/jobs/sweep.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { contentOfNotice } from '#app/optouts/vendor-notices/content.server.ts';
import { letterOfNoticeSent } from '#app/optouts/vendor-notices/letters.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { optOutWordingVersion, type OptOutDetails } from '#app/requests/kinds/opt-out.ts';
import { chainsOfPatient } from '#app/web/present-vendor-chains.server.ts';
import type { PatientVisit } from '#app/web/guard.server.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { addChannel, addCompany, sentImages } from '#tests/support/told-vendors.ts';
import { freshWorld, hours, minutes, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// What companies are told of the end of a "yes", where the facility sends nothing for a use without one.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
/** Has images that went out by a "yes", and is told by mail. */
let holder: string;
/** In the register, with no images. */
let other: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  ines = await patientOf(fresh.world, 'RB000417');
  dana = await personOf(fresh.world, 'staff');
  await set({ permission: ['research', 'commercialSharing'], yesCountsFor: 1 });
  holder = await addCompany(fresh.world, 'holder');
  other = await addCompany(fresh.world, 'no-images');
  await addChannel(fresh.world, holder, dana);
  await sentImages(fresh.world, { patientId: ines.patientId, vendorId: holder, studyUid: '2.25.9001' });
});
afterAll(() => fresh.drop());

async function set(change: object) {
  const { versionId, value } = await newestSetting(fresh.world.db, 'choices');
  const actor = await personOf(fresh.world, 'privacyOfficer');
  const setting = { name: 'choices', value: { ...value, ...change }, expected: versionId, actor } as const;
  expect(await changeSetting(fresh.world, setting)).toEqual({ ok: true });
  fresh.clock.advance(minutes(1));
}

async function say(details: Partial<OptOutDetails>): Promise<string> {
  fresh.clock.advance(minutes(1));
  const filed = await submitRequest(fresh.world, {
    ...{ actor: ines, kind: 'optOut', locale: 'en', submissionKey: crypto.randomUUID() },
    details: {
      ...{ purposes: ['research'], vendors: [holder, other], studies: 'all', coversDeidentified: true },
      ...{ wordingVersion: optOutWordingVersion, act: 'permitted', ...details },
    },
  });
  if (!filed.ok) throw new Error(filed.refusal);
  fresh.clock.advance(minutes(1));
  return (await fresh.world.db.optOut.findFirstOrThrow({ where: { requestId: filed.requestId } })).id;
}

const told = (optOutId: string) =>
  fresh.world.db.vendorNotice.findMany({ where: { optOutId }, orderBy: [{ owedAt: 'asc' }, { id: 'asc' }] });
const handOver = async (noticeId: string) => {
  await chaseVendorNotices(fresh.world);
  const { letterId } = await fresh.world.db.vendorDelivery.findFirstOrThrow({
    where: { noticeId, sentAt: null },
  });
  await inTransaction(fresh.world.db, (tx) => letterOfNoticeSent(tx, letterId!, fresh.clock.now()));
};

describe('the end of a “yes”', () => {
  it('taken back: whoever has images that it covered is told to stop, once; another “yes” is told as the end of that', async () => {
    const { world, clock } = fresh;
    const yes = await say({});
    await withdrawOptOut(world, yes);
    const endedAt = clock.now();
    const [stop, ...more] = await told(yes);
    expect([stop, more]).toMatchObject([{ kind: 'stop', vendorId: holder, ground: 'hasImages' }, []]);
    clock.advance(minutes(1));
    expect(await contentOfNotice(world.db, stop!.id, clock.now())).toMatchObject({
      ...{ kind: 'stop', purposes: ['research'], from: endedAt, until: null, coversDeidentified: true },
      ...{ identifiers: [{ issuer: 'RIVERBEND', value: 'RB000417' }], studyUids: ['2.25.9001'] },
    });
    await handOver(stop!.id);
    await sweep(world);
    expect(await told(yes)).toHaveLength(1);

    const visit = { world, patientId: ines.patientId, locale: 'en', now: clock.now() } as PatientVisit;
    const chains = await chainsOfPatient(visit, 'America/New_York');
    const reach = { studyUids: 'all', coversDeidentified: true } as const;
    const choice = { id: yes, act: 'permitted', effectiveFrom: new Date(0), endsAt: null, ...reach } as const;
    expect(chains.ofOptOut({ ...choice, withdrawnAt: endedAt }).shown.map(({ vendor }) => vendor)).toEqual([
      'holder',
    ]);

    const again = await say({});
    expect((await told(yes)).map(({ kind, closedAt }) => [kind, closedAt !== null])).toEqual([
      ['stop', true],
      ['ended', false],
    ]);
    await withdrawOptOut(world, again);
    expect((await told(again)).map(({ kind }) => kind)).toEqual(['stop']);
    expect(await told(yes)).toHaveLength(2);
  });

  it('narrowed: it is told to whom it covers no more, with what it covered', async () => {
    const { world, clock } = fresh;
    const yes = await say({ purposes: ['research', 'commercialSharing'] });
    const same = await say({ purposes: ['research', 'commercialSharing'], replaces: yes });
    expect(await told(yes)).toEqual([]);
    const narrower = await say({ purposes: ['research'], replaces: same });
    const [stop] = await told(same);
    expect(stop).toMatchObject({ kind: 'stop', vendorId: holder });
    expect((await contentOfNotice(world.db, stop!.id, clock.now())).purposes).toEqual(['commercialSharing']);
    await withdrawOptOut(world, narrower);
    await sweep(world);
    expect([(await told(yes)).length, (await told(same)).length, (await told(narrower)).length]).toEqual([
      0, 1, 1,
    ]);
  });

  it('narrowed to some studies, or to other companies: it is told of what nothing permits any more, and of that alone', async () => {
    const { world, clock } = fresh;
    await sentImages(world, { patientId: ines.patientId, vendorId: holder, studyUid: '2.25.9010' });
    const yes = await say({});
    const some = await say({ studies: ['2.25.9010'], replaces: yes });
    const [stop, ...more] = await told(yes);
    expect([stop, more]).toMatchObject([{ kind: 'stop', vendorId: holder }, []]);
    expect(await contentOfNotice(world.db, stop!.id, clock.now())).toMatchObject({
      ...{ purposes: ['research'], studyUids: ['2.25.9001'], from: stop!.owedAt },
    });
    // The company that it is narrowed away from has images of the study that it still covered.
    await say({ vendors: [other], studies: ['2.25.9010'], replaces: some });
    const [second, ...others] = await told(some);
    expect([second, others]).toMatchObject([{ kind: 'stop', vendorId: holder }, []]);
    expect((await contentOfNotice(world.db, second!.id, clock.now())).studyUids).toEqual(['2.25.9010']);
    // Said yes to everything again: nothing more is asked because of either, and it hears so of what it was told.
    await handOver(stop!.id);
    const again = await say({});
    expect((await told(yes)).map(({ kind, closedAt }) => [kind, closedAt !== null])).toEqual([
      ['stop', true],
      ['ended', false],
    ]);
    // The second one never went out.
    expect((await told(some)).map(({ kind, closedAt }) => [kind, closedAt !== null])).toEqual([
      ['stop', true],
    ]);
    await withdrawOptOut(world, again);
  });

  it('by its time: it is told by the job; images of which the ledger learns later, at night', async () => {
    const { world, clock } = fresh;
    const yes = await say({});
    clock.advance(hours(366 * 24));
    await chaseVendorNotices(world);
    await chaseVendorNotices(world);
    const { expiresAt } = await world.db.optOut.findUniqueOrThrow({ where: { id: yes } });
    const [stop, ...more] = await told(yes);
    expect([stop, more]).toMatchObject([{ kind: 'stop', vendorId: holder }, []]);
    expect((await contentOfNotice(world.db, stop!.id, clock.now())).from).toEqual(expiresAt);
    await sentImages(world, { patientId: ines.patientId, vendorId: other, studyUid: '2.25.9002' });
    await sweep(world);
    expect((await told(yes)).map(({ vendorId }) => vendorId)).toEqual([holder, other]);
  });

  it('is told to nobody while a “no” says the same, which was told itself', async () => {
    const { world, clock } = fresh;
    const yes = await say({});
    const no = await fileOptOut(world, { purposes: ['research'] });
    clock.advance(minutes(1));
    await withdrawOptOut(world, yes);
    expect(await told(yes)).toEqual([]);
    clock.advance(minutes(1));
    await withdrawOptOut(world, no);
    await sweep(world);
    expect((await told(yes)).map(({ vendorId }) => vendorId).sort()).toEqual([holder, other].sort());
  });
});
