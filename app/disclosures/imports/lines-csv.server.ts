import { stringify } from 'csv-stringify/sync';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { Words } from '#app/words/words.ts';
import { filterOf } from './imports.ts';
import { whyInWords } from './line-words.ts';
import { linesForAttention } from './lines.server.ts';

/**
 * Lines that need somebody as CSV for spreadsheets, some at a time. No cell of it is run as a formula.
 * @param shows is told what is in the cells of a part, before that part is given out
 */
export async function* attentionCsv(
  world: Pick<World, 'db' | 'keys'>,
  batchId: string,
  words: Words,
  shows: (cells: string[]) => Promise<void>,
): AsyncGenerator<string, undefined> {
  const write = (rows: string[][], bom: boolean) =>
    stringify(rows, { bom, escape_formulas: true, record_delimiter: 'windows' });
  const ours = [words('imports.csv.row'), words('imports.csv.state'), words('imports.csv.why')];
  let isFirst = true;
  for await (const { names, lines } of linesForAttention(world, batchId)) {
    const rows = lines.map(({ index, state, reason, cells }) => [
      String(index + 1),
      words(`imports.lines.${filterOf[state]}`),
      whyInWords(words, state, reason),
      ...cells,
    ]);
    await shows(lines.flatMap(({ cells }) => cells));
    yield write(isFirst ? [[...ours, ...names], ...rows] : rows, isFirst);
    isFirst = false;
  }
  if (isFirst) yield write([ours], true);
}

/** Writes down that somebody took what the rows of a file say. */
export function noteLinesTaken(
  world: World,
  { importId, actor }: { importId: string; actor: Person },
): Promise<void> {
  return inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'import.linesTaken',
      actor,
      at: world.clock(),
      subject: { kind: 'fileImport', id: importId },
      visibleToPatient: false,
    }),
  );
}
