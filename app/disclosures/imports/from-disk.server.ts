import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, isUniqueViolation } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { hasOurNames, plainManner, type FileManner } from '../ingest/csv/columns.ts';
import { columnNames, readHeader } from '../ingest/csv/header.ts';
import { whyNotCsv, type NotCsv } from '../ingest/csv/kind.ts';
import { csvLimits } from '../ingest/csv/limits.ts';
import { CsvRefused } from '../ingest/csv/read-file.ts';
import { CsvSplitter } from '../ingest/csv/split.ts';
import type { IngestResult, IngestState } from '../ingest/delivery.ts';
import { keptMapping } from './column-mappings.server.ts';
import { batchKeyOf, takeInFile } from './take-in-file.server.ts';

export interface ImportProgress {
  lines: number;
  states: Partial<Record<IngestState, number>>;
  /** Of the lines just taken: those that are no disclosure yet, with the reason. */
  troubled: readonly IngestResult[];
}

/**
 * Takes in a CSV file of any length from the disk, holding no more than some lines. An import that was cut off goes on where it stopped, and
 * a file that was taken in before is answered as it was.
 * @param source whose log it is: where the columns are not ours, they are read as they were kept for it @throws CsvRefused
 */
export async function importCsvFile(
  world: World,
  file: string,
  {
    actor,
    source = null,
    onProgress,
  }: { actor: Actor; source?: string | null; onProgress(progress: ImportProgress): void },
): Promise<ImportProgress> {
  const manner = await mannerFor(world, file, source);
  const { sha256, byteCount } = await weigh(file);
  const importId = await importOf(world, { fileName: path.basename(file), sha256, byteCount, manner, actor });
  const progress: ImportProgress = { lines: 0, states: {}, troubled: [] };
  await takeInFile(world, { importId, sha256, manner, actor }, createReadStream(file), {
    onPart: ({ lines, results }) => {
      progress.lines = lines;
      for (const { state } of results) progress.states[state] = (progress.states[state] ?? 0) + 1;
      onProgress({
        ...progress,
        troubled: results.filter(({ state }) => state !== 'accepted' && state !== 'duplicate'),
      });
    },
  });
  return progress;
}

const noCsv: Record<Exclude<NotCsv, 'empty'>, string> = {
  utf16: 'The file is UTF-16. Save it as CSV UTF-8.',
  notText: 'This is no CSV file: its content is of another kind.',
};

/** How the file is read. @throws CsvRefused when its beginning shows that it cannot be */
async function mannerFor(world: World, file: string, source: string | null): Promise<FileManner> {
  let begin: Uint8Array = new Uint8Array(0);
  for await (const chunk of createReadStream(file, { end: 2 * csvLimits.recordBytes }))
    begin = Buffer.concat([begin, chunk as Buffer]);
  const kind = whyNotCsv(begin.subarray(0, 4_096));
  if (kind !== null && kind !== 'empty') throw new CsvRefused(noCsv[kind]);
  const splitter = new CsvSplitter();
  const [first] = [...splitter.push(begin), ...splitter.end()];
  const names = columnNames(first);
  if (!names.ok) throw new CsvRefused(names.refusal.detail);
  const manner = source === null ? plainManner : await mannerOfSource(world, source, names.names);
  const header = readHeader(first, manner.uses);
  if (!header.ok) throw new CsvRefused(header.refusal.detail);
  return manner;
}

async function mannerOfSource({ db }: World, source: string, names: readonly string[]): Promise<FileManner> {
  if (hasOurNames(names)) return { source, uses: null };
  const kept = await keptMapping(db, source);
  if (!kept)
    throw new CsvRefused(
      `The columns are not ours, and nothing is kept on how files of ${source} are read. Send one by the page of imports first.`,
    );
  const uses = names.flatMap((name) => kept.uses.find(({ column }) => column === name) ?? []);
  // One that is missing is refused by its number when the first line is read.
  return { source, uses };
}

/** The row of this file read in this manner: new, or the one that an earlier run or the page made. */
async function importOf(
  world: World,
  file: { fileName: string; sha256: string; byteCount: number; manner: FileManner; actor: Actor },
): Promise<string> {
  const batchKey = batchKeyOf(file);
  const find = () => world.db.fileImport.findUnique({ where: { batchKey }, select: { id: true } });
  const before = await find();
  if (before) return before.id;
  const now = world.clock();
  try {
    const { fileName, sha256, byteCount, manner, actor } = file;
    return await inTransaction(world.db, async (tx) => {
      const { id } = await tx.fileImport.create({
        data: {
          state: 'running',
          auditSourceId: manner.source,
          fileName: fileName.slice(-120),
          byteCount,
          sha256,
          manner,
          batchKey,
          uploadedAt: now,
          confirmedAt: now,
          progressedAt: now,
        },
        select: { id: true },
      });
      await appendEvent(tx, {
        type: 'import.confirmed',
        actor,
        at: now,
        subject: { kind: 'fileImport', id },
        after: { sha256, source: manner.source, byteCount },
        visibleToPatient: false,
      });
      return id;
    });
  } catch (error) {
    const made = isUniqueViolation(error) ? await find() : null;
    if (!made) throw error;
    return made.id;
  }
}

async function weigh(file: string): Promise<{ sha256: string; byteCount: number }> {
  const hash = createHash('sha256');
  let byteCount = 0;
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
    byteCount += (chunk as Buffer).length;
  }
  return { sha256: hash.digest('hex'), byteCount };
}
