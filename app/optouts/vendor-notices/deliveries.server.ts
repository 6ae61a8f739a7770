import { plainview } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditEventType } from '#app/audit/events.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { enqueue, inTransaction, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { oweLetter } from '#app/notices/owe.server.ts';
import { openSecrets } from '#app/vendors/channels.server.ts';
import { defaultLocale } from '#app/words/locales.ts';
import { contentOfNotice, type NoticeContent } from './content.server.ts';
import { postWebhook, type WebhookFailure } from './post-webhook.server.ts';

/** A link outlives the last reminder of the default schedule. */
const linkLife = 45 * 24 * 3_600_000;

/** As mail: about two days, with longer waits each time (app/mail/dead-letters.server.ts). */
const mostTries = 17;

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

/** Locks the notice of a delivery, or of a letter, until the transaction ends. */
async function holdNotice(
  tx: Tx,
  { id = null, letterId = null }: { id?: string | null; letterId?: string | null },
) {
  await tx.$queryRaw`
    select 1 as held from vendor_notice
     where id = (select notice_id from vendor_delivery where id = ${id}::uuid or letter_id = ${letterId}::uuid) for update`;
}

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
  await tx.$queryRaw`select 1 as held from vendor_notice where id = ${noticeId}::uuid for update`;
  const { closedAt, vendorId } = await tx.vendorNotice.findUniqueOrThrow({
    where: { id: noticeId },
    select: { closedAt: true, vendorId: true },
  });
  if (closedAt === null && (await beginDelivery(tx, world, { noticeId, vendorId, now })))
    await tx.vendorNotice.update({ where: { id: noticeId }, data: { failedAt: null }, select: { id: true } });
}

/** The message as JSON. Its words are a contract with vendors: add to them, and rename nothing. */
function webhookBody(
  content: NoticeContent,
  { facility, answerAt, madeAt }: { facility: string; answerAt: string; madeAt: Date },
): string {
  const { reference, kind, purposes, coversDeidentified, from, until, identifiers, studyUids } = content;
  return JSON.stringify({
    type: `images.${kind}`,
    timestamp: madeAt.toISOString(),
    data: {
      reference,
      facility,
      purposes,
      coversDeidentified,
      from: from.toISOString(),
      ...(until ? { until: until.toISOString() } : {}),
      patientIdentifiers: identifiers,
      studyUids,
      answerAt,
    },
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

async function markSent(tx: Tx, { deliveryId, at }: { deliveryId: string; at: Date }): Promise<void> {
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
  await tell(tx, { noticeId, event: 'sent', type: 'vendorNotice.sent', at });
}

/** @returns false: it was handed over or given up before */
async function markDead(
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
  await tell(tx, { noticeId, event: 'gaveUp', type: 'vendorNotice.gaveUp', at, after: { failure } });
  return true;
}

/** Writes what happened to a notice into its own history and into the audit trail, by Plainview itself. */
async function tell(
  tx: Tx,
  told: {
    noticeId: string;
    event: 'sent' | 'gaveUp';
    type: AuditEventType;
    at: Date;
    after?: { failure: string };
  },
): Promise<void> {
  const { noticeId, event, type, at, after } = told;
  await tx.vendorNoticeEvent.create({
    data: { id: newRowId(at), noticeId, type: event, at },
    select: { id: true },
  });
  const { patientId, requestId, reference, vendorId } = await tx.vendorNotice.findUniqueOrThrow({
    where: { id: noticeId },
    select: { patientId: true, requestId: true, reference: true, vendorId: true },
  });
  await appendEvent(tx, {
    type,
    actor: plainview,
    at,
    subject: { kind: 'vendorNotice', id: noticeId },
    patientId,
    requestId,
    after: { reference, vendorId, ...after },
    visibleToPatient: false,
  });
}
