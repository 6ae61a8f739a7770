import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import { countingAsks } from '../cohort-rows.ts';
import { contentOfNotice } from './content.server.ts';
import { beginDelivery } from './deliveries.server.ts';
import { oweEnd } from './owe.server.ts';
import { noticeInstants } from './reading.server.ts';
import { chaseDue, type ChaseSchedule, type NoticeInstants } from './states.ts';

const atOnce = 200;
/** Far above what one try takes. */
const forgottenAfter = 5 * 60_000;
/** A heap of silent vendors is one mail. */
const oneMailFor = 24 * 3_600_000;

/**
 * Tells of each "no" that has ended by itself, hands over what is owed to vendors that have a channel, asks those that are silent again, tells
 * officers of a long silence, completes what went out short, and queues anew what lost its job. Running it twice, or days late, makes
 * nothing twice.
 */
export async function chaseVendorNotices(world: World): Promise<void> {
  await tellEnds(world);
  await handOver(world);
  await chaseSilent(world, await settingNow(world.db, 'vendorNotices'));
  await completeShort(world);
  await requeueForgotten(world);
}

// eslint-disable-next-line no-restricted-syntax -- text of ours, with no value in it
const countedAsks = Prisma.raw(countingAsks('o'));

/** A "no" whose time is over asks nothing more of anybody. */
async function tellEnds(world: World): Promise<void> {
  const { db } = world;
  const now = world.clock();
  const ended = await db.$queryRaw<{ id: string; patientId: string; requestId: string }[]>`
    select o.id::text as id, o.patient_id::text as "patientId", o.request_id::text as "requestId"
      from opt_out o
     where o.id in (select early.opt_out_id from opt_out_ask early where early.ends_at <= ${now})
       and exists (select ${countedAsks} and ask.ends_at <= ${now})
       and exists (select from vendor_notice n where n.opt_out_id = o.id and n.kind = 'stop' and n.closed_at is null)
     order by o.id limit ${atOnce}`;
  for (const { id, ...of } of ended)
    await inTransaction(db, (tx) => oweEnd(tx, { actor: plainview, ...of, now }, id));
}

async function handOver(world: World): Promise<void> {
  const { db } = world;
  // One without a way to it waits until it has one, which has what is owed handed over.
  const reachable = await db.vendorChannel.findMany({ where: { endedAt: null }, select: { vendorId: true } });
  for (let after: string | null = null; ;) {
    const owed: { id: string }[] = await db.vendorNotice.findMany({
      where: {
        vendorId: { in: reachable.map(({ vendorId }) => vendorId) },
        sentAt: null,
        closedAt: null,
        deliveries: { none: {} },
        ...(after ? { id: { gt: after } } : {}),
      },
      orderBy: { id: 'asc' },
      take: atOnce,
      select: { id: true },
    });
    for (const { id } of owed)
      await inTransaction(db, async (tx) => {
        const notice = await lockNotice(tx, id);
        if (!notice || notice.closedAt || notice._count.deliveries > 0) return;
        await beginDelivery(tx, world, { noticeId: id, vendorId: notice.vendorId, now: world.clock() });
      });
    if (owed.length < atOnce) return;
    after = owed.at(-1)?.id ?? null;
  }
}

/** A notice with its row locked until the transaction ends; null where there is none. */
export async function lockNotice(tx: Tx, id: string) {
  await tx.$queryRaw`select 1 as held from vendor_notice where id = ${id}::uuid for update`;
  return tx.vendorNotice.findUnique({
    where: { id },
    select: {
      reference: true,
      kind: true,
      vendorId: true,
      patientId: true,
      requestId: true,
      owedAt: true,
      sentAt: true,
      failedAt: true,
      acknowledgedAt: true,
      answeredAt: true,
      reminders: true,
      escalatedAt: true,
      closedAt: true,
      _count: { select: { deliveries: true } },
    },
  });
}

async function chaseSilent(world: World, schedule: ChaseSchedule): Promise<void> {
  const { db } = world;
  let escalated = 0;
  for (let after: string | null = null; ;) {
    const open: (NoticeInstants & { id: string })[] = await db.vendorNotice.findMany({
      where: {
        closedAt: null,
        answeredAt: null,
        OR: [{ escalatedAt: null }, { reminders: { lt: schedule.remindAfter.length } }],
        ...(after ? { id: { gt: after } } : {}),
      },
      orderBy: { id: 'asc' },
      take: atOnce,
      select: { ...noticeInstants, id: true },
    });
    for (const { id, ...notice } of open) {
      const { remindTo, escalate } = chaseDue(notice, schedule, world.clock());
      if (remindTo === null && !escalate) continue;
      escalated += Number(await inTransaction(db, (tx) => chaseOne(tx, world, id, schedule)));
    }
    if (open.length < atOnce) break;
    after = open.at(-1)?.id ?? null;
  }
  if (escalated > 0) await inTransaction(db, (tx) => tellOfficers(tx, world.clock()));
}

