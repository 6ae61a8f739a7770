import type { Place } from '#app/clocks/jurisdictions.ts';
import type { SourceCoverage } from './coverage.ts';

/** One release as an accounting lists it (45 CFR 164.528(b)(2)). */
export interface AccountingRow {
  disclosureId: string;
  /** Facility-local date. */
  occurredOn: string;
  occurredAt: string;
  /** The zone in which the report's time was read, for it named none. Absent in lists of before it was kept. */
  timeZoneAssumed?: string | null;
  /** False: the day alone was told; `occurredAt` is a time of that day that nobody said. Null, or absent: not kept. */
  timeOfDayKnown?: boolean | null;
  recipient: { name: string; address: string | null };
  /** What was sent: number of images, kind of scan, day of the scan; null where the reports do not say. */
  images: number | null;
  modality: string | null;
  studyOn: string | null;
  studyUid: string | null;
  withoutIdentity: boolean;
  /** v3-ActReason code, or null: not known. */
  purpose: string | null;
  legalBasis: string | null;
  /** Why 164.528 does not list it; null in the law's layer. */
  exclusionReason: string | null;
  /** Where it went and came from as the reports name it; for machines. */
  endpoint: string | null;
  source: string | null;
  /** The row stands in place of an earlier one. */
  corrected: CorrectedRow | null;
  /** It was the first of several to one recipient for one purpose (164.528(b)(3)); null: it stands alone. */
  repeated: Repeated | null;
}

/** What a corrected row said before, and when (facility-local date) it was corrected. */
export interface CorrectedRow {
  on: string;
  was: { occurredOn: string; recipient: string; purpose: string | null; images: number | null };
}

/** 45 CFR 164.528(b)(3)(ii)-(iii): how many in all and how often, and the date of the last. */
export interface Repeated {
  /** All of them, the first included. */
  count: number;
  lastOn: string;
  /** Days from one to the next, on average; null where they were on one day. */
  everyDays: number | null;
  /** All but the first, whole: the law does not ask for them, machines and files list them. */
  others: AccountingRow[];
}

/** Research on fifty people or more, as 45 CFR 164.528(b)(4) lists it. */
export interface ResearchEntry {
  protocolId: string;
  version: number;
  name: string;
  description: string;
  criteria: string;
  dataSent: string;
  /** Facility-local dates; `lastOn` null: releases go on. */
  period: { from: string; lastOn: string | null };
  /**
   * Of a study that goes on after the window: the day of the last release that the ledger has of it in the window (164.528(b)(4)(i)(D));
   * null: not known. Absent in lists of before it was kept.
   */
  lastInWindowOn?: string | null;
  sponsor: ResearchContact;
  researcher: ResearchContact;
  /** Of the rows of this accounting, how many went to the protocol's recipient for research in its period. */
  known: number;
}

export interface ResearchContact {
  name: string;
  address: string;
  phone: string;
}

/** Messages that came and could not be read; facility-local dates of the first and the last. */
export interface UnreadReports {
  count: number;
  firstOn: string;
  lastOn: string;
}

/** An accounting as it is given and kept: two layers, its window, and what it could not cover. */
export interface AccountingDocument {
  format: 2;
  /** Whose law it is given by. Absent in lists of before it was kept, which are all as the United States have it. */
  place?: Place;
  reference: string;
  /** `timeZone`: the one that the request's clock is counted in; all dates are of it. */
  facility: { name: string; address: string; phone: string; email: string; timeZone: string };
  patient: { name: string; bornOn: string; identifiers: { issuer: string; value: string }[] };
  /** Facility-local dates, both included. */
  window: { from: string; to: string };
  preparedAt: string;
  preparedOn: string;
  /**
   * What 164.528 makes the facility list. Oldest first; of repeated ones the first, with the others inside. Where a GDPR rules: all, each
   * for itself, for it leaves out no recipient (Art. 15(1)(c)).
   */
  requiredByLaw: AccountingRow[];
  /** Everyone else who received images, and why the law does not list them. Oldest first. */
  alsoShown: AccountingRow[];
  research: ResearchEntry[];
  /** Rows that a correction took out: what they said, and since when they do not stand. */
  struck: CorrectedRow[];
  /** How far the sources' reports reach; null in lists of before it was kept. */
  coverage: SourceCoverage[] | null;
  /** Days of the window on which senders that named no source lost messages. Absent in lists of before it was kept. */
  unnamedGaps?: SourceCoverage['gaps'];
  /** What came since the window began and could not be read; null: nothing. Absent in lists of before it was kept. */
  unreadReports?: UnreadReports | null;
  /** Messages of the facility's systems that could not be assigned to anybody yet; some may be about this patient. */
  notYetMatched: number;
  /** Head of the audit chain when it was prepared: an anchor in the patient's hands. `at` null in lists of before it was kept. */
  anchor: { sequence: string; hash: string; at: string | null } | null;
}

