import type { World } from '#app/db/world.ts';
import {
  hasOurNames,
  isColumn,
  likelyUses,
  whyNotReadable,
  type ColumnsRefusal,
  type ColumnUse,
} from '../ingest/csv/columns.ts';
import { cellsOf, columnNames } from '../ingest/csv/header.ts';
import { itemsOfCsv } from '../ingest/csv/read-file.ts';
import { CsvSplitter, type CsvRecord } from '../ingest/csv/split.ts';
import type { Reading } from '../ingest/dicom-audit/reading.ts';
import { habitsOf } from '../ingest/known.server.ts';
import { keptMapping } from './column-mappings.server.ts';
import { slicesOf } from './look-at-file.server.ts';
import { contentOf } from './uploads.server.ts';

/** Lines that are shown, that are looked at before anything is taken in, and of whose problems each is named. */
const rowsShown = 20;
const rowsLookedAt = 20_000;
const problemsNamed = 50;
/** Milliseconds: nobody waits for the rest of a long file. */
const longestLook = 2_000;

export interface Preview {
  columns: { name: string; field: ColumnUse['field']; example: string }[];
  /** Nothing has to be said about the columns. */
  isOurs: boolean;
  /** Where the columns come from, as they stand. */
  from: 'names' | 'kept' | 'person';
  /** Null: lines cannot be read by these columns, and `why` says so. */
  read: PreviewRead | null;
  why: ColumnsRefusal | null;
}

export interface PreviewLine {
  index: number;
  reading: Reading;
  /** Neither the line nor what is known of its source says whose number it is. */
  lacksIssuer: boolean;
}

export interface PreviewRead {
  rows: PreviewLine[];
  lookedAt: number;
  /** Lines that would be no entry of the record by what they say. */
  problems: PreviewLine[];
  problemCount: number;
}

/** What each column is read as: null where the file's own names say it. */
export function usesOf(names: readonly string[], fields: readonly ColumnUse['field'][]): ColumnUse[] | null {
  const isAsNamed = hasOurNames(names) && names.every((name, at) => fields[at] === name);
  return isAsNamed ? null : names.map((column, at) => ({ column, field: fields[at] ?? null }));
}

/**
 * How a file that waits would be read: the first lines, and which lines have a problem. Changes nothing.
 * @param fields what a person chose for each column; null: what is likely @returns null when the file waits no more
 */
export async function previewImport(
  world: World,
  { importId, source, fields }: { importId: string; source: string; fields: ColumnUse['field'][] | null },
): Promise<Preview | null> {
  const content = await contentOf(world, importId);
  if (!content) return null;
  const { names, example } = beginOf(content.bytes);
  const kept = await keptMapping(world.db, source);
  const chosen = fields?.length === names.length ? fields : null;
  const likely = hasOurNames(names)
    ? names.map((name) => (isColumn(name) ? name : null))
    : likelyUses(names, kept?.uses ?? null).map(({ field }) => field);
  const standing = chosen ?? likely;
  const uses = usesOf(names, standing);
  const why = whyNotReadable(standing);
  const isKept = kept !== null && names.some((name) => kept.uses.some(({ column }) => column === name));
  return {
    columns: names.map((name, at) => ({ name, field: standing[at] ?? null, example: example[at] ?? '' })),
    isOurs: uses === null,
    from: chosen ? 'person' : uses !== null && isKept ? 'kept' : 'names',
    read: why ? null : await readAll(world, content.bytes, { source, uses }),
    why,
  };
}

function beginOf(bytes: Uint8Array): { names: string[]; example: string[] } {
  const splitter = new CsvSplitter();
  // Two lines are in it, whatever they hold.
  const records: CsvRecord[] = [...splitter.push(bytes.subarray(0, 128 * 1024)), ...splitter.end()];
  const [first, second] = records;
  const names = columnNames(first);
  const cells = second && cellsOf(second);
  return { names: names.ok ? names.names : [], example: cells?.ok ? cells.cells : [] };
}

/** The names of a file's columns, where it still waits. */
export async function columnsOf(world: World, importId: string): Promise<string[] | null> {
  const content = await contentOf(world, importId);
  return content && beginOf(content.bytes).names;
}

async function readAll(
  world: World,
  bytes: Uint8Array,
  manner: { source: string; uses: ColumnUse[] | null },
): Promise<PreviewRead> {
  const habits = (await habitsOf(world.db, [manner.source])).get(manner.source);
  const zone = habits?.assumedTimeZone;
  const options = { now: world.clock(), ...(zone ? { assumedTimeZone: zone } : {}) };
  const lacksIssuer = (reading: Reading) =>
    reading.outcome === 'transfer' && !reading.transfer.patient.issuer && !habits?.defaultIssuer;
  const read: PreviewRead = { rows: [], lookedAt: 0, problems: [], problemCount: 0 };
  const until = performance.now() + longestLook;
  for await (const { items } of itemsOfCsv(slicesOf(bytes), 500, manner)) {
    for (const item of items) {
      const reading = item.read(options);
      const line = { index: read.lookedAt, reading, lacksIssuer: lacksIssuer(reading) };
      read.lookedAt += 1;
      if (read.rows.length < rowsShown) read.rows.push(line);
      if (reading.outcome === 'transfer' && !line.lacksIssuer) continue;
      read.problemCount += 1;
      if (read.problems.length < problemsNamed) read.problems.push(line);
    }
    if (read.lookedAt >= rowsLookedAt || performance.now() > until) break;
  }
  return read;
}
