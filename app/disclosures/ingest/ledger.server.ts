import { appendEvents } from '#app/audit/audit.server.ts';
import type { AuditEntry } from '#app/audit/events.ts';
import type { Tx } from '#app/db/client.server.ts';
import type { OptOutRecord } from '#app/optouts/decide.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { exportRulesOverTime } from '#app/optouts/rules.server.ts';
import type { RulesOverTime } from '#app/optouts/rules.ts';
import { openAlert, type RaisedAlert } from '../alerts.server.ts';
import type { EvidenceFormat } from './delivery.ts';
import { writeRows, type LedgerRow, type NewRelease } from './ledger-writing.server.ts';
import { classesOf, reporterOf, sameTransferWithin, type TransferMark } from './same-transfer.ts';

export interface KnownRelease extends TransferMark {
  id: string;
  patientId: string;
  vendorId: string;
  /** As the report that made the row names it. */
  destination: string;
  /** The reports that prove it (`reportKey`). */
  proofs: Set<string>;
  reporters: Set<string>;
  /** Staff said that there was no such release: it takes what came before once more, and no new witness. */
  isStruck?: boolean;
}

/** A report by its bytes and whom it is of: the same line in files of two systems may be of two patients. */
export function reportKey(sha256: string, auditSourceId: string | null): string {
  return JSON.stringify([sha256, auditSourceId]);
}

/** A report that was read: all records that are its patient, when it was, and its bytes. */
interface Touched {
  group: readonly string[];
  at: Date;
  sha256: string;
  auditSourceId: string;
}

/** Formats in which one report can name one SOP class alone. */
export const oneClassFormats: ReadonlySet<EvidenceFormat> = new Set(['csv', 'fhirAuditEvent']);

/**
 * The part of the ledger that a batch touches. Reports of one patient go through here one at a time, so that sender and receiver
 * reporting at the same moment make one disclosure. What is added is written by `write`, and found at once by what follows.
 */
export class LedgerPart {
  private readonly releases = new Map<string, KnownRelease[]>();
  private readonly proven = new Map<string, KnownRelease[]>();
  private readonly added: NewRelease[] = [];
  private readonly events: AuditEntry[] = [];
  private readonly alerts: RaisedAlert[] = [];
  private readonly correcting = new Map<string, LedgerRow>();

  private constructor(
    private readonly tx: Tx,
    private readonly optOuts: ReadonlyMap<string, OptOutRecord[]>,
    /** What the facility asks permission for, from when on. */
    readonly rules: RulesOverTime,
    /** Of each record one that stands for all that are one patient with it. */
    private readonly personOf: ReadonlyMap<string, string>,
  ) {}

  /** @param correcting rows in whose place others will stand */
  static async open(
    tx: Tx,
    touched: readonly Touched[],
    correcting: readonly string[] = [],
  ): Promise<LedgerPart> {
    const corrected = correcting.length > 0 ? await rowsWith(tx, correcting) : [];
    const groups = touched.map(({ group }) => [...group].sort());
    const patientIds = [
      ...new Set([...groups.flat(), ...corrected.map(({ patientId }) => patientId)]),
    ].sort();
    // In one order for everybody, or two batches could wait for each other; in one statement, since a batch has hundreds of patients.
    await tx.$executeRaw`
      select pg_advisory_xact_lock(hashtextextended('disclosures:' || one.id, 0))
        from (select id from unnest(${patientIds}::text[]) with ordinality as given (id, place) order by place) as one`;
    const personOf = new Map(groups.flatMap((group) => group.map((id) => [id, group[0]!] as const)));
    const [optOuts, rules] = [await optOutRecordsOf(tx, patientIds), await exportRulesOverTime(tx)];
    const part = new LedgerPart(tx, optOuts, rules, personOf);
    await part.load(touched);
    for (const row of corrected) part.correcting.set(row.id, row);
    return part;
  }

