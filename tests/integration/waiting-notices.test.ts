import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { sendNotice } from '#app/jobs/send-notice.server.ts';
import { outboxMailer } from '#app/mail/mailer.server.ts';
import { acknowledge, byStaff, closeNotice } from '#app/optouts/vendor-notices/answers.server.ts';
import { chaseVendorNotices } from '#app/optouts/vendor-notices/chase.server.ts';
import { sendWebhook } from '#app/optouts/vendor-notices/webhook.server.ts';
import { vendorNoticeCounts, vendorNoticePage } from '#app/optouts/vendor-notices/reading.server.ts';
import {
  stateOfVendorNotice,
  vendorNoticeKinds,
  vendorNoticeStates,
} from '#app/optouts/vendor-notices/states.ts';
import { setChannel } from '#app/vendors/channels.server.ts';
import { addChannel, addCompany } from '#tests/support/told-vendors.ts';
import { fileOptOut, withdrawOptOut } from '#tests/support/filing.ts';
import { freshWorld, hours, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let dana: Person;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  fresh.world.webhooks = { hosts: ['localhost'], ownMachine: true };
  dana = await personOf(fresh.world, 'staff');
});
afterAll(() => fresh.drop());

const db = () => fresh.world.db;
const one = (id: string) => db().vendorNotice.findUniqueOrThrow({ where: { id } });
const newest = (noticeId: string) =>
  db().vendorDelivery.findFirstOrThrow({ where: { noticeId }, orderBy: { id: 'desc' } });
const letters = (noticeId: string) => db().vendorDelivery.count({ where: { noticeId } });
const mail = (letterId: string) =>
  sendNotice(
    { ...fresh.world, mailer: outboxMailer(fresh.world.db, fresh.world.clock) },
    { noticeId: letterId },
  );
const wentTo = async (letterId: string) =>
  (await db().outboxMessage.findMany({ where: { noticeId: letterId } })).map(({ to }) => to);
const ends = (optOutId: string) => db().vendorNotice.count({ where: { optOutId, kind: 'ended' } });
/** A company that is told by mail, and a notice to it that waits for the mail server. */
async function waiting(slug: string) {
  const vendorId = await addCompany(fresh.world, slug);
  await addChannel(fresh.world, vendorId, dana);
  fresh.clock.advance(1_000);
  const optOutId = await fileOptOut(fresh.world, { vendors: [vendorId], purposes: ['research'] });
  await chaseVendorNotices(fresh.world);
  const { id } = await db().vendorNotice.findFirstOrThrow({ where: { vendorId, optOutId } });
  const { letterId } = await newest(id);
  return { vendorId, optOutId, id, letterId: letterId! };
}
const moveTo = async (vendorId: string, target: string) => {
  fresh.clock.advance(1_000);
  const set = await setChannel(fresh.world, {
    ...{ vendorId, kind: 'mail', target, reason: 'They moved', actor: dana },
  });
  expect(set.ok).toBe(true);
};

describe('a mail that waits', () => {
  it('for an address that was replaced goes to the new one, once', async () => {
    const { vendorId, id, letterId } = await waiting('moved');
    await moveTo(vendorId, 'new@moved.example');
    await mail(letterId);
    await mail(letterId);
    expect(await wentTo(letterId)).toEqual([]);
    expect(await db().notice.findUnique({ where: { id: letterId } })).toMatchObject({
      ...{ failure: 'channelEnded', deadAt: fresh.clock.now(), detailsSealed: null },
    });
    expect(await letters(id)).toBe(2);
    expect(await one(id)).toMatchObject({ sentAt: null, failedAt: null });
    const next = await newest(id);
    await mail(next.letterId!);
    expect(await wentTo(next.letterId!)).toEqual(['new@moved.example']);
    expect(await one(id)).toMatchObject({ sentAt: fresh.clock.now(), failedAt: null });
    // It is nobody's work.
    expect(await db().notice.count({ where: { kind: 'mailDead' } })).toBe(0);
  });

  it('for a notice that was closed goes nowhere, and marks nothing as sent or failed', async () => {
    const { id, letterId } = await waiting('closed');
    await closeNotice(fresh.world, { noticeId: id, actor: dana, reason: 'Told by phone' });
    await mail(letterId);
    expect(await wentTo(letterId)).toEqual([]);
    expect(await one(id)).toMatchObject({ sentAt: null, failedAt: null });
    expect(await newest(id)).toMatchObject({ sentAt: null, deadAt: fresh.clock.now() });
    expect((await db().notice.findUnique({ where: { id: letterId } }))?.failure).toBe('noticeClosed');
    expect(await db().notice.count({ where: { kind: 'mailDead' } })).toBe(0);
  });
});

