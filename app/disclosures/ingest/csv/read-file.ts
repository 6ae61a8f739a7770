import type { Item } from '../delivery.ts';
import { plainManner, type FileManner } from './columns.ts';
import { readHeader, type CsvHeader } from './header.ts';
import { csvLimits } from './limits.ts';
import { lineItem, refusedItem } from './read.ts';
import { CsvSplitter, type CsvRecord } from './split.ts';

export type CsvBody = { ok: true; items: Item[] } | { ok: false; item: Item };

/** A whole file that is held in memory. What cannot be read as one is a single item, refused. */
export function readCsvBody(bytes: Uint8Array): CsvBody {
  const refuse = (refusal: Parameters<typeof refusedItem>[1]): CsvBody => ({
    ok: false,
    item: refusedItem(bytes.slice(0, csvLimits.bodyBytes), refusal),
  });
  if (bytes.length > csvLimits.bodyBytes)
    return refuse({
      code: 'tooLarge',
      detail: `A call may have ${csvLimits.bodyBytes} bytes. Import larger files with: npm run -s admin -- import FILE`,
      limit: csvLimits.bodyBytes,
    });
  const splitter = new CsvSplitter();
  const records: CsvRecord[] = [...splitter.push(bytes), ...splitter.end()];
  const [first, ...lines] = records;
  const read = readHeader(first);
  if (!read.ok) return refuse(read.refusal);
  if (lines.length > csvLimits.lines)
    return refuse({
      code: 'tooManyLines',
      detail: `A call may have ${csvLimits.lines} lines. Import larger files with: npm run -s admin -- import FILE`,
      limit: csvLimits.lines,
    });
  return { ok: true, items: lines.map((line) => lineItem(read.header, line)) };
}

/** Lines of a file. */
export interface CsvPart {
  items: Item[];
  /** Where the line after them begins, in bytes of what was read; null where it is not known yet. */
  end: number | null;
}

/** The lines of a file of any length, some at a time. @throws CsvRefused when its first line cannot be used */
export async function* itemsOfCsv(
  chunks: AsyncIterable<Uint8Array>,
  size: number,
  { source, uses }: FileManner = plainManner,
): AsyncGenerator<CsvPart> {
  const splitter = new CsvSplitter();
  let header: CsvHeader | null = null;
  let waiting: CsvRecord[] = [];
  const take = (records: CsvRecord[]) => {
    const [first, ...others] = header ? [] : records;
    if (first) header = headerOf(first, uses);
    waiting = waiting.concat(first ? others : records);
  };
  const part = (): CsvPart => {
    const records = waiting.slice(0, size);
    waiting = waiting.slice(size);
    return {
      items: records.map((record) => lineItem(header!, record, source)),
      end: records.at(-1)?.end ?? null,
    };
  };
  for await (const chunk of chunks) {
    take(splitter.push(chunk));
    while (waiting.length >= size) yield part();
  }
  take(splitter.end());
  if (!header) headerOf(undefined, uses);
  while (waiting.length > 0) yield part();
}

export class CsvRefused extends Error {
  override name = 'CsvRefused';
}

function headerOf(record: CsvRecord | undefined, uses: FileManner['uses']): CsvHeader {
  const read = readHeader(record, uses);
  if (!read.ok) throw new CsvRefused(read.refusal.detail);
  return read.header;
}