  private async load(touched: readonly Touched[]): Promise<void> {
    if (touched.length === 0) return;
    const near = touched.flatMap(({ group, at }) =>
      group.map((patientId) => ({ patientId, at: at.toISOString() })),
    );
    // A report that came before proves what it proved, however it would be read now: registers change. `offset 0`: of each report by an index,
    // and never by reading whole tables, which PostgreSQL takes for small until it counts them again (docs/decisions/034).
    const rows = await this.tx.$queryRaw<StoredRelease[]>`
      with found as materialized (
        select near.id from unnest(${near.map(({ patientId }) => patientId)}::uuid[],
                                   ${near.map(({ at }) => at)}::timestamptz[]) as told (patient_id, at)
        cross join lateral (
          select id from disclosure where patient_id = told.patient_id
             and occurred_at between told.at - make_interval(secs => ${sameTransferWithin / 1000})
                                 and told.at + make_interval(secs => ${sameTransferWithin / 1000})
          offset 0) near
        union
        select proven.id from unnest(${touched.map(({ sha256 }) => sha256)}::text[],
                                     ${touched.map(({ auditSourceId }) => auditSourceId)}::text[]) as told (sha256, source)
        cross join lateral (
          select id, audit_source_id from audit_record where sha256 = told.sha256 offset 0) record
        cross join lateral (
          select disclosure_id as id from disclosure_evidence where audit_record_id = record.id offset 0) proven
        where record.audit_source_id = told.source
      )
      select d.id, d.patient_id as "patientId", d.vendor_id as "vendorId", d.study_uid as "studyUid",
             d.instance_count as "instanceCount", d.occurred_at as "occurredAt", d.sop_class_uids as "uids",
             d.sop_class_counts as "counts", d.anonymized, d.purpose, d.destination, newer.id as "correctedById",
             proofs.hashes, proofs.formats, proofs.sources
      from found
      cross join lateral (select * from disclosure where id = found.id and not retracted offset 0) d
      left join lateral (select id from disclosure where corrects_id = d.id offset 0) newer on true
      left join lateral (
        select array_agg(r.sha256) as hashes, array_agg(r.format::text) as formats, array_agg(r.audit_source_id) as sources
        from disclosure_evidence e
        cross join lateral (select * from audit_record where id = e.audit_record_id offset 0) r
        where e.disclosure_id = d.id
      ) proofs on true
      order by d.occurred_at, d.id`;
    const standing = await this.standingInPlaceOf(rows.flatMap((row) => (row.correctedById ? [row.id] : [])));
    for (const row of rows) {
      const formats = row.formats ?? [];
      const reports = (row.hashes ?? []).map((sha256, at) => reportKey(sha256, row.sources![at] ?? null));
      const other = standing.get(row.id);
      // Taken back by a decision that was undone: nothing proves it any more.
      if (row.correctedById && !other) continue;
      this.keep({
        id: other?.id ?? row.id,
        patientId: row.patientId,
        vendorId: row.vendorId,
        destination: row.destination,
        studyUid: row.studyUid,
        instanceCount: row.instanceCount,
        occurredAt: row.occurredAt,
        classes: classesOf(row.uids, row.counts),
        namesOneClass: formats.length > 0 && formats.every((format) => oneClassFormats.has(format)),
        withoutName: row.anonymized === true,
        purpose: row.purpose,
        proofs: new Set([
          ...reports,
          ...(other?.hashes ?? []).map((sha256, at) => reportKey(sha256, other!.sources[at] ?? null)),
        ]),
        reporters: new Set(formats.map((format, at) => reporterOf(format, row.sources![at] ?? null))),
        ...(other?.retracted ? { isStruck: true } : {}),
      });
    }
  }

  /** What stands in the place of rows that staff corrected, so that a retry of a report is told from a new transfer. */
  private async standingInPlaceOf(ids: readonly string[]): Promise<Map<string, Standing>> {
    if (ids.length === 0) return new Map();
    const rows = await this.tx.$queryRaw<(Standing & { first: string })[]>`
      with recursive chain as (
        select corrects_id as first, id, retracted from disclosure where corrects_id = any(${[...ids]}::uuid[])
        union all
        select chain.first, newer.id, newer.retracted from chain join disclosure newer on newer.corrects_id = chain.id
      )
      select chain.first, chain.id, chain.retracted, proofs.hashes, proofs.sources
      from chain
      left join lateral (
        select array_agg(r.sha256) as hashes, array_agg(r.audit_source_id) as sources
        from chain link join disclosure_evidence e on e.disclosure_id = link.id
        join audit_record r on r.id = e.audit_record_id where link.first = chain.first
      ) proofs on true
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

  private keep(release: KnownRelease): void {
    const key = this.keyOf(release.patientId, release.vendorId);
    this.releases.set(key, [...(this.releases.get(key) ?? []), release]);
    for (const report of release.proofs)
      this.proven.set(report, [...(this.proven.get(report) ?? []), release]);
  }

  private keyOf(patientId: string, vendorId: string): string {
    return `${this.personOf.get(patientId) ?? patientId} ${vendorId}`;
  }

  /** Releases of a patient's images to a vendor, in all records that are the patient's, the earliest first, and those added by this batch. */
  releasesTo(patientId: string, vendorId: string): readonly KnownRelease[] {
    return this.releases.get(this.keyOf(patientId, vendorId)) ?? [];
  }

  /** What a report proves that came before (`reportKey`). */
  provenBy(report: string): readonly KnownRelease[] {
    return this.proven.get(report) ?? [];
  }

  optOutsOf(patientId: string): readonly OptOutRecord[] {
    return this.optOuts.get(patientId) ?? [];
  }

  add(release: NewRelease, mark: KnownRelease): void {
    this.added.push(release);
    this.keep(mark);
  }

  /** A row that no later report is compared with. */
  addRow(row: NewRelease): void {
    this.added.push(row);
  }

  /** One more report of a release. */
  prove(release: KnownRelease, report: string, reporter: string): void {
    release.proofs.add(report);
    release.reporters.add(reporter);
    this.proven.set(report, [...(this.proven.get(report) ?? []), release]);
  }

  append(event: AuditEntry): void {
    this.events.push(event);
  }

  /** A transfer against a "no": an alert beside its event. */
  raise(alert: RaisedAlert): void {
    this.alerts.push(alert);
  }

  async write(): Promise<void> {
    await writeRows(this.tx, this.added);
    await appendEvents(this.tx, this.events);
    for (const alert of this.alerts) await openAlert(this.tx, alert, alert.raisedAt);
  }
}

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
  anonymized: boolean | null;
  purpose: string | null;
  destination: string;
  /** Of the reports that prove it, as `formats` and `sources`. */
  hashes: string[] | null;
  formats: EvidenceFormat[] | null;
  sources: (string | null)[] | null;
}

interface Standing {
  id: string;
  retracted: boolean;
  hashes: string[];
  sources: (string | null)[];
}
