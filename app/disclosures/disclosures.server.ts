import type { Db, Tx } from '#app/db/client.server.ts';
import { countUnmatched } from './matching-queue.server.ts';
import { recordGroup } from '#app/people/records.server.ts';

export interface DisclosureRow {
  id: string;
  occurredAt: Date;
  vendor: { id: string; slug: string; name: string; address: string | null; relationship: string };
  studyUid: string | null;
  accessionNumber: string | null;
  modality: string | null;
  studyDescription: string | null;
  studyOn: string | null;
  instanceCount: number | null;
  anonymized: boolean | null;
  purpose: string | null;
  legalBasis: string | null;
  legallyRequired: boolean;
  exclusionReason: string | null;
  /** How many messages prove it. */
  evidence: number;
}

/**
 * Every release of a patient's images, in all records that are theirs, newest first; a corrected row is replaced by its correction.
 * @param window instants: from (inclusive) and until (exclusive)
 */
export async function disclosuresOfPatient(
  db: Db | Tx,
  patientId: string,
  window?: { from: Date; until: Date },
): Promise<DisclosureRow[]> {
  const rows = await db.disclosure.findMany({
    where: {
      patientId: { in: await recordGroup(db, patientId) },
      correctedBy: null,
      retracted: false,
      ...(window ? { occurredAt: { gte: window.from, lt: window.until } } : {}),
    },
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    select: {
      id: true,
      occurredAt: true,
      studyUid: true,
      accessionNumber: true,
      modality: true,
      studyDescription: true,
      studyOn: true,
      instanceCount: true,
      anonymized: true,
      purpose: true,
      legalBasis: true,
      legallyRequired: true,
      exclusionReason: true,
      vendor: { select: { id: true, slug: true, name: true, address: true, relationship: true } },
      _count: { select: { evidence: true } },
    },
  });
  return rows.map(({ _count, studyOn, ...row }) => ({
    ...row,
    studyOn: studyOn?.toISOString().slice(0, 10) ?? null,
    evidence: _count.evidence,
  }));
}

/** Messages that name this facility's systems but could not be assigned, and wait for a person. */
export const heldMessages = countUnmatched;
