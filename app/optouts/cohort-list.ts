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

/** Why a list is not answered. `line` counts the line of column names as the first. */
export type ListRefusal =
  | { reason: 'firstLine' | 'columns' | 'encoding' | 'cutOff' | 'empty' }
  | { reason: 'line'; line: number | null };

/**
 * Reads the line that names the columns. @returns null where it is not one of a list: patient_id and issuer have to be there, each once.
 */
export function listShape(firstLine: string): ListShape | null {
  const delimiter = ([',', ';', '\t'] as const).find((one) => firstLine.includes(one));
  if (!delimiter) return null;
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

const [newline, quote] = [10, 34];
const nothing: Uint8Array = new Uint8Array(0);

/**
 * Cuts CSV into its rows, whatever pieces it comes in; a line break between quotes ends no row. Each row ends with its line break.
 * Give null for the end.
 */
export function rowCutter(): (piece: Uint8Array | null, each: (row: Uint8Array) => void) => void {
  /** Of a row that has not ended, and whether it stands between quotes. */
  let rest: Uint8Array = nothing;
  let isQuoted = false;
  return (piece, each) => {
    if (piece === null) {
      if (rest.length > 0) each(rest);
      rest = nothing;
      return;
    }
    const isPlain = !piece.includes(quote);
    let start = 0;
    for (let from = 0; ;) {
      const end = piece.indexOf(newline, from);
      const to = end < 0 ? piece.length : end + 1;
      if (!isPlain && quotesIn(piece, from, to) % 2 === 1) isQuoted = !isQuoted;
      if (end < 0) break;
      from = to;
      if (isQuoted) continue;
      each(rest.length > 0 ? joined(rest, piece.subarray(start, to)) : piece.subarray(start, to));
      rest = nothing;
      start = to;
    }
    rest = rest.length > 0 ? joined(rest, piece.subarray(start)) : piece.slice(start);
  };
}

function quotesIn(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === quote) count++;
  return count;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
