import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { acknowledge, closeNotice, takeAnswer } from '#app/optouts/vendor-notices/answers.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { contentOfNotice } from '#app/optouts/vendor-notices/content.server.ts';
import { oweAfterJoining } from '#app/optouts/vendor-notices/joined.server.ts';
import { letterOfNoticeSent } from '#app/optouts/vendor-notices/letters.server.ts';
import { noticeOfLink } from '#app/optouts/vendor-notices/links.server.ts';
import { vendorNotice, vendorNoticePage } from '#app/optouts/vendor-notices/reading.server.ts';
import { vendorNoticeStates } from '#app/optouts/vendor-notices/states.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import { chainsOfPatient } from '#app/web/present-vendor-chains.server.ts';
import type { PatientVisit } from '#app/web/guard.server.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { addChannel, addCompany, linkTo, sentImages } from '#tests/support/told-vendors.ts';
import { freshWorld, minutes, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// A company has one open notice about one choice of a patient, and it says what counts now.

let fresh: FreshWorld;
let dana: Person;
let ines: Person & { patientId: string };
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  dana = await personOf(fresh.world, 'staff');
  ines = await patientOf(fresh.world, 'RB000417');
});
afterAll(() => fresh.drop());

const company = async (slug: string) => {
  const id = await addCompany(fresh.world, slug);
  await addChannel(fresh.world, id, dana);
  return id;
};
const about = (optOutId: string, kind?: 'stop' | 'ended' | 'narrowed') =>
  fresh.world.db.vendorNotice.findMany({
    where: { optOutId, ...(kind ? { kind } : {}) },
    orderBy: [{ owedAt: 'asc' }, { id: 'asc' }],
  });
/** Whatever waits for a company goes out. */
const handOver = async (vendorId: string) => {
  await chaseVendorNotices(fresh.world);
  const waiting = await fresh.world.db.vendorDelivery.findMany({
    where: { sentAt: null, deadAt: null, notice: { vendorId, closedAt: null } },
  });
  for (const { letterId } of waiting)
    await inTransaction(fresh.world.db, (tx) => letterOfNoticeSent(tx, letterId!, fresh.clock.now()));
};
const say = async (...choice: Parameters<typeof fileOptOut>) => {
  fresh.clock.advance(minutes(1));
  const id = await fileOptOut(...choice);
  fresh.clock.advance(minutes(1));
  return id;
};
const takeBack = async (optOutId: string) => {
  fresh.clock.advance(minutes(1));
  await withdrawOptOut(fresh.world, optOutId);
  fresh.clock.advance(minutes(1));
};
const chainsShown = async (optOutId: string) => {
  const { world, clock } = fresh;
  const visit = { world, person: ines, patientId: ines.patientId, locale: 'en', now: clock.now() };
  const chains = await chainsOfPatient(visit as unknown as PatientVisit, 'America/New_York');
  const { shown } = chains.ofOptOut({
    ...{ id: optOutId, effectiveFrom: clock.now(), act: 'denied', withdrawnAt: null, endsAt: null },
    ...{ studyUids: 'all', coversDeidentified: true },
  });
  return shown;
};

