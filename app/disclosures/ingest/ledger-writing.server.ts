import type { Prisma, Tx } from '#app/db/client.server.ts';
import { withLongText } from '#app/db/long-texts.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';

/** A row of the ledger with all that a correction may leave as it is. */
export type LedgerRow = Prisma.DisclosureGetPayload<object>;

/** A row that is to be written; what is left out is null, and no correction. */
export type NewRelease = Omit<LedgerRow, 'correctsId' | 'correctionReason' | 'retracted'> &
  Partial<Pick<LedgerRow, 'correctsId' | 'correctionReason' | 'retracted'>>;

/** All rows in one statement. */
export async function writeRows(tx: Tx, rows: readonly NewRelease[]): Promise<void> {
  if (rows.length === 0) return;
  await withLongText(
    rowsAsJson(rows.map(columnsOf)),
    (json) => tx.$executeRaw`
        insert into disclosure (id, patient_id, vendor_id, occurred_at, assumed_time_zone, time_of_day_known, recorded_at, study_uid, accession_number, modality, study_description,
          study_on, sop_class_uids, sop_class_counts, instance_count, source_ae_title, destination, anonymized, purpose, legal_basis,
          legally_required, exclusion_reason, release_rule_id, release_rule_version, corrects_id, correction_reason, retracted)
        select id, patient_id, vendor_id, occurred_at, assumed_time_zone, time_of_day_known, recorded_at, study_uid, accession_number, modality, study_description,
          study_on, sop_class_uids, sop_class_counts, instance_count, source_ae_title, destination, anonymized, purpose, legal_basis,
          legally_required, exclusion_reason, release_rule_id, release_rule_version, corrects_id, correction_reason, retracted
          from json_populate_recordset(null::disclosure, ${json}::json)`,
  );
}

/** A column that is left out is null. */
const columnsOf = (row: NewRelease) => ({
  id: row.id,
  patient_id: row.patientId,
  vendor_id: row.vendorId,
  occurred_at: row.occurredAt,
  assumed_time_zone: row.assumedTimeZone ?? undefined,
  time_of_day_known: row.timeOfDayKnown,
  recorded_at: row.recordedAt,
  study_uid: row.studyUid ?? undefined,
  accession_number: row.accessionNumber ?? undefined,
  modality: row.modality ?? undefined,
  study_description: row.studyDescription ?? undefined,
  study_on: row.studyOn ?? undefined,
  sop_class_uids: row.sopClassUids,
  sop_class_counts: row.sopClassCounts,
  instance_count: row.instanceCount ?? undefined,
  source_ae_title: row.sourceAeTitle ?? undefined,
  destination: row.destination,
  anonymized: row.anonymized ?? undefined,
  purpose: row.purpose ?? undefined,
  legal_basis: row.legalBasis ?? undefined,
  legally_required: row.legallyRequired,
  exclusion_reason: row.exclusionReason ?? undefined,
  release_rule_id: row.releaseRuleId ?? undefined,
  release_rule_version: row.releaseRuleVersion ?? undefined,
  corrects_id: row.correctsId ?? undefined,
  correction_reason: row.correctionReason ?? undefined,
  retracted: row.retracted ?? false,
});
