import { csvColumns, type CsvColumn } from './limits.ts';

/** What a column of a file is read as; null: it is left out. `column` is its name as `columnNames` gives it. */
export type ColumnUse = { column: string; field: CsvColumn | null };

/** How the lines of a file are read, beside what they hold: kept with its batch, since no line means anything without it. */
export type FileManner = {
  /** The system whose log it is; null: the sending system of each line stands for its own log. */
  source: string | null;
  /** Null: the columns have the names of `csvColumns`. */
  uses: ColumnUse[] | null;
};

export const plainManner: FileManner = { source: null, uses: null };

export function isColumn(name: string): name is CsvColumn {
  return (csvColumns as readonly string[]).includes(name);
}

/** Whether a file says of itself what its columns mean. */
export function hasOurNames(names: readonly string[]): boolean {
  return names.every(isColumn) && whyNotReadable(names.filter(isColumn)) === null;
}

/** Why lines cannot be read by these columns. */
export type ColumnsRefusal = 'repeatedColumns' | 'missingColumns';

export function whyNotReadable(fields: readonly (CsvColumn | null)[]): ColumnsRefusal | null {
  const used = fields.filter((field) => field !== null);
  if (new Set(used).size < used.length) return 'repeatedColumns';
  const has = (field: CsvColumn) => used.includes(field);
  const isEnough =
    has('event_time') && has('patient_id') && (has('destination_ae') || has('destination_host'));
  return isEnough ? null : 'missingColumns';
}

/** Names that other systems give what we read, without signs between their letters. */
const alike: Readonly<Record<string, CsvColumn>> = {
  mrn: 'patient_id',
  patientnumber: 'patient_id',
  patientmrn: 'patient_id',
  assigningauthority: 'issuer',
  issuerofpatientid: 'issuer',
  timestamp: 'event_time',
  datetime: 'event_time',
  senttime: 'event_time',
  sentat: 'event_time',
  sourceaetitle: 'source_ae',
  callingae: 'source_ae',
  destinationaetitle: 'destination_ae',
  destination: 'destination_ae',
  calledae: 'destination_ae',
  studyinstanceuid: 'study_uid',
  accessionnumber: 'accession',
  sopclassuid: 'sop_class',
  images: 'instances',
  numberofinstances: 'instances',
  status: 'outcome',
};

const letters = (name: string) => name.replace(/[^a-z0-9]/g, '');
const byLetters = new Map<string, CsvColumn>([
  ...Object.entries(alike),
  ...csvColumns.map((field): [string, CsvColumn] => [letters(field), field]),
]);

/**
 * What each column is likely to be: as it was kept for this source, else by its name. No field is given to two columns; a person looks at
 * it before it counts.
 */
export function likelyUses(names: readonly string[], kept: readonly ColumnUse[] | null): ColumnUse[] {
  const before = new Map((kept ?? []).map(({ column, field }) => [column, field]));
  const taken = new Set(names.flatMap((name) => before.get(name) ?? []));
  return names.map((column) => {
    const known = before.get(column);
    if (known !== undefined) return { column, field: known };
    const field = byLetters.get(letters(column)) ?? null;
    if (field === null || taken.has(field)) return { column, field: null };
    taken.add(field);
    return { column, field };
  });
}

export function sameUses(a: readonly ColumnUse[] | null, b: readonly ColumnUse[] | null): boolean {
  const text = (uses: readonly ColumnUse[] | null) =>
    JSON.stringify(
      uses && uses.map(({ column, field }) => [column, field]).sort(([x], [y]) => (x! < y! ? -1 : 1)),
    );
  return text(a) === text(b);
}

/** As it was kept with a batch; one from before has none. */
export function mannerOf(kept: unknown): FileManner {
  if (kept === null || typeof kept !== 'object' || !('uses' in kept)) return plainManner;
  const source = 'source' in kept && typeof kept.source === 'string' ? kept.source : null;
  return { source, uses: kept.uses === null ? null : mappingOf(kept.uses) };
}

/** The columns as they were kept. A field that this release does not know is left out. */
export function mappingOf(kept: unknown): ColumnUse[] {
  if (!Array.isArray(kept)) return [];
  return kept.flatMap((use: unknown) => {
    if (use === null || typeof use !== 'object' || !('column' in use) || typeof use.column !== 'string')
      return [];
    const field = 'field' in use && typeof use.field === 'string' && isColumn(use.field) ? use.field : null;
    return [{ column: use.column, field }];
  });
}