describe('a “no” that ended, of which another one still denies a part', () => {
  it('is told as what is asked no more and what still is, once; and its end once nothing denies any more', async () => {
    const { world, clock } = fresh;
    const vendorId = await company('narrowed');
    const both = await say(world, { purposes: ['aiTraining', 'research'], vendors: [vendorId] });
    const one = await say(world, { purposes: ['aiTraining'], vendors: [vendorId] });
    await handOver(vendorId);
    await takeBack(both);
    expect((await about(both)).map(({ kind, closedAt }) => [kind, closedAt === null])).toEqual([
      ['stop', false],
      ['narrowed', true],
    ]);
    const [narrowed] = await about(both, 'narrowed');
    const said = await contentOfNotice(world.db, narrowed!.id, clock.now());
    expect([said.purposes, said.stillPurposes]).toEqual([['research'], ['aiTraining']]);
    await handOver(vendorId);
    const [chain] = await chainsShown(both);
    expect(chain?.ended).toMatch(/asked no more about: Research\. .*still asked about: Training AI/);

    // Another end that changes nothing of it tells nothing anew.
    const other = await say(world, { purposes: ['commercialSharing'], vendors: [vendorId] });
    await handOver(vendorId);
    await takeBack(other);
    expect(await about(both, 'narrowed')).toHaveLength(1);

    // That the company has it is all that is asked.
    const link = await noticeOfLink(world, await linkTo(world, narrowed!.id));
    expect(await acknowledge(world, narrowed!.id, link!.teller)).toEqual({ ok: true });
    expect((await vendorNotice(world, narrowed!.id))?.notice.state).toBe('answered');

    await takeBack(one);
    expect([(await about(both, 'ended')).length, (await about(one, 'ended')).length]).toEqual([1, 1]);
  });

  it('is told also where another one replaced it that asks for less', async () => {
    const { world } = fresh;
    const vendorId = await company('replaced');
    const wide = await say(world, { purposes: ['aiTraining', 'research'], vendors: [vendorId] });
    await handOver(vendorId);
    const filed = await submitRequest(world, {
      ...{ actor: ines, kind: 'optOut', locale: 'en', submissionKey: crypto.randomUUID() },
      details: {
        ...{ purposes: ['research'], vendors: [vendorId], studies: 'all', coversDeidentified: true },
        ...{ wordingVersion: optOutWordingVersion, replaces: wide },
      },
    });
    expect(filed.ok).toBe(true);
    const [narrowed] = await about(wide, 'narrowed');
    expect([narrowed?.endedPurposes, narrowed?.stillPurposes]).toEqual([['aiTraining'], ['research']]);
    expect(await about(wide, 'ended')).toEqual([]);
  });

  it('is told to nobody whom the “no” never reached', async () => {
    const { world } = fresh;
    const vendorId = await company('never-told');
    const both = await say(world, { purposes: ['aiTraining', 'research'], vendors: [vendorId] });
    await say(world, { purposes: ['aiTraining'], vendors: [vendorId] });
    await takeBack(both);
    expect((await about(both)).map(({ kind }) => kind)).toEqual(['stop']);
  });
});

describe('an end that waits while the patient says no again', () => {
  it('goes nowhere; what else ended in it is told', async () => {
    const { world } = fresh;
    const vendorId = await company('overtaken');
    const first = await say(world, { purposes: ['aiTraining', 'research'], vendors: [vendorId] });
    await handOver(vendorId);
    await takeBack(first);
    expect((await about(first, 'ended'))[0]?.closedAt).toBeNull();
    const again = await say(world, { purposes: ['aiTraining'], vendors: [vendorId] });
    expect((await about(first, 'ended'))[0]?.closedAt).not.toBeNull();
    const [narrowed] = await about(first, 'narrowed');
    expect([narrowed?.endedPurposes, narrowed?.stillPurposes]).toEqual([['research'], ['aiTraining']]);
    await handOver(vendorId);
    await takeBack(again);
    const ends = await about(first, 'ended');
    expect(ends.map(({ closedAt }) => closedAt === null)).toEqual([false, true]);
  });

  it('is not told anew where an officer closed it', async () => {
    const { world } = fresh;
    const vendorId = await company('by-phone');
    const first = await say(world, { purposes: ['aiTraining'], vendors: [vendorId] });
    await handOver(vendorId);
    await takeBack(first);
    const [end] = await about(first, 'ended');
    const officer = await personOf(world, 'privacyOfficer');
    await closeNotice(world, { noticeId: end!.id, actor: officer, reason: 'Told by phone' });
    await takeBack(await say(world, { purposes: ['research'], vendors: [vendorId] }));
    expect(await about(first, 'ended')).toHaveLength(1);
  });
});

