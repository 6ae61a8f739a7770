import { appendEvents } from '#app/audit/audit.server.ts';
import type { AuditEntry } from '#app/audit/events.ts';
import type { Prisma, Tx } from '#app/db/client.server.ts';
import { withLongText } from '#app/db/long-texts.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';
import type { OptOutRecord } from '#app/optouts/decide.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { exportRulesOverTime } from '#app/optouts/rules.server.ts';
import type { RulesOverTime } from '#app/optouts/rules.ts';
import { openAlert, type RaisedAlert } from '../alerts.server.ts';
import type { EvidenceFormat } from './delivery.ts';
import { classesOf, sameTransferWithin, type TransferMark } from './same-transfer.ts';

export interface KnownRelease extends TransferMark {
  id: string;
  /** SHA-256 of the reports that prove it. */
  proofs: Set<string>;
  /** Staff said that there was no such release: it takes what came before once more, and no new witness. */
  isStruck?: boolean;
}

/** A row of the ledger with all that a correction may leave as it is. */
export type LedgerRow = Prisma.DisclosureGetPayload<object>;

/** A row that is to be written; what is left out is null, and no correction. */
export type NewRelease = Omit<LedgerRow, 'correctsId' | 'correctionReason' | 'retracted'> &
  Partial<Pick<LedgerRow, 'correctsId' | 'correctionReason' | 'retracted'>>;

/** Formats in which one report can name one SOP class alone. */
export const oneClassFormats: ReadonlySet<EvidenceFormat> = new Set(['csv', 'fhirAuditEvent']);

/**
 * The part of the ledger that a batch touches. Reports of one patient go through here one at a time, so that sender and receiver
 * reporting at the same moment make one disclosure. What is added is written by `write`, and found at once by what follows.
 */
export class LedgerPart {
  private readonly releases = new Map<string, KnownRelease[]>();
  private readonly added: NewRelease[] = [];
  private readonly events: AuditEntry[] = [];
  private readonly alerts: RaisedAlert[] = [];
  private readonly correcting = new Map<string, LedgerRow>();

  private constructor(
    private readonly tx: Tx,
    private readonly optOuts: ReadonlyMap<string, OptOutRecord[]>,
    /** What the facility asks permission for, from when on. */
    readonly rules: RulesOverTime,
  ) {}

  /** @param correcting rows in whose place others will stand */
  static async open(
    tx: Tx,
    touched: readonly { patientId: string; at: Date }[],
    correcting: readonly string[] = [],
  ): Promise<LedgerPart> {
    const corrected = correcting.length > 0 ? await rowsWith(tx, correcting) : [];
    const patientIds = [...new Set([...touched, ...corrected].map(({ patientId }) => patientId))].sort();
    // In one order for everybody, or two batches could wait for each other; in one statement, since a batch has hundreds of patients.
    await tx.$executeRaw`
      select pg_advisory_xact_lock(hashtextextended('disclosures:' || one.id, 0))
        from (select id from unnest(${patientIds}::text[]) with ordinality as given (id, place) order by place) as one`;
    const part = new LedgerPart(tx, await optOutRecordsOf(tx, patientIds), await exportRulesOverTime(tx));
    await part.load(touched);
    for (const row of corrected) part.correcting.set(row.id, row);
    return part;
  }

  private async load(touched: readonly { patientId: string; at: Date }[]): Promise<void> {
    if (touched.length === 0) return;
    const rows = await this.tx.$queryRaw<StoredRelease[]>`
      select d.id, d.patient_id as "patientId", d.vendor_id as "vendorId", d.study_uid as "studyUid",
             d.instance_count as "instanceCount", d.occurred_at as "occurredAt", d.sop_class_uids as "uids",
             d.sop_class_counts as "counts", newer.id as "correctedById", proofs.hashes, proofs.formats
      from disclosure d
      left join disclosure newer on newer.corrects_id = d.id
      left join lateral (
        select array_agg(r.sha256) as hashes, array_agg(r.format::text) as formats
        from disclosure_evidence e join audit_record r on r.id = e.audit_record_id where e.disclosure_id = d.id
      ) proofs on true
      where d.id in (
        select near.id from unnest(${touched.map(({ patientId }) => patientId)}::uuid[],
                                   ${touched.map(({ at }) => at.toISOString())}::timestamptz[]) as told (patient_id, at)
        join disclosure near on near.patient_id = told.patient_id
         and near.occurred_at between told.at - make_interval(secs => ${sameTransferWithin / 1000})
                                  and told.at + make_interval(secs => ${sameTransferWithin / 1000}))
        and not d.retracted
      order by d.occurred_at, d.id`;
    const standing = await this.standingInPlaceOf(rows.flatMap((row) => (row.correctedById ? [row.id] : [])));
    for (const row of rows) {
      const formats = row.formats ?? [];
      const other = standing.get(row.id);
      // Taken back by a decision that was undone: nothing proves it any more.
      if (row.correctedById && !other) continue;
      this.keep(row, {
        id: other?.id ?? row.id,
        studyUid: row.studyUid,
        instanceCount: row.instanceCount,
        occurredAt: row.occurredAt,
        classes: classesOf(row.uids, row.counts),
        namesOneClass: formats.length > 0 && formats.every((format) => oneClassFormats.has(format)),
        proofs: new Set([...(row.hashes ?? []), ...(other?.hashes ?? [])]),
        ...(other?.retracted ? { isStruck: true } : {}),
      });
    }
  }