describe('the end of a “no”', () => {
  it('is told to whom the “no” was handed over, or may have been; never where it waited or was given up', async () => {
    const end = async (optOutId: string) => {
      fresh.clock.advance(1_000);
      await withdrawOptOut(fresh.world, optOutId);
      return ends(optOutId);
    };
    const sent = await waiting('heard');
    await mail(sent.letterId);
    expect(await end(sent.optOutId)).toBe(1);

    expect(await end((await waiting('unheard')).optOutId)).toBe(0);

    const dead = await waiting('gone');
    await db().vendorDelivery.updateMany({
      where: { noticeId: dead.id },
      data: { deadAt: fresh.clock.now(), failure: '550 no such user' },
    });
    expect(await end(dead.optOutId)).toBe(0);

    const onItsWay = await waiting('slow');
    await db().notice.update({ where: { id: onItsWay.letterId }, data: { tries: 1 } });
    expect(await end(onItsWay.optOutId)).toBe(1);

    const refused = await waiting('busy');
    await db().notice.update({ where: { id: refused.letterId }, data: { tries: 1, failure: '451 later' } });
    expect(await end(refused.optOutId)).toBe(0);
  });

  it('is not told by webhook either, of what no try was made of', async () => {
    const vendorId = await addCompany(fresh.world, 'hooked');
    const target = 'http://localhost:9/none';
    const set = await setChannel(fresh.world, {
      vendorId,
      kind: 'webhook',
      target,
      reason: 'x',
      actor: dana,
    });
    expect(set.ok).toBe(true);
    const optOutId = await fileOptOut(fresh.world, { vendors: [vendorId], purposes: ['research'] });
    await chaseVendorNotices(fresh.world);
    const { id } = await db().vendorNotice.findFirstOrThrow({ where: { vendorId, optOutId } });
    fresh.clock.advance(1_000);
    await withdrawOptOut(fresh.world, optOutId);
    expect(await ends(optOutId)).toBe(0);
    await sendWebhook(fresh.world, { deliveryId: (await newest(id)).id });
    expect(await newest(id)).toMatchObject({ tries: 0, sentAt: null });
  });
});

describe('a long silence', () => {
  it('is mailed to each officer, also what escalates hours after a mail, and what a run found that died', async () => {
    const { world, clock } = fresh;
    const mails = () => db().notice.count({ where: { kind: 'vendorSilent' } });
    const officers = await db().user.count({ where: { role: 'privacyOfficer', disabledAt: null } });
    const first = await waiting('silent-1');
    await mail(first.letterId);
    clock.advance(hours(5));
    const second = await waiting('silent-2');
    await mail(second.letterId);
    clock.advance(hours(30 * 24 - 5));
    await chaseVendorNotices(world);
    expect((await one(first.id)).escalatedAt).not.toBeNull();
    const before = await mails();
    clock.advance(hours(5));
    await chaseVendorNotices(world);
    expect((await one(second.id)).escalatedAt).toEqual(clock.now());
    expect(await mails()).toBe(before);
    clock.advance(hours(20));
    await chaseVendorNotices(world);
    await chaseVendorNotices(world);
    expect(await mails()).toBe(before + officers);

    clock.advance(hours(25));
    await chaseVendorNotices(world);
    expect(await mails()).toBe(before + officers);
    // As a run leaves it that was killed before it wrote the mail.
    const killed = await waiting('silent-3');
    await db().vendorNotice.update({ where: { id: killed.id }, data: { escalatedAt: clock.now() } });
    clock.advance(1_000);
    await chaseVendorNotices(world);
    expect(await mails()).toBe(before + 2 * officers);
  });

  it('of an end is over once the company has it', async () => {
    const { world, clock } = fresh;
    const { optOutId, letterId } = await waiting('late-word');
    await mail(letterId);
    clock.advance(1_000);
    await withdrawOptOut(world, optOutId);
    const { id } = await db().vendorNotice.findFirstOrThrow({ where: { optOutId, kind: 'ended' } });
    clock.advance(hours(31 * 24));
    await chaseVendorNotices(world);
    const { escalated } = await vendorNoticeCounts(db());
    clock.advance(1_000);
    expect(await acknowledge(world, id, byStaff(dana))).toEqual({ ok: true });
    expect(stateOfVendorNotice(await one(id))).toBe('answered');
    expect((await vendorNoticeCounts(db())).escalated).toBe(escalated - 1);
  });
});

describe('where a notice stands', () => {
  it('is the same in the lists and by its row, whatever happened to it, in whatever order', async () => {
    const { world, clock } = fresh;
    const { vendorId, id } = await waiting('everything');
    const { patientId, requestId } = await one(id);
    const day = (n: number) => new Date(clock.now().getTime() + n * 1_000);
    const orNot = <T>(value: T) => [null, value];
    const rows = vendorNoticeKinds.flatMap((kind) =>
      orNot(day(1)).flatMap((sentAt) =>
        orNot(day(2)).flatMap((failedAt) =>
          [null, day(3), day(5)].flatMap((acknowledgedAt) =>
            orNot(day(4)).flatMap((escalatedAt) =>
              orNot(day(6)).flatMap((answeredAt) =>
                orNot(day(7)).map((closedAt) => ({
                  ...{ kind, sentAt, failedAt, acknowledgedAt, escalatedAt, answeredAt, closedAt },
                })),
              ),
            ),
          ),
        ),
      ),
    );
    await db().vendorNotice.createMany({
      data: rows.map((row, at) => ({
        ...row,
        ...{ id: newRowId(clock.now()), reference: `VN-T${at}`, ground: 'named' as const },
        ...{ vendorId, patientId, requestId, owedAt: day(-1 - at) },
      })),
    });
    const seen = new Map<string, string[]>();
    for (const state of vendorNoticeStates)
      for (let after: string | null = null; ;) {
        const { notices, next } = await vendorNoticePage(world.db, { state, after });
        for (const notice of notices) {
          seen.set(notice.id, [...(seen.get(notice.id) ?? []), state]);
          expect(stateOfVendorNotice(notice)).toBe(state);
        }
        if (!next) break;
        after = next;
      }
    expect([...seen.values()].every((states) => states.length === 1)).toBe(true);
    expect(seen.size).toBe(await db().vendorNotice.count());
  });
});
