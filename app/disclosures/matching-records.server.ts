import { open, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Tx, Db } from '#app/db/client.server.ts';
import { mannerOf, type FileManner } from './ingest/csv/columns.ts';
import { keptLineItem } from './ingest/csv/read.ts';
import { dicomAuditItem } from './ingest/dicom-audit/item.ts';
import { auditEventItem } from './ingest/fhir/read.ts';
import { staffEntryItem } from './ingest/staff-entry/entry.ts';
import { distrusted, isOfSender, type Reading } from './ingest/dicom-audit/reading.ts';
import type { EvidenceFormat, IngestState, Item } from './ingest/delivery.ts';
import { habitsOf } from './ingest/known.server.ts';

export interface KeptRecord {
  id: string;
  sha256: string;
  format: EvidenceFormat;
  receivedAt: Date;
  /** What became of it when it came. */
  arrivedAs: { state: IngestState; reason: string | null };
  reading: Reading;
}

/**
 * Kept records, read again as they came, with what is known of their sources by now. In the order asked for. Who brought them is not in
 * their bytes: one whose sender might not speak for its source may not now.
 */
export async function readKept(
  tx: Tx | Db,
  keys: KeyRing,
  recordIds: readonly string[],
): Promise<KeptRecord[]> {
  if (recordIds.length === 0) return [];
  const rows = await tx.auditRecord.findMany({
    where: { id: { in: [...recordIds] } },
    select: {
      id: true,
      sha256: true,
      format: true,
      receivedAt: true,
      rawSealed: true,
      auditSourceId: true,
      state: true,
      reason: true,
      batch: { select: { columns: true } },
    },
  });
  const habits = await habitsOf(
    tx,
    rows.flatMap(({ auditSourceId }) => auditSourceId ?? []),
  );
  const byId = new Map(
    rows.map(({ rawSealed, auditSourceId, batch, state, reason, ...row }) => {
      const bytes = open(keys, rawSealed, boundTo('audit_record', row.id));
      const zone = habits.get(auditSourceId ?? '')?.assumedTimeZone;
      // As of its arrival: what was in the future then has to be looked at.
      const options = { now: row.receivedAt, ...(zone ? { assumedTimeZone: zone } : {}) };
      const read = itemAs(row.format, bytes, mannerOf(batch.columns)).read(options);
      const reading = state === 'quarantined' && isOfSender(reason) ? distrusted(read, reason) : read;
      return [row.id, { ...row, arrivedAs: { state, reason }, reading }];
    }),
  );
  return recordIds.flatMap((id) => byId.get(id) ?? []);
}

function itemAs(format: EvidenceFormat, bytes: Uint8Array, manner: FileManner): Item {
  switch (format) {
    case 'dicomAudit':
      return dicomAuditItem(bytes);
    case 'csv':
      return keptLineItem(bytes, manner);
    case 'fhirAuditEvent':
      return auditEventItem(bytes);
    case 'staffEntry':
      return staffEntryItem(bytes);
  }
}
