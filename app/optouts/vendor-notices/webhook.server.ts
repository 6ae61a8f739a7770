import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { openSecrets } from '#app/vendors/channels.server.ts';
import { contentOfNotice, type NoticeContent } from './content.server.ts';
import { goOtherWay, markDead, markSent } from './deliveries.server.ts';
import { holdNotice } from './locking.server.ts';
import { postWebhook } from './post-webhook.server.ts';

/** As mail: about two days, with longer waits each time (app/mail/dead-letters.server.ts). */
const mostTries = 17;

/** What the queue keeps and logs of a try that failed. */
class NotTaken extends Error {
  override name = 'NotTaken';
}

/**
 * Posts one delivery, at least once: a crash between the answer and the mark makes it go out again, under the same id. One that was handed
 * over or given up, or whose notice was closed meanwhile, is left alone.
 * @throws when it was not taken and is to be tried again: the queue waits, longer each time
 */
export async function sendWebhook(world: World, { deliveryId }: { deliveryId: string }): Promise<void> {
  const { db, keys, webhooks } = world;
  const at = world.clock();
  if (!(await beginTry(world, { deliveryId, at }))) return;
  const row = await db.vendorDelivery.findUniqueOrThrow({
    where: { id: deliveryId },
    select: {
      tries: true,
      tokenSealed: true,
      madeAt: true,
      noticeId: true,
      channel: { select: { target: true, vendorId: true, endedAt: true } },
    },
  });
  if (row.channel.endedAt !== null)
    return inTransaction(db, async (tx) => {
      const now = world.clock();
      if (await markDead(tx, { deliveryId, failure: 'channelEnded', at: now }))
        await goOtherWay(tx, world, { deliveryId, now });
    });
  const token = open(keys, row.tokenSealed ?? '', boundTo('vendor_delivery', deliveryId)).toString();
  const content = await contentOfNotice(db, row.noticeId, at);
  const { name } = await theFacility(db);
  const body = webhookBody(content, {
    facility: name,
    answerAt: new URL(`/notices/${token}`, world.appOrigin).href,
    madeAt: row.madeAt,
  });
  const posted = await postWebhook(
    {
      url: row.channel.target,
      secrets: await openSecrets(world, row.channel.vendorId, 'signing'),
      message: { id: deliveryId, body },
      at,
    },
    webhooks ?? null,
  );
  if (posted.ok) return inTransaction(db, (tx) => markSent(tx, { deliveryId, at: world.clock() }));
  if (posted.permanent || row.tries >= mostTries)
    return inTransaction(db, async (tx) => {
      await markDead(tx, { deliveryId, failure: posted.failure, at: world.clock() });
    });
  await db.vendorDelivery.updateMany({
    where: { id: deliveryId, sentAt: null, deadAt: null },
    data: { failure: posted.failure },
  });
  throw new NotTaken(posted.failure);
}

/** Counts a try. With the notice held: whoever closes it at the same moment sees the try, or the try sees that it is closed. */
function beginTry({ db }: World, { deliveryId, at }: { deliveryId: string; at: Date }): Promise<boolean> {
  return inTransaction(db, async (tx) => {
    await holdNotice(tx, { id: deliveryId });
    const { count } = await tx.vendorDelivery.updateMany({
      where: {
        id: deliveryId,
        sentAt: null,
        deadAt: null,
        tokenSealed: { not: null },
        notice: { closedAt: null },
      },
      data: { tries: { increment: 1 }, triedAt: at },
    });
    return count > 0;
  });
}

/** The message as JSON. Its words are a contract with vendors: add to them, and rename nothing. */
function webhookBody(
  content: NoticeContent,
  { facility, answerAt, madeAt }: { facility: string; answerAt: string; madeAt: Date },
): string {
  const {
    reference,
    kind,
    purposes,
    stillPurposes,
    coversDeidentified,
    from,
    until,
    identifiers,
    studyUids,
  } = content;
  return JSON.stringify({
    type: `images.${kind}`,
    timestamp: madeAt.toISOString(),
    data: {
      reference,
      facility,
      purposes,
      ...(kind === 'narrowed' ? { stillPurposes } : {}),
      coversDeidentified,
      from: from.toISOString(),
      ...(until ? { until: until.toISOString() } : {}),
      patientIdentifiers: identifiers,
      studyUids,
      answerAt,
    },
  });
}
