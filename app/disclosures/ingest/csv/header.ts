import { parse } from 'csv-parse/sync';
import type { Refusal } from '../dicom-audit/refusal.ts';
import { isColumn, whyNotReadable, type ColumnUse } from './columns.ts';
import { csvColumns, csvLimits, type CsvColumn } from './limits.ts';
import type { CsvRecord } from './split.ts';

export interface CsvHeader {
  /** As it stood in the file, for the evidence of each line. */
  bytes: Uint8Array;
  /** Null where a column is left out. */
  columns: readonly (CsvColumn | null)[];
}

export type ReadCells = { ok: true; cells: string[] } | { ok: false; refusal: Refusal };
export type ReadHeader = { ok: true; header: CsvHeader } | { ok: false; refusal: Refusal };

const refused = (code: Refusal['code'], detail: string) => ({
  ok: false as const,
  refusal: { code, detail },
});

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The cells of one record. */
export function cellsOf({ bytes, trouble }: CsvRecord): ReadCells {
  if (trouble === 'lineTooLong') return refused(trouble, `A line may have ${csvLimits.recordBytes} bytes.`);
  if (trouble) return refused(trouble, 'A quote is opened and not closed.');
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refused('bytesDoNotFitEncoding', 'The bytes are not UTF-8.');
  }
  // Without a quote, a cell ends at each comma and nowhere else (RFC 4180 §2); most lines of most files have none.
  if (!/["\r\n]/.test(text)) return { ok: true, cells: text.split(',') };
  try {
    const rows: string[][] = parse(text, { relax_column_count: true });
    return { ok: true, cells: rows[0] ?? [] };
  } catch {
    return refused('badQuoting', 'A quote stands where none may (RFC 4180).');
  }
}

export type ReadNames = { ok: true; names: string[]; bytes: Uint8Array } | { ok: false; refusal: Refusal };

/** The names in the first line of a file, trimmed and in lower case, and its bytes without their mark. */
export function columnNames(record: CsvRecord | undefined): ReadNames {
  if (!record) return refused('empty', 'There is no line in it.');
  const hasMark = record.bytes[0] === 0xef && record.bytes[1] === 0xbb && record.bytes[2] === 0xbf;
  const bytes = hasMark ? record.bytes.slice(3) : record.bytes;
  const read = cellsOf({ ...record, bytes });
  if (!read.ok) return read;
  // PostgreSQL keeps no NUL.
  if (bytes.includes(0)) return refused('bytesDoNotFitEncoding', 'There is a NUL in the first line.');
  return { ok: true, names: read.cells.map((name) => name.trim().toLowerCase()), bytes };
}

/**
 * The first line: names of ours in any order, or names of which `uses` says what each is read as. One that we do not know is refused, since
 * its meaning would be lost in silence.
 */
export function readHeader(
  record: CsvRecord | undefined,
  uses: readonly ColumnUse[] | null = null,
): ReadHeader {
  const read = columnNames(record);
  if (!read.ok) return read;
  const { bytes, names } = read;
  const known = new Map((uses ?? []).map(({ column, field }) => [column, field]));
  const columns = names.map((name) => (uses ? known.get(name) : isColumn(name) ? name : undefined));
  const unknown = columns.flatMap((column, at) => (column === undefined ? [at + 1] : []));
  if (unknown.length > 0) {
    const numbers = unknown.slice(0, 10).join(', ');
    return refused(
      'unknownColumns',
      uses
        ? `Nothing is kept on what these columns are read as: number ${numbers}.`
        : `The first line names the columns. Not known: number ${numbers}. Known are ${csvColumns.join(', ')}.`,
    );
  }
  const fields = columns.map((column) => column ?? null);
  switch (whyNotReadable(fields)) {
    case 'repeatedColumns':
      return refused('repeatedColumns', 'A column is named more than once.');
    case 'missingColumns':
      return refused(
        'missingColumns',
        'event_time, patient_id, and destination_ae or destination_host have to be there.',
      );
    case null:
      return { ok: true, header: { bytes, columns: fields } };
  }
}