describe('a “no” of a record that is joined with one whose images a company has', () => {
  it('is one open chain, by either link, and nothing that was said is lost', async () => {
    const { world, clock } = fresh;
    const vendorId = await company('joined');
    const { patientId } = ines;
    await sentImages(world, { patientId, vendorId, studyUid: '2.25.41701' });
    const optOutId = await say(world, { purposes: ['aiTraining'], vendors: [vendorId] });
    await handOver(vendorId);
    const [first] = await about(optOutId);
    const [early, unused] = [await linkTo(world, first!.id), await linkTo(world, first!.id)];
    const by = (await noticeOfLink(world, early))!.teller;
    const done = { deeds: ['stopped' as const], text: 'Ours alone', proof: null };
    clock.advance(minutes(1));
    expect(await takeAnswer(world, first!.id, by, { ...done, sinceOn: '2026-11-22' })).toMatchObject({
      ok: true,
    });
    clock.advance(minutes(1));
    const later = await linkTo(world, first!.id);

    const { patientId: merged } = await world.db.patientIdentifier.findUniqueOrThrow({
      where: { issuer_value: { issuer: 'RIVERBEND', value: 'RB000533' } },
    });
    await sentImages(world, { patientId: merged, vendorId, studyUid: '2.25.53301' });
    const join = { actor: dana, survivorId: patientId, mergedId: merged, reason: 'One person' };
    expect(await mergeRecords(world, join)).toEqual({ ok: true });
    clock.advance(minutes(1));
    const { id: mergeId } = await world.db.patientMerge.findFirstOrThrow({ where: { mergedId: merged } });
    await oweAfterJoining(world, mergeId);
    await oweAfterJoining(world, mergeId);

    const [, anew, ...more] = await about(optOutId);
    expect(more).toEqual([]);
    const open = await about(optOutId).then((all) => all.filter(({ closedAt }) => closedAt === null));
    expect(open.map(({ id }) => id)).toEqual([anew!.id]);
    // The patient sees one chain, with what the company said before; the officer one open notice, and the way to the other.
    const shown = (await chainsShown(optOutId)).filter(({ vendor }) => vendor === 'joined');
    expect(shown.map(({ id }) => id)).toEqual([anew!.id]);
    expect(shown[0]?.said.map(({ text }) => text)).toEqual(['Ours alone']);
    expect(shown[0]?.steps.find(({ key }) => key === 'acknowledged')?.state).toBe('waits');
    const listed: string[] = [];
    for (const state of vendorNoticeStates.filter((one) => one !== 'closed' && one !== 'answered'))
      for (const { id } of (await vendorNoticePage(world.db, { state, after: null })).notices)
        listed.push(id);
    expect(listed.filter((id) => id === first!.id || id === anew!.id)).toEqual([anew!.id]);
    const before = (await vendorNotice(world, first!.id))!;
    expect(before.events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['sent', 'answered', 'closed']),
    );
    expect(before.others).toEqual([{ id: anew!.id, reference: anew!.reference, isNewer: true }]);

    // A link that was used stays so; one that was not opens what is asked now.
    for (const used of [early, unused]) expect((await noticeOfLink(world, used))?.state).toBe('over');
    const link = (await noticeOfLink(world, later))!;
    expect([link.noticeId, link.isAskedAnew, link.state]).toEqual([anew!.id, true, 'open']);
    expect((await contentOfNotice(world.db, link.noticeId, clock.now())).studyUids).toContain('2.25.53301');
    expect(await acknowledge(world, link.noticeId, link.teller)).toEqual({ ok: true });
    expect(
      (await world.db.vendorNotice.findUniqueOrThrow({ where: { id: anew!.id } })).acknowledgedAt,
    ).toEqual(clock.now());
  });

  it('cannot have two open notices to one company, whoever writes them', async () => {
    const [{ id: _, ...row }] = (await fresh.world.db.vendorNotice.findMany({
      where: { kind: 'stop', closedAt: null, optOutId: { not: null } },
      take: 1,
    })) as [Awaited<ReturnType<typeof about>>[number]];
    await expect(
      fresh.world.db.vendorNotice.create({
        data: { ...row, reference: 'VN-TWICE', owedAt: new Date(row.owedAt.getTime() + 1) },
      }),
    ).rejects.toThrow(/[Uu]nique/);
  });
});