export interface LedgerRow {
  id: string;
  occurredAt: Date;
  assumedTimeZone: string | null;
  timeOfDayKnown: boolean | null;
  vendor: { id: string; name: string; address: string | null };
  instanceCount: number | null;
  modality: string | null;
  studyOn: string | null;
  studyUid: string | null;
  anonymized: boolean | null;
  purpose: string | null;
  legalBasis: string | null;
  legallyRequired: boolean;
  exclusionReason: string | null;
  destination: string;
  sourceAeTitle: string | null;
  recordedAt: Date;
  correctsId: string | null;
}

/** A row that another one corrects. */
export interface CorrectedLedgerRow extends LedgerRow {
  correctedBy: { id: string; recordedAt: Date };
}

/**
 * Puts the ledger's rows into the two layers of an accounting, and says what was corrected. Where a GDPR rules there is one layer.
 * @param corrected rows of the same patient that do not stand any more
 * @param localDate the facility-local date of an instant
 * @param place whose law says what is listed
 */
export function splitLayers(
  rows: readonly LedgerRow[],
  localDate: (instant: Date) => string,
  corrected: readonly CorrectedLedgerRow[] = [],
  place: Place = 'states',
): Pick<AccountingDocument, 'requiredByLaw' | 'alsoShown'> {
  const before = new Map(corrected.map((row) => [row.id, row]));
  const listed = [...rows].sort(oldestFirst).map((row) => {
    const earlier = row.correctsId === null ? undefined : before.get(row.correctsId);
    const required = place !== 'states' || row.legallyRequired;
    return {
      required,
      vendorId: row.vendor.id,
      row: accountingRow(
        { ...row, legallyRequired: required },
        localDate,
        earlier ? correctedRow(earlier, localDate) : null,
      ),
    };
  });
  if (place !== 'states') return { requiredByLaw: listed.map(({ row }) => row), alsoShown: [] };
  return {
    requiredByLaw: summarised(listed.filter(({ required }) => required)),
    alsoShown: listed.filter(({ required }) => !required).map(({ row }) => row),
  };
}

/** Rows in a window that a correction took out of it, or away from this patient: what stands in their place is not listed. */
export function struckRows(
  standing: readonly LedgerRow[],
  corrected: readonly CorrectedLedgerRow[],
  localDate: (instant: Date) => string,
): CorrectedRow[] {
  const byId = new Map(corrected.map((row) => [row.id, row]));
  const listed = new Set(standing.map(({ id }) => id));
  const standsAs = (row: CorrectedLedgerRow): boolean => {
    const next = byId.get(row.correctedBy.id);
    return listed.has(row.correctedBy.id) || (next !== undefined && standsAs(next));
  };
  return [...corrected]
    .sort(oldestFirst)
    .filter((row) => !byId.has(row.correctedBy.id) && !standsAs(row))
    .map((row) => correctedRow(row, localDate));
}

/** All releases of an accounting, each for itself, the repeated ones among them. Oldest first in each layer. */
export function everyRelease(rows: readonly AccountingRow[]): AccountingRow[] {
  return rows.flatMap((row) => [row, ...(row.repeated?.others ?? [])]);
}

/** How many releases some rows stand for. */
export function releaseCount(rows: readonly Pick<AccountingRow, 'repeated'>[]): number {
  return rows.reduce((sum, { repeated }) => sum + (repeated?.count ?? 1), 0);
}

function oldestFirst(a: LedgerRow, b: LedgerRow): number {
  return a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1);
}

