import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { markDead, markSent } from './deliveries.server.ts';
import { holdNotice } from './locking.server.ts';

/** Why the letter of a delivery goes no more: as `sendWebhook`, before each try. Null where it goes. */
export function whyLetterStays(
  { db }: World,
  letterId: string,
): Promise<'noticeClosed' | 'channelEnded' | null> {
  return inTransaction(db, async (tx) => {
    await holdNotice(tx, { letterId });
    const delivery = await tx.vendorDelivery.findUnique({
      where: { letterId },
      select: { notice: { select: { closedAt: true } }, channel: { select: { endedAt: true } } },
    });
    if (delivery?.notice.closedAt) return 'noticeClosed';
    return delivery?.channel.endedAt ? 'channelEnded' : null;
  });
}

/** The letter of a delivery was taken by the mail server. Does nothing where the letter is of another kind. */
export async function letterOfNoticeSent(tx: Tx, letterId: string, at: Date): Promise<void> {
  const delivery = await tx.vendorDelivery.findUnique({ where: { letterId }, select: { id: true } });
  if (delivery) await markSent(tx, { deliveryId: delivery.id, at });
}

/** The letter of a delivery was given up. */
export async function letterOfNoticeDied(
  tx: Tx,
  letterId: string,
  { failure, at }: { failure: string; at: Date },
): Promise<void> {
  const delivery = await tx.vendorDelivery.findUnique({
    where: { letterId },
    select: { id: true, notice: { select: { closedAt: true } } },
  });
  if (!delivery) return;
  if (delivery.notice.closedAt === null) await markDead(tx, { deliveryId: delivery.id, failure, at });
  // Of a closed notice nothing more is asked, and nothing has failed.
  else
    await tx.vendorDelivery.updateMany({
      where: { id: delivery.id, sentAt: null, deadAt: null },
      data: { deadAt: at, failure },
    });
}
