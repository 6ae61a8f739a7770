import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

export interface EvidenceDocument {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** How many documents one entry may have. */
export const mostDocuments = 10;

/** Keeps documents with the record of an entry, once: their content sealed, their hashes beside it. Their type was checked at the door. */
export async function keepDocuments(
  tx: Tx,
  { keys }: Pick<World, 'keys'>,
  kept: { recordSha256: string; documents: readonly EvidenceDocument[]; actor: Person; now: Date },
): Promise<void> {
  const record = await tx.auditRecord.findFirst({
    where: { sha256: kept.recordSha256, format: 'staffEntry' },
    orderBy: { id: 'asc' },
    select: { id: true, documents: { select: { id: true }, take: 1 } },
  });
  if (!record || record.documents.length > 0 || kept.documents.length === 0) return;
  await tx.entryDocument.createMany({
    data: kept.documents.map(({ fileName, mediaType, bytes }) => {
      const id = randomUUID();
      return {
        id,
        auditRecordId: record.id,
        fileName,
        mediaType,
        byteCount: bytes.length,
        sha256: sha256Hex(bytes),
        bytesSealed: seal(keys, bytes, boundTo('entry_document', id)),
        addedById: kept.actor.id,
        addedAt: kept.now,
      };
    }),
  });
}

/**
 * One document with its content, of an entry that proves a row of the ledger. That somebody opened it is an event, which the patient sees.
 * @returns null when it is not of that row @throws when the content is not what was kept
 */
export async function readDocument(
  world: World,
  { disclosureId, documentId, actor }: { disclosureId: string; documentId: string; actor: Person },
): Promise<EvidenceDocument | null> {
  const row = await world.db.entryDocument.findFirst({
    where: { id: documentId, auditRecord: { evidence: { some: { disclosureId } } } },
    select: { fileName: true, mediaType: true, sha256: true, bytesSealed: true },
  });
  const disclosure = await world.db.disclosure.findUnique({
    where: { id: disclosureId },
    select: { patientId: true },
  });
  if (!row || !disclosure) return null;
  const { fileName, mediaType, sha256, bytesSealed } = row;
  const bytes = open(world.keys, bytesSealed, boundTo('entry_document', documentId));
  if (sha256Hex(bytes) !== sha256) throw new Error('a document is not what it was when it was kept');
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'evidence.read',
      actor,
      at: world.clock(),
      subject: { kind: 'disclosure', id: disclosureId },
      patientId: disclosure.patientId,
      after: { sha256 },
      visibleToPatient: true,
    }),
  );
  return { fileName, mediaType, bytes };
}
