import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { keptEntry, type StaffEntry } from './ingest/staff-entry/entry.ts';

const fields = {
  id: true,
  patientId: true,
  vendorId: true,
  occurredAt: true,
  recordedAt: true,
  studyUid: true,
  accessionNumber: true,
  modality: true,
  studyDescription: true,
  studyOn: true,
  instanceCount: true,
  anonymized: true,
  destination: true,
  purpose: true,
  legalBasis: true,
  legallyRequired: true,
  exclusionReason: true,
  releaseRuleId: true,
  releaseRuleVersion: true,
  correctsId: true,
  correctionReason: true,
  retracted: true,
  correctedBy: { select: { id: true, recordedAt: true, correctionReason: true, retracted: true } },
  patient: { select: { givenName: true, familyName: true } },
  vendor: { select: { name: true } },
  evidence: {
    select: {
      role: true,
      auditRecord: {
        select: {
          id: true,
          sha256: true,
          format: true,
          receivedAt: true,
          batch: { select: { channel: true } },
          documents: {
            orderBy: { id: 'asc' },
            select: { id: true, fileName: true, byteCount: true, sha256: true },
          },
        },
      },
    },
    orderBy: { auditRecordId: 'asc' },
    take: 50,
  },
} as const satisfies Prisma.DisclosureSelect;

export type OneEntry = Prisma.DisclosureGetPayload<{ select: typeof fields }>;

/** One row of the ledger with its evidence and what stands before and after it; null when there is none. */
export function ledgerEntry({ db }: World, id: string): Promise<OneEntry | null> {
  return db.disclosure.findUnique({ where: { id }, select: fields });
}

export interface ByHand {
  recordId: string;
  entry: StaffEntry;
  enteredBy: string;
}

/** What staff wrote down among the evidence of a row, opened. */
export async function entriesByHand({ db, keys }: World, { evidence }: OneEntry): Promise<ByHand[]> {
  const ids = evidence.flatMap(({ auditRecord }) =>
    auditRecord.format === 'staffEntry' ? [auditRecord.id] : [],
  );
  if (ids.length === 0) return [];
  const rows = await db.auditRecord.findMany({
    where: { id: { in: ids } },
    orderBy: { id: 'asc' },
    select: { id: true, rawSealed: true },
  });
  const entries = rows.map(({ id, rawSealed }) => ({
    recordId: id,
    entry: keptEntry(open(keys, rawSealed, boundTo('audit_record', id))),
  }));
  const people = await db.user.findMany({
    where: { id: { in: entries.map(({ entry }) => entry.enteredBy) } },
    select: { id: true, displayName: true },
  });
  return entries.map((one) => ({
    ...one,
    enteredBy: people.find(({ id }) => id === one.entry.enteredBy)?.displayName ?? '',
  }));
}
