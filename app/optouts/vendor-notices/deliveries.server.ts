import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { enqueue, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { oweLetter } from '#app/notices/owe.server.ts';
import { defaultLocale } from '#app/words/locales.ts';
import { writeHappening } from './happenings.server.ts';
import { lockNotice } from './locking.server.ts';
import type { WebhookFailure } from './post-webhook.server.ts';

/** A link outlives the last reminder of the default schedule. */
const linkLife = 45 * 24 * 3_600_000;

/**
 * Begins to hand a notice over by the vendor's channel, with a link of its own, in the caller's transaction, which has locked the notice.
 * @returns whether there was a channel
 */
export async function beginDelivery(
  tx: Tx,
  { keys }: Pick<World, 'keys'>,
  { noticeId, vendorId, now }: { noticeId: string; vendorId: string; now: Date },
): Promise<boolean> {
  const channel = await tx.vendorChannel.findFirst({
    where: { vendorId, endedAt: null },
    select: { id: true, kind: true, target: true },
  });
  if (!channel) return false;
  const id = newRowId(now);
  const token = newSecret();
  const isMail = channel.kind === 'mail';
  const letterId = isMail
    ? await oweLetter(tx, keys, {
        kind: 'vendorNotice',
        address: channel.target,
        locale: defaultLocale,
        code: token,
        now,
      })
    : null;
  await tx.vendorDelivery.create({
    data: {
      id,
      noticeId,
      channelId: channel.id,
      tokenHash: sha256Hex(token),
      tokenSealed: isMail ? null : seal(keys, token, boundTo('vendor_delivery', id)),
      madeAt: now,
      expiresAt: new Date(now.getTime() + linkLife),
      letterId,
    },
    select: { id: true },
  });
  if (!isMail) await enqueue(tx, 'send-webhook', { deliveryId: id }, `webhook:${id}`);
  return true;
}

/** The way that a delivery was to take was replaced, and it was given up: a new one begins by what took its place. */
export async function goOtherWay(
  tx: Tx,
  world: Pick<World, 'keys'>,
  { now, ...which }: { now: Date } & ({ deliveryId: string } | { letterId: string }),
): Promise<void> {
  const { noticeId } = await tx.vendorDelivery.findUniqueOrThrow({
    where: 'letterId' in which ? which : { id: which.deliveryId },
    select: { noticeId: true },
  });
  const notice = await lockNotice(tx, noticeId);
  if (!notice || notice.closedAt) return;
  if (await beginDelivery(tx, world, { noticeId, vendorId: notice.vendorId, now }))
    await tx.vendorNotice.update({ where: { id: noticeId }, data: { failedAt: null }, select: { id: true } });
}

/** A delivery was handed over, once, whoever says so twice. */
export async function markSent(tx: Tx, { deliveryId, at }: { deliveryId: string; at: Date }): Promise<void> {
  const { count } = await tx.vendorDelivery.updateMany({
    where: { id: deliveryId, sentAt: null },
    data: { sentAt: at, failure: null, deadAt: null, tokenSealed: null },
  });
  if (count === 0) return;
  const { noticeId } = await tx.vendorDelivery.findUniqueOrThrow({
    where: { id: deliveryId },
    select: { noticeId: true },
  });
  await tx.vendorNotice.updateMany({ where: { id: noticeId, sentAt: null }, data: { sentAt: at } });
  await tx.vendorNotice.updateMany({ where: { id: noticeId }, data: { failedAt: null } });
  await writeHappening(tx, { id: noticeId, notice: await namedNotice(tx, noticeId) }, { event: 'sent', at });
}

/** A delivery was given up. @returns false: it was handed over or given up before */
export async function markDead(
  tx: Tx,
  { deliveryId, failure, at }: { deliveryId: string; failure: WebhookFailure | string; at: Date },
): Promise<boolean> {
  const { count } = await tx.vendorDelivery.updateMany({
    where: { id: deliveryId, sentAt: null, deadAt: null },
    data: { deadAt: at, failure, tokenSealed: null },
  });
  if (count === 0) return false;
  const { noticeId } = await tx.vendorDelivery.findUniqueOrThrow({
    where: { id: deliveryId },
    select: { noticeId: true },
  });
  await tx.vendorNotice.updateMany({ where: { id: noticeId }, data: { failedAt: at } });
  await writeHappening(
    tx,
    { id: noticeId, notice: await namedNotice(tx, noticeId) },
    { event: 'gaveUp', at, failure },
  );
  return true;
}

function namedNotice(tx: Tx, id: string) {
  return tx.vendorNotice.findUniqueOrThrow({
    where: { id },
    select: { patientId: true, requestId: true, reference: true, vendorId: true },
  });
}
