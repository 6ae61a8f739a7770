import { setImmediate } from 'node:timers/promises';
import { columnNames } from '../ingest/csv/header.ts';
import { whyNotCsv } from '../ingest/csv/kind.ts';
import { csvLimits } from '../ingest/csv/limits.ts';
import { CsvSplitter } from '../ingest/csv/split.ts';

/** Why a file that staff sent cannot be kept for an import. */
export type UploadRefusal =
  | 'empty'
  | 'utf16'
  | 'notText'
  | 'notUtf8'
  | 'firstLine'
  | 'noRows'
  | 'oneColumn'
  | 'repeatedColumns'
  | 'tooManyColumns'
  | 'tooManyRows'
  | 'tooLarge';

export type LookedAt =
  { ok: true; names: string[]; rowCount: number } | { ok: false; refusal: UploadRefusal };

const slice = 64 * 1024;

/** A file that is held in memory, in one or several pieces, some at a time: others get their turn between. */
export async function* slicesOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const bytes of pieces)
    for (let at = 0; at < bytes.length; at += slice) {
      yield bytes.subarray(at, at + slice);
      await setImmediate();
    }
}

/** What a file looks like before anybody says what its columns are: their names, and how many lines there are. */
export async function lookAtFile(bytes: Uint8Array): Promise<LookedAt> {
  const refuse = (refusal: UploadRefusal): LookedAt => ({ ok: false, refusal });
  if (bytes.length > csvLimits.uploadBytes) return refuse('tooLarge');
  const kind = whyNotCsv(bytes.subarray(0, 4_096));
  if (kind) return refuse(kind);
  const splitter = new CsvSplitter();
  let names: string[] | null = null;
  let rowCount = 0;
  const take = (records: ReturnType<CsvSplitter['push']>): UploadRefusal | null => {
    for (const record of records) {
      if (names) rowCount += 1;
      else {
        const read = columnNames(record);
        if (!read.ok) return read.refusal.code === 'bytesDoNotFitEncoding' ? 'notUtf8' : 'firstLine';
        names = read.names;
        const why = whyNotNames(names);
        if (why) return why;
      }
    }
    return rowCount > csvLimits.uploadLines ? 'tooManyRows' : null;
  };
  for await (const part of slicesOf(bytes)) {
    const why = take(splitter.push(part));
    if (why) return refuse(why);
  }
  const why = take(splitter.end());
  if (why) return refuse(why);
  if (!names) return refuse('empty');
  return rowCount === 0 ? refuse('noRows') : { ok: true, names, rowCount };
}

function whyNotNames(names: readonly string[]): UploadRefusal | null {
  if (names.length === 1) return 'oneColumn';
  if (names.length > csvLimits.columns) return 'tooManyColumns';
  return new Set(names).size < names.length ? 'repeatedColumns' : null;
}