  /** What stands in the place of rows that staff corrected, so that a retry of a report is told from a new transfer. */
  private async standingInPlaceOf(
    ids: readonly string[],
  ): Promise<Map<string, { id: string; retracted: boolean; hashes: string[] }>> {
    if (ids.length === 0) return new Map();
    const rows = await this.tx.$queryRaw<
      { first: string; id: string; retracted: boolean; hashes: string[] }[]
    >`
      with recursive chain as (
        select corrects_id as first, id, retracted from disclosure where corrects_id = any(${[...ids]}::uuid[])
        union all
        select chain.first, newer.id, newer.retracted from chain join disclosure newer on newer.corrects_id = chain.id
      )
      select first, id, retracted, array(
          select r.sha256 from chain link join disclosure_evidence e on e.disclosure_id = link.id
          join audit_record r on r.id = e.audit_record_id where link.first = chain.first
        ) as hashes
      from chain
      where not exists (select 1 from disclosure newer where newer.corrects_id = chain.id)
        and exists (select 1 from disclosure_evidence e join audit_record r on r.id = e.audit_record_id
                    where e.disclosure_id = chain.id and r.format = 'staffEntry')`;
    return new Map(rows.map(({ first, ...row }) => [first, row]));
  }

  /** @throws for a row that `open` was not told of */
  rowToCorrect(id: string): LedgerRow {
    const row = this.correcting.get(id);
    if (!row) throw new Error('a correction is of a row that is there');
    return row;
  }

  private keep(of: { patientId: string; vendorId: string }, release: KnownRelease): void {
    const key = `${of.patientId} ${of.vendorId}`;
    this.releases.set(key, [...(this.releases.get(key) ?? []), release]);
  }

  /** Releases of a patient's images to a vendor, the earliest first, and those added by this batch. */
  releasesTo(patientId: string, vendorId: string): readonly KnownRelease[] {
    return this.releases.get(`${patientId} ${vendorId}`) ?? [];
  }

  optOutsOf(patientId: string): readonly OptOutRecord[] {
    return this.optOuts.get(patientId) ?? [];
  }

  add(release: NewRelease, mark: KnownRelease): void {
    this.added.push(release);
    this.keep(release, mark);
  }

  /** A row that no later report is compared with. */
  addRow(row: NewRelease): void {
    this.added.push(row);
  }

  append(event: AuditEntry): void {
    this.events.push(event);
  }

  /** A transfer against a "no": an alert beside its event. */
  raise(alert: RaisedAlert): void {
    this.alerts.push(alert);
  }

  async write(): Promise<void> {
    if (this.added.length > 0)
      await withLongText(
        rowsAsJson(this.added.map(columnsOf)),
        (json) => this.tx.$executeRaw`
        insert into disclosure (id, patient_id, vendor_id, occurred_at, recorded_at, study_uid, accession_number, modality, study_description,
          study_on, sop_class_uids, sop_class_counts, instance_count, source_ae_title, destination, anonymized, purpose, legal_basis,
          legally_required, exclusion_reason, release_rule_id, release_rule_version, corrects_id, correction_reason, retracted)
        select id, patient_id, vendor_id, occurred_at, recorded_at, study_uid, accession_number, modality, study_description,
          study_on, sop_class_uids, sop_class_counts, instance_count, source_ae_title, destination, anonymized, purpose, legal_basis,
          legally_required, exclusion_reason, release_rule_id, release_rule_version, corrects_id, correction_reason, retracted
          from json_populate_recordset(null::disclosure, ${json}::json)`,
      );
    await appendEvents(this.tx, this.events);
    for (const alert of this.alerts) await openAlert(this.tx, alert, alert.raisedAt);
  }
}

const columnsOf = (row: NewRelease) => ({
  id: row.id,
  patient_id: row.patientId,
  vendor_id: row.vendorId,
  occurred_at: row.occurredAt,
  recorded_at: row.recordedAt,
  study_uid: row.studyUid,
  accession_number: row.accessionNumber,
  modality: row.modality,
  study_description: row.studyDescription,
  study_on: row.studyOn,
  sop_class_uids: row.sopClassUids,
  sop_class_counts: row.sopClassCounts,
  instance_count: row.instanceCount,
  source_ae_title: row.sourceAeTitle,
  destination: row.destination,
  anonymized: row.anonymized,
  purpose: row.purpose,
  legal_basis: row.legalBasis,
  legally_required: row.legallyRequired,
  exclusion_reason: row.exclusionReason,
  release_rule_id: row.releaseRuleId,
  release_rule_version: row.releaseRuleVersion,
  corrects_id: row.correctsId ?? null,
  correction_reason: row.correctionReason ?? null,
  retracted: row.retracted ?? false,
});

function rowsWith(tx: Tx, ids: readonly string[]): Promise<LedgerRow[]> {
  return tx.disclosure.findMany({ where: { id: { in: [...ids] } } });
}

interface StoredRelease {
  id: string;
  patientId: string;
  vendorId: string;
  studyUid: string | null;
  instanceCount: number | null;
  occurredAt: Date;
  correctedById: string | null;
  uids: string[];
  counts: number[];
  hashes: string[] | null;
  formats: EvidenceFormat[] | null;
}
