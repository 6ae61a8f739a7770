import type { Person } from '#app/audit/actor.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { newSecret, sha256Hex } from '#app/crypto/tokens.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { byStaff, takeAnswer } from '#app/optouts/vendor-notices/answers.server.ts';
import { setChannel } from '#app/vendors/channels.server.ts';
import { localDate } from '#app/words/dates.ts';
import { smallPdf } from './small-files.ts';

/** A link to a notice as a delivery makes it, whose secret is known here. */
export async function linkTo({ db, keys, clock }: World, noticeId: string): Promise<string> {
  const now = clock();
  const token = newSecret();
  const id = newRowId(now);
  const { vendorId } = await db.vendorNotice.findUniqueOrThrow({ where: { id: noticeId } });
  const channel = await db.vendorChannel.findFirstOrThrow({ where: { vendorId, endedAt: null } });
  await db.vendorDelivery.create({
    data: {
      ...{ id, noticeId, channelId: channel.id, tokenHash: sha256Hex(token), madeAt: now, sentAt: now },
      tokenSealed: seal(keys, token, boundTo('vendor_delivery', id)),
      expiresAt: new Date(now.getTime() + 45 * 24 * 3_600_000),
    },
  });
  return token;
}

/** A company that is told by email, and its answer with a document to one "no", as staff wrote it down; with a link made before. */
export async function answeredNotice(
  world: World,
  { vendorId, optOutId, by }: { vendorId: string; optOutId: string; by: Person },
): Promise<{ noticeId: string; proofId: string; token: string }> {
  const set = await setChannel(world, {
    ...{ vendorId, kind: 'mail', target: 'privacy@umbra.example', reason: 'Their letter', actor: by },
  });
  if (!set.ok) throw new Error(set.refusal);
  const { id: noticeId } = await world.db.vendorNotice.findFirstOrThrow({
    where: { vendorId, optOutId, kind: 'stop' },
  });
  const token = await linkTo(world, noticeId);
  const taken = await takeAnswer(world, noticeId, byStaff(by), {
    deeds: ['stopped'],
    sinceOn: localDate(world.clock(), 'America/New_York'),
    text: 'Stopped for good',
    proof: { fileName: 'log.pdf', mediaType: 'application/pdf', bytes: smallPdf },
  });
  if (!taken.ok) throw new Error(taken.refusal);
  const { id: proofId } = await world.db.vendorProof.findFirstOrThrow({ select: { id: true } });
  return { noticeId, proofId, token };
}

/** A company in the register, with no address, no agreement and no images. */
export async function addCompany({ db, clock }: World, slug: string): Promise<string> {
  const { id } = await db.vendor.create({
    data: { slug, name: slug, relationship: 'other', createdAt: clock() },
  });
  return id;
}

/** It is told by email from now on. */
export async function addChannel(world: World, vendorId: string, actor: Person): Promise<void> {
  const { slug } = await world.db.vendor.findUniqueOrThrow({ where: { id: vendorId } });
  const target = `privacy@${slug}.example`;
  const set = await setChannel(world, { vendorId, kind: 'mail', target, reason: 'Their letter', actor });
  if (!set.ok) throw new Error(set.refusal);
}

/** The ledger learns now that images went to a company. */
export async function sentImages(
  { db, clock }: World,
  sent: { patientId: string; vendorId: string; studyUid: string; anonymized?: boolean },
): Promise<void> {
  await db.disclosure.create({
    data: {
      ...{ anonymized: false, ...sent, occurredAt: clock(), recordedAt: clock(), sopClassUids: [] },
      ...{ modality: 'CT', instanceCount: 1, destination: 'THEIR_AE' },
      ...{ legallyRequired: false, exclusionReason: 'treatmentPaymentOperations' },
    },
    select: { id: true },
  });
}
