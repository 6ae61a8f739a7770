import type { Actor, Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDate } from '#app/words/dates.ts';
import { firstSentTo } from './content.server.ts';
import { beginDelivery } from './deliveries.server.ts';
import { writeHappening } from './happenings.server.ts';
import { lockNotice, type LockedNotice } from './locking.server.ts';
import { judgeAnswer, type AnswerRefusal, type VendorDeed } from './states.ts';

export interface GivenAnswer {
  deeds: VendorDeed[];
  /** Facility-local date. */
  sinceOn: string | null;
  text: string;
  proof: { fileName: string; mediaType: string; bytes: Uint8Array } | null;
}

/** Who says it: the vendor itself by its link, or somebody of the facility who heard it on paper or by phone. */
export interface Teller {
  actor: Actor;
  /** Of somebody of the facility. */
  byId: string | null;
  /** When the link was made that it comes by; null for what staff write down. */
  linkMadeAt: Date | null;
}

export const byStaff = (actor: Person): Teller => ({ actor, byId: actor.id, linkMadeAt: null });

export type TellRefusal = 'gone' | 'closed' | 'linkUsed';

/** The vendor has it. Said twice, it is written once. */
export function acknowledge(
  world: World,
  noticeId: string,
  teller: Teller,
): Promise<{ ok: true } | { ok: false; refusal: TellRefusal }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    const refusal = mayTell(notice, teller);
    if (refusal || !notice) return { ok: false, refusal: refusal ?? 'gone' };
    if (notice.acknowledgedAt) return { ok: true };
    await tx.vendorNotice.update({
      where: { id: noticeId },
      data: { acknowledgedAt: now },
      select: { id: true },
    });
    await writeHappening(tx, { id: noticeId, notice }, { event: 'acknowledged', at: now, by: teller });
    return { ok: true };
  });
}

/** The vendor opened its page with its code: the notice reached a person there. */
export function noteOpened(world: World, noticeId: string, teller: Teller): Promise<void> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    const before = await tx.vendorNoticeEvent.count({ where: { noticeId, type: 'opened' } });
    if (!notice || before > 0) return;
    await writeHappening(tx, { id: noticeId, notice }, { event: 'opened', at: now, by: teller });
  });
}

/**
 * What the vendor says that it did. Each answer is kept beside the ones before. A link takes one; another one needs a link that was made
 * after it.
 */
export async function takeAnswer(
  world: World,
  noticeId: string,
  teller: Teller,
  { deeds, sinceOn, text, proof }: GivenAnswer,
): Promise<{ ok: true } | { ok: false; refusal: TellRefusal | AnswerRefusal }> {
  const now = world.clock();
  const { timeZone } = await theFacility(world.db);
  return inTransaction(world.db, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    const refusal = mayTell(notice, teller);
    if (refusal || !notice) return { ok: false, refusal: refusal ?? 'gone' };
    const earliest = (await firstSentTo(tx, notice, now)) ?? notice.owedAt;
    const wrong = judgeAnswer(
      { deeds, sinceOn, text, hasProof: proof !== null },
      { earliestOn: localDate(earliest, timeZone), today: localDate(now, timeZone) },
    );
    if (wrong) return { ok: false, refusal: wrong };
    await tx.vendorNotice.update({
      where: { id: noticeId },
      data: { answeredAt: now, ...(notice.acknowledgedAt ? {} : { acknowledgedAt: now }) },
      select: { id: true },
    });
    const eventId = await writeHappening(
      tx,
      { id: noticeId, notice },
      {
        event: 'answered',
        at: now,
        by: teller,
        answer: {
          deeds,
          sinceOn,
          textSealed: (id) =>
            text === '' ? null : seal(world.keys, text, boundTo('vendor_notice_event', id)),
        },
      },
    );
    if (proof) await keepProof(tx, world, eventId, proof, now);
    return { ok: true };
  });
}

