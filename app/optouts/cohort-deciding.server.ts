import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { World } from '#app/db/world.ts';
import { answerFor, endOfYes, reliableUntil, type Asking, type ItemAnswer } from './answering.ts';
import { endBy, stillAdmitted, type Asker } from './cohort-asking.server.ts';
import { askedAgainEvery } from './cohort-body.server.ts';
import { listLimits, Pace, rowCutter, type EachRow } from './cohort-list.ts';
import { doneWith } from './cohort-memory.server.ts';
import { rowsWithRecords } from './cohort-question.server.ts';
import type { ReadList } from './cohort-reading.server.ts';
import { DenialLog, endReceipt, type CohortOutcome } from './cohort-receipts.server.ts';
import { recordsIn } from './cohort-rows.ts';

const pieceOf = 64 * 1024;

/** Pieces of the answer, made as they are asked for. Whoever does not want them all calls `return`. */
export interface Rows {
  next(): Promise<IteratorResult<Uint8Array, void>>;
  return(): Promise<void>;
}

/** Rows whose first piece is made: however they are left now, what they hold is given back. */
export async function begun(rows: AsyncGenerator<Uint8Array, void>): Promise<Rows> {
  let first: IteratorResult<Uint8Array, void> | null = await rows.next();
  return {
    next: async () => {
      const piece = first ?? (await rows.next());
      first = null;
      return piece;
    },
    return: async () => void (await rows.return()),
  };
}

/** The rows of a list that may go. However it ends, the receipt says how. */
export async function* decidedRows(
  world: World,
  { asker, receiptId, done }: { asker: Asker; receiptId: string; done(): void },
  {
    client,
    list,
    asking,
    outcome,
  }: { client: PoolClient; list: ReadList; asking: Asking; outcome: CohortOutcome },
): AsyncGenerator<Uint8Array, void> {
  const { pool } = world.database;
  const hash = createHash('sha256');
  let log: DenialLog | null = null;
  let isWhole = false;
  try {
    log = await DenialLog.open(pool, receiptId);
    const source = client.query(
      copyTo(rowsWithRecords(list.shape, { count: list.rows, hasSpaces: list.hasSpaces })),
    );
    const out = new Pieces();
    const cut = rowCutter();
    const decide = rowDecider(list.shape.delimiter, asking);
    let known = 0;
    let validUntil = reliableUntil(asking.now, []);
    // Rows are decided as of the start; what takes longer than its answer counts would go out on a word that is over.
    const stillCounts = () => {
      if (world.clock() >= validUntil) throw new Error('the answer was taken for longer than it counts');
    };
    const each: EachRow = (bytes, start, end) => {
      known++;
      const { answer, endsAt, said } = decide(bytes, start, end);
      if (answer.decision === 'permit') {
        outcome.permitted++;
        if (endsAt) validUntil = reliableUntil(asking.now, [validUntil, endsAt]);
        return out.add(bytes, start + said + 1, end);
      }
      outcome.denied[answer.reason] = (outcome.denied[answer.reason] ?? 0) + 1;
      if ('recordId' in answer) log?.note(answer.recordId);
    };
    const firstLine = Buffer.from(`${list.firstLine}\n`);
    out.add(firstLine, 0, firstLine.length);
    let askedAt = performance.now();
    const taking = new Pace(listLimits);
    const done = doneWith();
    for await (const piece of source as AsyncIterable<Uint8Array>) {
      cut(piece, each);
      done(piece.length);
      await log.flush();
      if (performance.now() - askedAt > askedAgainEvery) {
        await stillAdmitted(world, asker);
        askedAt = performance.now();
      }
      stillCounts();
      if (out.length >= pieceOf) {
        const taken = out.take();
        hash.update(taken);
        const wentAt = performance.now();
        yield taken;
        taking.add(taken.length, performance.now() - wentAt);
        if (taking.isTooSlow()) throw new Error('the answer was taken too slowly');
      }
    }
    cut(null, each);
    await stillAdmitted(world, asker);
    stillCounts();
    const rest = out.take();
    hash.update(rest);
    if (rest.length > 0) yield rest;
    stillCounts();
    const unknown = list.rows - list.cut - known;
    if (unknown > 0) outcome.denied.patientUnknown = unknown;
    const answeredSha256 = hash.digest('hex');
    Object.assign(outcome, { end: 'answered', endedAt: world.clock(), validUntil, answeredSha256 });
    // Not before the last row was taken; and the answer does not end before this is kept.
    await client.query('commit');
    await log.close(outcome);
    isWhole = true;
  } catch (error) {
    outcome.end = endBy(error);
    throw error;
  } finally {
    client.release(!isWhole);
    done();
    if (!isWhole) {
      log?.throwAway();
      if (outcome.end === 'answered') outcome.end = 'brokenOff';
      await endReceipt(pool, receiptId, { ...outcome, endedAt: world.clock(), answeredSha256: null });
    }
  }
}

interface DecidedRow {
  answer: ItemAnswer;
  endsAt: Date | null;
  /** How many bytes of records stand in front of the row. */
  said: number;
}

/** Decides rows as `rowsWithRecords` gives them. All patients without a record have one answer, which is asked for once. */
function rowDecider(delimiter: string, asking: Asking): (...row: Parameters<EachRow>) => DecidedRow {
  const mark = delimiter.charCodeAt(0);
  const free: DecidedRow = { answer: answerFor([], asking), endsAt: null, said: 0 };
  const unreadable: DecidedRow = {
    ...free,
    answer: { decision: 'deny', reason: 'patientUnknown' },
  };
  return (bytes, start, end) => {
    if (bytes[start] === mark) return free;
    const to = bytes.indexOf(mark, start);
    if (to < 0 || to >= end) return unreadable;
    const known = recordsIn(
      Buffer.from(bytes.buffer, bytes.byteOffset + start, to - start).toString('latin1'),
    );
    if (!known) return unreadable;
    const answer = answerFor(known.records, { ...asking, studyUid: known.studyUid });
    return {
      answer,
      endsAt: endOfYes(answer, known.records),
      said: to - start,
    };
  };
}

/** A row of fewer bytes is faster copied here than by a call. */
const shortRow = 200;

/** Rows that wait to go out, in one piece of memory that is used again. */
class Pieces {
  #bytes = Buffer.allocUnsafe(2 * pieceOf);
  length = 0;

  add(of: Uint8Array, start: number, end: number): void {
    if (this.length + end - start > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.length + end - start));
      this.#bytes.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    if (end - start > shortRow) this.#bytes.set(of.subarray(start, end), this.length);
    else {
      const into = this.#bytes;
      for (let at = start, to = this.length; at < end; at++, to++) into[to] = of[at] ?? 0;
    }
    this.length += end - start;
  }

  /** A copy of what waits. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }
}
