import { parse } from 'csv-parse/sync';
import type { Refusal } from '../dicom-audit/refusal.ts';
import { csvColumns, csvLimits, type CsvColumn } from './limits.ts';
import type { CsvRecord } from './split.ts';

export interface CsvHeader {
  /** As it stood in the file, for the evidence of each line. */
  bytes: Uint8Array;
  columns: readonly CsvColumn[];
}

export type ReadCells = { ok: true; cells: string[] } | { ok: false; refusal: Refusal };
export type ReadHeader = { ok: true; header: CsvHeader } | { ok: false; refusal: Refusal };

const refused = (code: Refusal['code'], detail: string) => ({
  ok: false as const,
  refusal: { code, detail },
});

/** The cells of one record. */
export function cellsOf({ bytes, trouble }: CsvRecord): ReadCells {
  if (trouble === 'lineTooLong') return refused(trouble, `A line may have ${csvLimits.recordBytes} bytes.`);
  if (trouble) return refused(trouble, 'A quote is opened and not closed.');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refused('bytesDoNotFitEncoding', 'The bytes are not UTF-8.');
  }
  try {
    const rows: string[][] = parse(text, { relax_column_count: true });
    return { ok: true, cells: rows[0] ?? [] };
  } catch {
    return refused('badQuoting', 'A quote stands where none may (RFC 4180).');
  }
}

/** The first line: names of ours in any order. One that we do not know is refused, since its meaning would be lost in silence. */
export function readHeader(record: CsvRecord | undefined): ReadHeader {
  if (!record) return refused('empty', 'There is no line in it.');
  const hasMark = record.bytes[0] === 0xef && record.bytes[1] === 0xbb && record.bytes[2] === 0xbf;
  const bytes = hasMark ? record.bytes.slice(3) : record.bytes;
  const read = cellsOf({ ...record, bytes });
  if (!read.ok) return read;
  const names = read.cells.map((name) => name.trim().toLowerCase());
  const unknown = names.flatMap((name, at) => (isColumn(name) ? [] : [at + 1]));
  if (unknown.length > 0)
    return refused(
      'unknownColumns',
      `The first line names the columns. Not known: number ${unknown.slice(0, 10).join(', ')}. Known are ${csvColumns.join(', ')}.`,
    );
  const columns = names.filter(isColumn);
  if (new Set(columns).size < columns.length)
    return refused('repeatedColumns', 'A column is named more than once.');
  const has = (name: CsvColumn) => columns.includes(name);
  if (!has('event_time') || !has('patient_id') || !(has('destination_ae') || has('destination_host')))
    return refused(
      'missingColumns',
      'event_time, patient_id, and destination_ae or destination_host have to be there.',
    );
  return { ok: true, header: { bytes, columns } };
}

function isColumn(name: string): name is CsvColumn {
  return (csvColumns as readonly string[]).includes(name);
}
