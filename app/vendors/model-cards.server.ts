import { z } from 'zod';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDate } from '#app/words/dates.ts';
import { labelDraft, saveWithin, type DraftSaved } from './label.server.ts';
import { fillingOf, readingOf } from './model-card-label.ts';
import { readModelCard, type CardElements, type CardRefusal } from './model-card.ts';

export interface KeptCard {
  id: string;
  fileName: string;
  elements: CardElements;
  uploadedAt: Date;
  takenAt: Date | null;
}

/** Reads a model card that a company gave and keeps what it says. Nothing of it is in a label yet. */
export function keepModelCard(
  world: World,
  {
    vendorId,
    fileName,
    bytes,
    actor,
  }: { vendorId: string; fileName: string; bytes: Uint8Array; actor: Person },
): Promise<{ ok: true; id: string } | { ok: false; refusal: CardRefusal | 'gone' }> {
  const now = world.clock();
  const read = readModelCard(bytes);
  if (!read.ok) return Promise.resolve(read);
  return inTransaction(world.db, async (tx) => {
    const vendor = await tx.vendor.findUnique({ where: { id: vendorId }, select: { id: true } });
    if (!vendor) return { ok: false, refusal: 'gone' };
    const id = newRowId(now);
    const sha256 = sha256Hex(bytes);
    await tx.vendorModelCard.create({
      data: { id, vendorId, fileName, sha256, elements: read.elements, uploadedAt: now },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'modelCard.read',
      actor,
      at: now,
      subject: { kind: 'vendor', id: vendorId },
      after: { cardId: id, sha256, elements: Object.keys(read.elements).length },
      visibleToPatient: false,
    });
    return { ok: true, id };
  });
}

const kept = z.record(z.string(), z.string());

/** A card of a vendor; null for none, and for one of another vendor. */
export async function modelCard(
  db: Db | Tx,
  { vendorId, id }: { vendorId: string; id: string },
): Promise<KeptCard | null> {
  const row = await db.vendorModelCard.findFirst({
    where: { id, vendorId },
    select: { id: true, fileName: true, elements: true, uploadedAt: true, takenAt: true },
  });
  return row && { ...row, elements: kept.parse(row.elements) };
}

/** Puts what a card says into the draft of the label, as the company's words; what the facility checked stays as it is. */
export async function takeModelCard(
  world: World,
  card: { vendorId: string; id: string; revision: number; actor: Person },
): Promise<DraftSaved | { ok: false; refusal: 'takenAlready' }> {
  const now = world.clock();
  const { timeZone } = await theFacility(world.db);
  const { vendorId, id, revision, actor } = card;
  return inTransaction(world.db, async (tx) => {
    await tx.$executeRaw`select 1 from vendor_model_card where id = ${id}::uuid for no key update`;
    const read = await modelCard(tx, { vendorId, id });
    if (!read) return { ok: false, refusal: 'gone' };
    if (read.takenAt) return { ok: false, refusal: 'takenAlready' };
    const { values } = await labelDraft(tx, vendorId);
    const reading = readingOf(read.elements, localDate(read.uploadedAt, timeZone));
    const answers = fillingOf(reading, values, localDate(now, timeZone));
    const saved = await saveWithin(tx, now, { vendorId, answers, revision, actor, from: `modelCard ${id}` });
    if (saved.ok)
      await tx.vendorModelCard.update({ where: { id }, data: { takenAt: now }, select: { id: true } });
    return saved;
  });
}
