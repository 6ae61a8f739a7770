import { csvLimits } from './limits.ts';

/** A record as it stood in the file, without its line end. */
export interface CsvRecord {
  bytes: Uint8Array;
  trouble: 'lineTooLong' | 'unterminatedQuote' | null;
  /** Where in the file the next record begins, in bytes; null while that is not known: the rest of a long line is still to come. */
  end: number | null;
}

const [quote, comma, lineFeed, carriageReturn] = [0x22, 0x2c, 0x0a, 0x0d];

/**
 * Cuts a file into records (RFC 4180), whatever the chunks that it comes in, and holds no more than one record. A quote opens a cell only
 * where the cell begins. One that is not closed, or is closed in the middle of a cell of a later line, costs its own line alone: reading
 * goes on with the next one. Empty lines are no records.
 */
export class CsvSplitter {
  private rest: Uint8Array = new Uint8Array(0);
  /** Bytes of the file before `rest`. */
  private before = 0;
  /** Inside a line that was too long, up to its end. */
  private isSkipping = false;

  push(chunk: Uint8Array): CsvRecord[] {
    return this.cut(joined(this.rest, chunk), false);
  }

  /** What is left when the file has ended. */
  end(): CsvRecord[] {
    return this.cut(this.rest, true);
  }

  private cut(bytes: Uint8Array, isEnd: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let start = 0;
    while (start < bytes.length) {
      if (this.isSkipping) {
        const next = bytes.indexOf(lineFeed, start);
        if (next < 0) {
          start = bytes.length;
          break;
        }
        this.isSkipping = false;
        start = next + 1;
        continue;
      }
      const found = recordAt(bytes, start, isEnd);
      if (!found) break;
      this.isSkipping = found.trouble === 'lineTooLong';
      const end = this.isSkipping ? null : this.before + found.next;
      if (found.bytes.length > 0) records.push({ bytes: found.bytes, trouble: found.trouble, end });
      start = found.next;
    }
    this.before += start;
    this.rest = bytes.slice(start);
    return records;
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

type Found = Omit<CsvRecord, 'end'> & { next: number };

/** The record that begins here; null when more of the file is needed to tell. */
function recordAt(bytes: Uint8Array, start: number, isEnd: boolean): Found | null {
  const most = Math.min(bytes.length, start + csvLimits.recordBytes + 1);
  let isQuoted = false;
  let isCellStart = true;
  let firstLine = -1;
  const firstAlone = (): Found => ({
    bytes: lineOf(bytes, start, firstLine),
    trouble: 'unterminatedQuote',
    next: firstLine + 1,
  });
  for (let at = afterMark(bytes, start); at < most; at++) {
    const byte = bytes[at];
    if (isQuoted) {
      if (byte === lineFeed && firstLine < 0) firstLine = at;
      if (byte !== quote) continue;
      // Two of them are one of the value's own.
      if (bytes[at + 1] === quote) at += 1;
      else {
        isQuoted = false;
        if (firstLine >= 0 && !mayEndCell(bytes[at + 1])) return firstAlone();
      }
      continue;
    }
    if (byte === lineFeed) return { bytes: lineOf(bytes, start, at), trouble: null, next: at + 1 };
    isQuoted = byte === quote && isCellStart;
    isCellStart = byte === comma;
  }
  const isTooLong = most - start > csvLimits.recordBytes;
  if (!isTooLong && !isEnd) return null;
  if (isQuoted && firstLine >= 0) return firstAlone();
  if (isTooLong) return { bytes: bytes.slice(start, most), trouble: 'lineTooLong', next: most };
  return {
    bytes: lineOf(bytes, start, bytes.length),
    trouble: isQuoted ? 'unterminatedQuote' : null,
    next: bytes.length,
  };
}

/** @param next undefined where the file or what is there of it ends */
function mayEndCell(next: number | undefined): boolean {
  return next === undefined || next === comma || next === lineFeed || next === carriageReturn;
}

/** The mark of UTF-8 stands before the first cell. */
function afterMark(bytes: Uint8Array, start: number): number {
  const hasMark = bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf;
  return hasMark ? start + 3 : start;
}

function lineOf(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return bytes.slice(start, end > start && bytes[end - 1] === carriageReturn ? end - 1 : end);
}