/** @returns whether an officer is to be told */
async function chaseOne(tx: Tx, world: World, id: string, schedule: ChaseSchedule): Promise<boolean> {
  const now = world.clock();
  const notice = await lockNotice(tx, id);
  if (!notice) return false;
  const { remindTo, escalate } = chaseDue(notice, schedule, now);
  if (
    remindTo !== null &&
    (await beginDelivery(tx, world, { noticeId: id, vendorId: notice.vendorId, now }))
  ) {
    await tx.vendorNotice.update({ where: { id }, data: { reminders: remindTo }, select: { id: true } });
    await tx.vendorNoticeEvent.create({
      data: { id: newRowId(now), noticeId: id, type: 'reminded', at: now },
      select: { id: true },
    });
  }
  if (!escalate) return false;
  await tx.vendorNotice.update({ where: { id }, data: { escalatedAt: now }, select: { id: true } });
  await tx.vendorNoticeEvent.create({
    data: { id: newRowId(now), noticeId: id, type: 'escalated', at: now },
    select: { id: true },
  });
  const { reference, vendorId, patientId, requestId } = notice;
  await appendEvent(tx, {
    type: 'vendorNotice.escalated',
    actor: plainview,
    at: now,
    subject: { kind: 'vendorNotice', id },
    patientId,
    requestId,
    after: { reference, vendorId },
    visibleToPatient: false,
  });
  return true;
}

async function tellOfficers(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('silent vendors by mail'))`;
  const officers = await tx.user.findMany({
    where: {
      role: 'privacyOfficer',
      disabledAt: null,
      notices: { none: { kind: 'vendorSilent', owedAt: { gt: new Date(now.getTime() - oneMailFor) } } },
    },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  for (const { id: userId } of officers) await oweNotice(tx, { kind: 'vendorSilent', userId, now });
}

/**
 * What went out while an agency's statement hid what the vendor has (45 CFR 164.528(a)(2)) goes out again, whole, once that has ended. It does
 * not say why: that there was a statement stays between the agency and the facility.
 */
async function completeShort(world: World): Promise<void> {
  for (const id of await shortNotices(world.db, world.clock(), null))
    await inTransaction(world.db, async (tx) => {
      const now = world.clock();
      const notice = await lockNotice(tx, id);
      if (!notice || (await shortNotices(tx, now, id)).length === 0) return;
      const { identifiers, studyUids } = await contentOfNotice(tx, id, now);
      if (identifiers.length + studyUids.length === 0) return;
      if (!(await beginDelivery(tx, world, { noticeId: id, vendorId: notice.vendorId, now }))) return;
      await tx.vendorNoticeEvent.create({
        data: { id: newRowId(now), noticeId: id, type: 'sentAgain', at: now },
        select: { id: true },
      });
      const { reference, vendorId, patientId, requestId } = notice;
      await appendEvent(tx, {
        type: 'vendorNotice.sentAgain',
        actor: plainview,
        at: now,
        subject: { kind: 'vendorNotice', id },
        patientId,
        requestId,
        after: { reference, vendorId },
        visibleToPatient: false,
      });
    });
}

/** Open notices handed over during a statement that has ended, and not since. @param only null: all of them */
async function shortNotices(db: Db | Tx, now: Date, only: string | null): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string; patientId: string; hiddenId: string }[]>`
    select n.id::text, n.patient_id::text as "patientId", s.patient_id::text as "hiddenId"
      from vendor_notice n join accounting_suspension s on s.vendor_id = n.vendor_id
     where n.closed_at is null and (${only}::uuid is null or n.id = ${only}::uuid)
       and least(s.ended_at, s.hidden_until) <= ${now}
       and exists (select 1 from vendor_delivery d where d.notice_id = n.id
                      and d.sent_at >= s.recorded_at and d.sent_at < least(s.ended_at, s.hidden_until))
       and not exists (select 1 from vendor_delivery d where d.notice_id = n.id
                          and (d.made_at >= least(s.ended_at, s.hidden_until) or d.sent_at >= least(s.ended_at, s.hidden_until)
                               or (d.sent_at is null and d.dead_at is null)))
     order by n.id`;
  const groups = await recordGroups(
    db,
    rows.map(({ patientId }) => patientId),
  );
  const short = rows.filter(({ patientId, hiddenId }) => groups.get(patientId)?.includes(hiddenId));
  return [...new Set(short.map(({ id }) => id))];
}

/** A webhook that waits and has no job that will run: used up by crashes, or lost with a restored queue. */
async function requeueForgotten(world: World): Promise<void> {
  const forgotten = await world.db.$queryRaw<{ id: string }[]>`
    select d.id::text from vendor_delivery d join vendor_notice n on n.id = d.notice_id
     where d.sent_at is null and d.dead_at is null and d.token_sealed is not null and n.closed_at is null
       and d.made_at < ${new Date(world.clock().getTime() - forgottenAfter)}
       and not exists (select 1 from graphile_worker.jobs where key = 'webhook:' || d.id)
     order by d.id limit ${atOnce}`;
  if (forgotten.length === 0) return;
  await inTransaction(world.db, async (tx) => {
    for (const { id } of forgotten) await enqueue(tx, 'send-webhook', { deliveryId: id }, `webhook:${id}`);
  });
}
