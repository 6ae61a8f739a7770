/** The columns that a list is read by. Others go along as they came. */
const names = ['patient_id', 'issuer', 'study_uid'] as const;
type Name = (typeof names)[number];

const mostColumns = 100;
/** Of the line that names the columns, in bytes. */
export const longestFirstLine = 64 * 1024;

export interface ListShape {
  delimiter: ',' | ';' | '\t';
  columns: number;
  /** Which column is which, from 0; no study where the list has none. */
  at: Record<Exclude<Name, 'study_uid'>, number> & { study_uid: number | null };
}

/** What a list may have, since it waits in the database, and how fast it has to come and be taken, since few are answered at once. */
export const listLimits = {
  bytes: 2 * 1024 ** 3,
  lines: 50_000_000,
  /** Bytes a second, on an average that counts from `graceMs` of waiting on. */
  leastRate: 64 * 1024,
  graceMs: 30_000,
  /** Of waiting in all: a list holds a place that others need. */
  longestMs: 30 * 60_000,
};
export type ListLimits = typeof listLimits;

/** The limits as they are said. */
export const listLimitsSaid = `${listLimits.bytes / 1024 ** 3} GiB and ${listLimits.lines.toLocaleString('en')} lines`;
export const leastRateSaid = `${listLimits.leastRate / 1024} KiB a second on average, and no longer than ${listLimits.longestMs / 60_000} minutes`;

/** Counts how long the other side was waited for, and for how much. Time that we took ourselves is not in it. */
export class Pace {
  readonly #limits: ListLimits;
  #waited = 0;
  bytes = 0;

  constructor(limits: ListLimits) {
    this.#limits = limits;
  }

  add(bytes: number, waitedMs: number): void {
    this.bytes += bytes;
    this.#waited += waitedMs;
  }

  isTooSlow(): boolean {
    const { graceMs, leastRate, longestMs } = this.#limits;
    if (this.#waited > longestMs) return true;
    return this.#waited > graceMs && (this.bytes * 1_000) / this.#waited < leastRate;
  }
}

/** Why a list is not answered. `line` counts the line of column names as the first. */
export type ListRefusal =
  | {
      reason:
        | 'firstLine'
        | 'lineEnds'
        | 'columns'
        | 'encoding'
        | 'cutOff'
        | 'empty'
        | 'tooLong'
        | 'tooSlow'
        | 'endMark';
    }
  | { reason: 'line'; line: number | null };

/**
 * Whether a first line, cut at the first LF, holds what ends a line for somebody: rows would stand in it that nobody asked about, and go
 * back with the column names. A tab may stand there; nothing else that is not printed.
 */
export function hasOtherBreaks(firstLine: string): boolean {
  return /[\p{Cc}\p{Zl}\p{Zp}]/u.test(firstLine.replaceAll('\t', ''));
}

/**
 * Reads the line that names the columns. @returns null where it is not one of a list: patient_id and issuer have to be there, each once.
 */
export function listShape(firstLine: string): ListShape | null {
  // Not the first that stands there: a name of a column may hold a comma.
  for (const delimiter of [',', ';', '\t'] as const) {
    const shape = shapeBy(delimiter, firstLine);
    if (shape) return shape;
  }
  return null;
}

function shapeBy(delimiter: ListShape['delimiter'], firstLine: string): ListShape | null {
  const cells = firstLine.split(delimiter).map((cell) =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .trim()
      .toLowerCase(),
  );
  if (cells.length > mostColumns || cells.some((cell) => cell.includes('"'))) return null;
  const placesOf = (name: Name) => cells.flatMap((cell, place) => (cell === name ? [place] : []));
  const [patient, issuer, study] = names.map(placesOf);
  if (patient?.length !== 1 || issuer?.length !== 1 || !study || study.length > 1) return null;
  const [patientAt, issuerAt] = [patient[0], issuer[0]];
  if (patientAt === undefined || issuerAt === undefined) return null;
  return {
    delimiter,
    columns: cells.length,
    at: { patient_id: patientAt, issuer: issuerAt, study_uid: study[0] ?? null },
  };
}

const [newline, quote, carriageReturn] = [10, 34, 13];
const nothing: Uint8Array = new Uint8Array(0);

/** A row of a list: the bytes from `start` to before `end`. A list has millions of them: none is made an object of its own. */
export type EachRow = (bytes: Uint8Array, start: number, end: number) => void;

/**
 * Cuts CSV into its rows, whatever pieces it comes in; a line break between quotes ends no row. Each row ends with its line break.
 * Give null for the end.
 */
export function rowCutter(): (piece: Uint8Array | null, each: EachRow) => void {
  /** Of a row that has not ended, and whether it stands between quotes. */
  let rest: Uint8Array = nothing;
  let isQuoted = false;
  const breakIn = (piece: Uint8Array, from: number) => piece.indexOf(newline, from);
  const breakOutsideQuotes = (piece: Uint8Array, from: number) => {
    for (let at = from; at < piece.length; at++) {
      const byte = piece[at];
      if (byte === quote) isQuoted = !isQuoted;
      if (byte === newline && !isQuoted) return at;
    }
    return -1;
  };
  return (piece, each) => {
    if (piece === null) {
      if (rest.length > 0) each(rest, 0, rest.length);
      rest = nothing;
      return;
    }
    // Where no quote stands, which is nearly everywhere, line breaks are looked for by the engine, in a fifth of the time.
    const breakAfter = isQuoted || piece.includes(quote) ? breakOutsideQuotes : breakIn;
    let start = 0;
    for (let at = breakAfter(piece, 0); at >= 0; at = breakAfter(piece, at + 1)) {
      const end = at + 1;
      if (rest.length > 0) {
        const row = joined(rest, piece.subarray(start, end));
        each(row, 0, row.length);
        rest = nothing;
      } else each(piece, start, end);
      start = end;
    }
    rest = rest.length > 0 ? joined(rest, piece.subarray(start)) : piece.slice(start);
  };
}

/**
 * Looks through what stands under the first line, whatever pieces it comes in, and tells whether a line is `\.` alone: PostgreSQL before 18
 * takes that for the end of the list, and the lines under it for nothing. Give null for the end.
 */
export function endMarkFinder(): (piece: Uint8Array | null) => boolean {
  const isBreak = (byte: number | undefined) => byte === newline || byte === carriageReturn;
  const endMark = Buffer.from('\\.');
  /** Of what came: the last three bytes, among them the break in front of the first. */
  let last: Buffer = Buffer.from([newline]);
  const isMark = (bytes: Buffer, at: number) => isBreak(bytes[at - 1]) && isBreak(bytes[at + 2]);
  const isIn = (bytes: Buffer) => {
    for (let at = bytes.indexOf(endMark); at >= 0; at = bytes.indexOf(endMark, at + 1))
      if (isMark(bytes, at)) return true;
    return false;
  };
  return (piece) => {
    if (piece === null) return last.length >= 3 && isBreak(last.at(-3)) && last.subarray(-2).equals(endMark);
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    // What lies across the two is looked at apart: nothing as long as a piece is copied.
    const across = Buffer.concat([last, bytes.subarray(0, 3)]);
    last = piece.length < 3 ? across.subarray(-3) : Buffer.from(bytes.subarray(-3));
    return isIn(across) || isIn(bytes);
  };
}

/** Lines that end in a piece, whichever of the two breaks they end with. */
export function linesIn(piece: Uint8Array): number {
  return Math.max(countOf(newline, piece), countOf(carriageReturn, piece));
}

function countOf(byte: number, bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count++;
  return count;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
