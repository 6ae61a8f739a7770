/** One release as an accounting lists it (45 CFR 164.528(b)(2)). */
export interface AccountingRow {
  disclosureId: string;
  /** Facility-local date. */
  occurredOn: string;
  occurredAt: string;
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
}

/** An accounting as it is given and kept: two layers, its window, and what it could not cover. */
export interface AccountingDocument {
  format: 1;
  reference: string;
  facility: { name: string; address: string; phone: string; email: string; timeZone: string };
  patient: { name: string; bornOn: string; identifiers: { issuer: string; value: string }[] };
  /** Facility-local dates, both included. */
  window: { from: string; to: string };
  preparedAt: string;
  preparedOn: string;
  /** What 164.528 makes the facility list. Oldest first. */
  requiredByLaw: AccountingRow[];
  /** Everyone else who received images, and why the law does not list them. Oldest first. */
  alsoShown: AccountingRow[];
  /** Messages of the facility's systems that could not be assigned to anybody yet; some may be about this patient. */
  notYetMatched: number;
  /** Head of the audit chain when it was prepared: an anchor in the patient's hands. */
  anchor: { sequence: string; hash: string } | null;
}

export interface LedgerRow {
  id: string;
  occurredAt: Date;
  vendor: { name: string; address: string | null };
  instanceCount: number | null;
  modality: string | null;
  studyOn: string | null;
  studyUid: string | null;
  anonymized: boolean | null;
  purpose: string | null;
  legalBasis: string | null;
  legallyRequired: boolean;
  exclusionReason: string | null;
}

/**
 * Puts the ledger's rows into the two layers of an accounting.
 * @param localDate the facility-local date of an instant
 */
export function splitLayers(
  rows: readonly LedgerRow[],
  localDate: (instant: Date) => string,
): Pick<AccountingDocument, 'requiredByLaw' | 'alsoShown'> {
  const listed = [...rows]
    .sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1))
    .map((row) => ({ required: row.legallyRequired, row: accountingRow(row, localDate) }));
  return {
    requiredByLaw: listed.filter(({ required }) => required).map(({ row }) => row),
    alsoShown: listed.filter(({ required }) => !required).map(({ row }) => row),
  };
}

function accountingRow(row: LedgerRow, localDate: (instant: Date) => string): AccountingRow {
  return {
    disclosureId: row.id,
    occurredOn: localDate(row.occurredAt),
    occurredAt: row.occurredAt.toISOString(),
    recipient: { name: row.vendor.name, address: row.vendor.address },
    images: row.instanceCount,
    modality: row.modality,
    studyOn: row.studyOn,
    studyUid: row.studyUid,
    withoutIdentity: row.anonymized === true,
    purpose: row.purpose,
    legalBasis: row.legalBasis,
    exclusionReason: row.legallyRequired ? null : row.exclusionReason,
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
