import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { askedTable, copyIn } from './cohort-question.server.ts';
import { doneWith } from './cohort-memory.server.ts';
import { bodyOf, ListRefused, type Reading } from './cohort-body.server.ts';
import { endMarkFinder, hasOtherBreaks, listShape, longestFirstLine, type ListShape } from './cohort-list.ts';

export interface ReadList {
  shape: ListShape;
  /** As it came, without a mark of the byte order and the line break. */
  firstLine: string;
  /** Under the first line. */
  rows: number;
  /** Whether a space stands anywhere in them. */
  hasSpaces: boolean;
  /** Rows taken out again because the list ends in them. */
  cut: number;
  sha256: string;
}

const [newline, space] = [10, 32];

/**
 * Puts a list into a temporary table of the client's transaction, as fast as the database takes it and no faster than it comes. The
 * database reads the CSV, so that what is asked and what is answered are the same rows. A last line without a line break may have been cut
 * within an id or a study: it is taken out again.
 * @param cameWhole whether all came that was sent, asked when the body has ended @throws ListRefused, and what `stillAsks` throws
 */
export async function readList(
  client: PoolClient,
  body: AsyncIterable<Uint8Array>,
  cameWhole: () => boolean,
  reading: Reading,
): Promise<ReadList> {
  const hash = createHash('sha256');
  const pieces = bodyOf(body, reading);
  const next = async () => {
    const piece = await pieces.next();
    if (piece !== null) hash.update(piece);
    return piece;
  };
  try {
    const { firstLine, rest } = await readFirstLine(next);
    if (hasOtherBreaks(firstLine)) throw new ListRefused({ reason: 'lineEnds' });
    const shape = listShape(firstLine);
    if (!shape) throw new ListRefused({ reason: 'columns' });
    await client.query(askedTable(shape));
    const sink = client.query(copyFrom(copyIn(shape)));
    // An error comes once, whether anybody waits at that moment or not.
    const failed = new Promise<never>((_, reject) =>
      sink.once('error', (error: Error) => reject(asRefusal(error))),
    );
    failed.catch(() => undefined);
    const told = (event: 'drain' | 'finish') =>
      Promise.race([new Promise<void>((resolve) => sink.once(event, () => resolve())), failed]);
    let last = newline;
    let hasSpaces = false;
    const hasEndMark = endMarkFinder();
    const done = doneWith();
    for (let piece: Uint8Array | null = rest; piece !== null; piece = await next()) {
      if (piece.length === 0) continue;
      if (hasEndMark(piece)) throw new ListRefused({ reason: 'endMark' });
      last = piece[piece.length - 1] ?? newline;
      hasSpaces ||= piece.includes(space);
      if (!sink.write(piece)) await told('drain');
      done(piece.length);
    }
    if (!cameWhole()) {
      sink.destroy();
      throw new ListRefused({ reason: 'cutOff' });
    }
    if (hasEndMark(null)) throw new ListRefused({ reason: 'endMark' });
    const ended = told('finish');
    sink.end();
    await ended;
    const rows = sink.rowCount;
    const isCut = rows > 0 && last !== newline;
    if (isCut)
      await client.query('delete from cohort_asked where ctid = (select max(ctid) from cohort_asked)');
    await client.query('analyze cohort_asked');
    return { shape, firstLine, rows, hasSpaces, cut: isCut ? 1 : 0, sha256: hash.digest('hex') };
  } finally {
    await pieces.leave();
  }
}

async function readFirstLine(
  next: () => Promise<Uint8Array | null>,
): Promise<{ firstLine: string; rest: Uint8Array }> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const end = bytes.indexOf(newline);
    if (end >= 0) return { firstLine: decoded(bytes.subarray(0, end)), rest: bytes.subarray(end + 1) };
    if (bytes.length > longestFirstLine) throw new ListRefused({ reason: 'firstLine' });
    const piece = await next();
    if (piece === null) throw new ListRefused({ reason: bytes.length === 0 ? 'empty' : 'firstLine' });
    bytes = Buffer.concat([bytes, piece]);
  }
}

function decoded(bytes: Uint8Array): string {
  try {
    // It leaves out the mark of the byte order, which spreadsheets write.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r$/, '');
  } catch {
    throw new ListRefused({ reason: 'encoding' });
  }
}

/** What the database said of a row, without the row: its words repeat what stands there. */
function asRefusal(error: Error): Error {
  if (!('code' in error)) return error;
  // 22P04: bad_copy_file_format. 22021, 22P05: characters that are none.
  if (error.code === '22021' || error.code === '22P05') return new ListRefused({ reason: 'encoding' });
  if (error.code !== '22P04') return error;
  const line = 'where' in error ? /line (\d+)/.exec(String(error.where))?.[1] : undefined;
  return new ListRefused({ reason: 'line', line: line === undefined ? null : Number(line) + 1 });
}