async function keepProof(
  tx: Tx,
  { keys }: Pick<World, 'keys'>,
  eventId: string,
  { fileName, mediaType, bytes }: NonNullable<GivenAnswer['proof']>,
  now: Date,
): Promise<void> {
  const id = newRowId(now);
  await tx.vendorProof.create({
    data: {
      id,
      eventId,
      fileName,
      mediaType,
      byteCount: bytes.length,
      sha256: sha256Hex(bytes),
      bytesSealed: seal(keys, bytes, boundTo('vendor_proof', id)),
    },
    select: { id: true },
  });
}

/** A document that a vendor gave. That somebody opened it is an event. @returns null where there is none @throws when it was changed */
export async function readProof(
  world: World,
  { noticeId, proofId, actor }: { noticeId: string; proofId: string; actor: Person },
) {
  const row = await world.db.vendorProof.findFirst({
    where: { id: proofId, event: { noticeId } },
    select: {
      fileName: true,
      mediaType: true,
      sha256: true,
      bytesSealed: true,
      event: { select: { notice: { select: { patientId: true, requestId: true } } } },
    },
  });
  if (!row) return null;
  const bytes = open(world.keys, row.bytesSealed, boundTo('vendor_proof', proofId));
  if (sha256Hex(bytes) !== row.sha256) throw new Error('a document is not what it was when it was kept');
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'vendorProof.read',
      actor,
      at: world.clock(),
      subject: { kind: 'vendorNotice', id: noticeId },
      ...row.event.notice,
      after: { sha256: row.sha256 },
      visibleToPatient: false,
    }),
  );
  return { fileName: row.fileName, mediaType: row.mediaType, bytes };
}

/** Hands notices over again, each with a fresh link, by which more can be said too. @returns how many go out */
export async function sendNoticesAgain(
  world: World,
  { actor, ids }: { actor: Person; ids: readonly string[] },
): Promise<number> {
  let sent = 0;
  for (const noticeId of new Set(ids))
    sent += await inTransaction(world.db, async (tx) => {
      const now = world.clock();
      const notice = await lockNotice(tx, noticeId);
      if (!notice || notice.closedAt) return 0;
      // One that is on its way is left alone, so that the same form sent twice sends once.
      const onItsWay = await tx.vendorDelivery.count({ where: { noticeId, sentAt: null, deadAt: null } });
      if (onItsWay > 0) return 0;
      if (!(await beginDelivery(tx, world, { noticeId, vendorId: notice.vendorId, now }))) return 0;
      await tx.vendorNotice.update({
        where: { id: noticeId },
        data: { failedAt: null },
        select: { id: true },
      });
      await writeHappening(tx, { id: noticeId, notice }, { event: 'sentAgain', at: now, by: byStaff(actor) });
      return 1;
    });
  return sent;
}

/** Nothing more is asked of the vendor, and nothing more is taken by its links. */
export function closeNotice(
  world: World,
  { noticeId, actor, reason }: { noticeId: string; actor: Person; reason: string },
): Promise<{ ok: true } | { ok: false; refusal: 'gone' | 'closed' }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const notice = await lockNotice(tx, noticeId);
    if (!notice) return { ok: false, refusal: 'gone' };
    if (notice.closedAt) return { ok: false, refusal: 'closed' };
    await tx.vendorNotice.update({ where: { id: noticeId }, data: { closedAt: now }, select: { id: true } });
    await writeHappening(
      tx,
      { id: noticeId, notice },
      { event: 'closed', at: now, by: byStaff(actor), reason },
    );
    return { ok: true };
  });
}

function mayTell(notice: LockedNotice | null, { linkMadeAt }: Teller): TellRefusal | null {
  if (!notice) return 'gone';
  if (notice.closedAt) return 'closed';
  return linkMadeAt !== null && notice.answeredAt !== null && notice.answeredAt >= linkMadeAt
    ? 'linkUsed'
    : null;
}
