import type { Person } from '#app/audit/actor.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { isUniqueViolation } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { keepDocuments, type EvidenceDocument } from './entry-documents.server.ts';
import { IdempotencyKeyReused, takeIn } from './ingest/intake.server.ts';
import { staffEntryBytes, staffEntryItem, type StaffEntry } from './ingest/staff-entry/entry.ts';

export type EnterRefusal =
  | 'noSuchPatient'
  | 'noSuchVendor'
  /** It was entered with other words before. */
  | 'sentAlready'
  | 'notThere'
  /** Another row stands in the place of the one to correct. */
  | 'correctedMeanwhile'
  /** A number has a character that makes it look like another one. */
  | 'suspicious';

export type EnterAnswer =
  /** `isNew` false: the record had it already, and has one more piece of evidence. */
  { ok: true; disclosureId: string; isNew: boolean } | { ok: false; refusal: EnterRefusal };

/**
 * Takes in what staff wrote down of a release, or their correction of a row, by the way that every report comes: kept as it was entered,
 * sealed and hashed, with its documents. The same form sent twice is one entry.
 */
export async function enterDisclosure(
  world: World,
  {
    actor,
    entry: { documents: _, ...entry },
    documents,
  }: { actor: Person; entry: StaffEntry; documents: readonly EvidenceDocument[] },
): Promise<EnterAnswer> {
  const { db } = world;
  const now = world.clock();
  if ((await db.patient.count({ where: { id: entry.patientId } })) === 0)
    return { ok: false, refusal: 'noSuchPatient' };
  if ((await db.vendor.count({ where: { id: entry.vendorId } })) === 0)
    return { ok: false, refusal: 'noSuchVendor' };
  const bytes = staffEntryBytes({
    ...entry,
    documents: documents.map(({ fileName, mediaType, bytes: content }) => ({
      sha256: sha256Hex(content),
      fileName,
      mediaType,
      byteCount: content.length,
    })),
  });
  const item = staffEntryItem(bytes);
  if (item.read({ now }).outcome !== 'transfer') return { ok: false, refusal: 'suspicious' };
  const sha256 = sha256Hex(bytes);
  const isAgain = (await db.auditRecord.count({ where: { sha256, format: 'staffEntry' } })) > 0;
  const standing = isAgain ? null : await whyNotCorrectable(world, entry.corrects?.disclosureId);
  if (standing) return { ok: false, refusal: standing };
  try {
    const { results } = await takeIn(world, {
      channel: 'staff',
      actor,
      now,
      idempotencyKey: `entry:${actor.id}:${entry.key}`,
      items: [item],
      alongside: (tx) => keepDocuments(tx, world, { recordSha256: sha256, documents, actor, now }),
    });
    const [result] = results;
    const [disclosureId] = result?.disclosureIds ?? [];
    if (!disclosureId) throw new Error(`what staff entered was not settled: ${result?.reason}`);
    return { ok: true, disclosureId, isNew: result?.state === 'accepted' };
  } catch (error) {
    if (error instanceof IdempotencyKeyReused) return { ok: false, refusal: 'sentAlready' };
    if (entry.corrects && isUniqueViolation(error)) return { ok: false, refusal: 'correctedMeanwhile' };
    throw error;
  }
}

async function whyNotCorrectable({ db }: World, id: string | undefined): Promise<EnterRefusal | null> {
  if (id === undefined) return null;
  const row = await db.disclosure.findUnique({
    where: { id },
    select: { retracted: true, correctedBy: { select: { id: true } } },
  });
  if (!row) return 'notThere';
  return row.correctedBy || row.retracted ? 'correctedMeanwhile' : null;
}
