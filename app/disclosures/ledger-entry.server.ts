import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { EvidenceFormat } from './ingest/delivery.ts';
import type { Proof } from './ingest/record-transfer.server.ts';
import { keptEntry, type StaffEntry } from './ingest/staff-entry/entry.ts';
import { readKept } from './matching-records.server.ts';

type EvidenceRole = Proof['role'];

const fields = {
  id: true,
  patientId: true,
  vendorId: true,
  occurredAt: true,
  assumedTimeZone: true,
  timeOfDayKnown: true,
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

/** Whose release it is; null when there is none of this id. */
export async function patientOfDisclosure(db: Db, id: string): Promise<string | null> {
  const row = await db.disclosure.findUnique({ where: { id }, select: { patientId: true } });
  return row?.patientId ?? null;
}

export interface ByHand {
  recordId: string;
  entry: StaffEntry;
  enteredBy: string;
}

interface Proven {
  evidence: readonly { role: EvidenceRole; auditRecord: { id: string; format: EvidenceFormat } }[];
}

/** What staff wrote down among the evidence of a row, opened. */
export async function entriesByHand({ db, keys }: World, { evidence }: Proven): Promise<ByHand[]> {
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

interface Classified extends Proven {
  id: string;
  releaseRuleId: string | null;
  legalBasis: string | null;
}

/** A basis that no rule gave: somebody here stated it. */
function isStatedByStaff({ releaseRuleId, legalBasis }: Omit<Classified, 'id' | 'evidence'>): boolean {
  return releaseRuleId === null && legalBasis !== null;
}

/** Who stated the basis of rows that no rule classified, by row. */
export async function whoStated(world: World, rows: readonly Classified[]): Promise<Map<string, string>> {
  const stated = rows.filter(isStatedByStaff);
  const entries = await entriesByHand(world, { evidence: stated.flatMap(({ evidence }) => evidence) });
  const nameOf = new Map(
    entries.flatMap(({ recordId, entry, enteredBy }) => (entry.basis ? [[recordId, enteredBy]] : [])),
  );
  return new Map(
    stated.flatMap(({ id, evidence }) => {
      const report = evidence.find(
        ({ role, auditRecord }) => role === 'report' && nameOf.has(auditRecord.id),
      );
      return report ? [[id, nameOf.get(report.auditRecord.id)!] as const] : [];
    }),
  );
}

/** The purpose that the report of a row stated itself, whatever a rule made of it. */
export async function purposeStatedIn({ db, keys }: World, { evidence }: Proven): Promise<string | null> {
  const report = evidence.find(({ role }) => role === 'report');
  const [kept] = report ? await readKept(db, keys, [report.auditRecord.id]) : [];
  return kept?.reading.outcome === 'transfer' ? (kept.reading.transfer.statedPurpose ?? null) : null;
}
