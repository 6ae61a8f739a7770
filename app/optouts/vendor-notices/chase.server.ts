import { plainview } from '#app/audit/actor.ts';
import { enqueue, inTransaction, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { countedAsks } from '../counted-asks.server.ts';
import { beginDelivery } from './deliveries.server.ts';
import { completeShort } from './complete.server.ts';
import { writeHappening } from './happenings.server.ts';
import { oweToLateHolders } from './late.server.ts';
import { lockNotice } from './locking.server.ts';
import { oweEnd } from './owe.server.ts';
import { isAwaited } from './reading.server.ts';
import { tellEndsOfYes } from './yes.server.ts';
import { chaseDue, noticeInstants, type ChaseSchedule, type NoticeInstants } from './states.ts';

const atOnce = 200;
/** Far above what one try takes. */
const forgottenAfter = 5 * 60_000;
/** A look at all of the ledger takes seconds, and is one of the night (`catchUpLate`). */
const aLook = 2 * 24 * 3_600_000;
/** A heap of silent vendors is one mail. */
const oneMailFor = 24 * 3_600_000;

/**
 * Tells of each "no" and each "yes" that has ended by itself, owes each "no" in force to those of whose images the ledger learnt later, hands over what is
 * owed to vendors that have a channel, asks those that are silent again, tells officers of a long silence, completes what went out short,
 * and queues anew what lost its job. Running it twice, or days late, makes
 * nothing twice.
 */
export async function chaseVendorNotices(world: World): Promise<void> {
  await tellEnds(world);
  const since = new Date(world.clock().getTime() - aLook);
  await tellEndsOfYes(world, since);
  await oweToLateHolders(world, since);
  await handOver(world);
  await chaseSilent(world, await settingNow(world.db, 'vendorNotices'));
  await inTransaction(world.db, (tx) => tellOfficers(tx, world.clock()));
  await completeShort(world, since);
  await requeueForgotten(world);
}

/** The same look at all that the ledger knows: what a worker that stood still for days missed, and what a statement hid until now. */
export async function catchUpLate(world: World): Promise<void> {
  await tellEndsOfYes(world, null);
  await oweToLateHolders(world, null);
  await completeShort(world, null);
}

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

async function chaseSilent(world: World, schedule: ChaseSchedule): Promise<void> {
  const { db } = world;
  for (let after: string | null = null; ;) {
    const open: (NoticeInstants & { id: string })[] = await db.vendorNotice.findMany({
      where: {
        AND: isAwaited,
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
      await inTransaction(db, (tx) => chaseOne(tx, world, id, schedule));
    }
    if (open.length < atOnce) break;
    after = open.at(-1)?.id ?? null;
  }
}

async function chaseOne(tx: Tx, world: World, id: string, schedule: ChaseSchedule): Promise<void> {
  const now = world.clock();
  const notice = await lockNotice(tx, id);
  if (!notice) return;
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
  if (!escalate) return;
  await tx.vendorNotice.update({ where: { id }, data: { escalatedAt: now }, select: { id: true } });
  await writeHappening(tx, { id, notice }, { event: 'escalated', at: now });
}

/**
 * Tells each officer of open notices of whose silence nobody wrote to them yet, whatever run found it: what escalates within a day of a mail
 * is in the next one.
 */
async function tellOfficers(tx: Tx, now: Date): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtext('silent vendors by mail'))`;
  const { _max } = await tx.vendorNotice.aggregate({ where: isAwaited, _max: { escalatedAt: true } });
  if (_max.escalatedAt === null) return;
  const wasTold = { gt: new Date(now.getTime() - oneMailFor) };
  const officers = await tx.user.findMany({
    where: {
      role: 'privacyOfficer',
      disabledAt: null,
      notices: {
        none: { kind: 'vendorSilent', OR: [{ owedAt: wasTold }, { owedAt: { gte: _max.escalatedAt } }] },
      },
    },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  for (const { id: userId } of officers) await oweNotice(tx, { kind: 'vendorSilent', userId, now });
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