/** Bases of which (b)(3) speaks: 164.512, and 164.502(a)(2)(ii), which no rule here rests on. */
const summarisedBases: ReadonlySet<string | null> = new Set(['irbWaiver', 'requiredByLaw']);

/** Two are listed whole: what (b)(3) asks of them is in their two rows already. */
const fewestSummarised = 3;

/**
 * 45 CFR 164.528(b)(3): several releases to one recipient for a single purpose are the first of them, how many, and the last. What is not
 * known to have one purpose, or a basis that (b)(3) names, stands alone, and so does what the reports say had no name on it: the row speaks
 * for all of them.
 */
function summarised(listed: readonly { vendorId: string; row: AccountingRow }[]): AccountingRow[] {
  const groups = new Map<string, AccountingRow[]>();
  for (const { vendorId, row } of listed) {
    const { purpose, legalBasis, withoutIdentity, recipient } = row;
    const isSingle = purpose !== null && recipient.name.trim() !== '' && summarisedBases.has(legalBasis);
    const key = JSON.stringify([
      vendorId,
      isSingle ? purpose : row.disclosureId,
      legalBasis,
      withoutIdentity,
    ]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const rows = [...groups.values()].flatMap((group): AccountingRow[] => {
    const [first, ...others] = group;
    const last = others.at(-1);
    if (!first || !last || group.length < fewestSummarised) return group;
    const days = daysFrom(first.occurredOn, last.occurredOn);
    return [
      {
        ...first,
        repeated: {
          count: 1 + others.length,
          lastOn: last.occurredOn,
          everyDays: days === 0 ? null : Math.max(1, Math.round(days / others.length)),
          others,
        },
      },
    ];
  });
  return rows.sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0));
}

function daysFrom(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

function accountingRow(
  row: LedgerRow,
  localDate: (instant: Date) => string,
  corrected: CorrectedRow | null,
): AccountingRow {
  return {
    disclosureId: row.id,
    occurredOn: localDate(row.occurredAt),
    occurredAt: row.occurredAt.toISOString(),
    timeZoneAssumed: row.assumedTimeZone,
    timeOfDayKnown: row.timeOfDayKnown,
    recipient: { name: row.vendor.name, address: row.vendor.address },
    images: row.instanceCount,
    modality: row.modality,
    studyOn: row.studyOn,
    studyUid: row.studyUid,
    withoutIdentity: row.anonymized === true,
    purpose: row.purpose,
    legalBasis: row.legalBasis,
    exclusionReason: row.legallyRequired ? null : row.exclusionReason,
    endpoint: row.destination,
    source: row.sourceAeTitle,
    corrected,
    repeated: null,
  };
}

function correctedRow(row: CorrectedLedgerRow, localDate: (instant: Date) => string): CorrectedRow {
  return {
    on: localDate(row.correctedBy.recordedAt),
    was: {
      occurredOn: localDate(row.occurredAt),
      recipient: row.vendor.name,
      purpose: row.purpose,
      images: row.instanceCount,
    },
  };
}

/** What the law asks of each listed release, (b)(2)(i)-(iv), and a listed row still lacks. The address only "if known". */
export type MissingElement = 'recipient' | 'description' | 'purpose';

export function missingElements(row: AccountingRow): MissingElement[] {
  const missing: MissingElement[] = [];
  if (row.recipient.name.trim() === '') missing.push('recipient');
  if (row.images === null && row.modality === null && row.studyUid === null) missing.push('description');
  if (row.purpose === null) missing.push('purpose');
  return missing;
}

/** A list as it was kept, in the shape of today: the first ones had no repeats, research, corrections and coverage. */
export function keptAccounting(kept: unknown): AccountingDocument {
  const document = kept as AccountingDocument | FirstFormat;
  if (document.format === 2) return document;
  const row = (one: AccountingRow): AccountingRow => ({
    ...one,
    endpoint: null,
    source: null,
    corrected: null,
    repeated: null,
  });
  return {
    ...document,
    format: 2,
    requiredByLaw: document.requiredByLaw.map(row),
    alsoShown: document.alsoShown.map(row),
    research: [],
    struck: [],
    coverage: null,
    anchor: document.anchor && { ...document.anchor, at: null },
  };
}

interface FirstFormat extends Omit<AccountingDocument, 'format'> {
  format: 1;
}
