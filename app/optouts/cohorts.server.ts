import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { Person } from '#app/audit/actor.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { oneFor } from '#app/db/together.server.ts';
import type { Database } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { isStillAdmitted, type Admitted } from '#app/people/admission.server.ts';
import { answerFor, endOfYes, reliableUntil, type Asking, type ItemAnswer } from './answering.ts';
import { readAskedAbout } from './asked-records.server.ts';
import { RecipientNotTheirs } from './checks.server.ts';
import { askedAgainEvery, ListRefused } from './cohort-body.server.ts';
import { listLimits, Pace, rowCutter, type ListRefusal } from './cohort-list.ts';
import { rowsWithRecords } from './cohort-question.ts';
import { readList, type ReadList } from './cohort-reading.server.ts';
import {
  beginReceipt,
  DenialLog,
  endReceipt,
  type CohortEnd,
  type CohortOutcome,
  type CohortQuestion,
} from './cohort-receipts.server.ts';
import { recordsIn } from './cohort-rows.ts';

export type Asker = { kind: 'program'; client: Admitted } | { kind: 'person'; person: Person };

/** The way that a list comes and its answer goes. */
export interface Passage {
  body: AsyncIterable<Uint8Array>;
  /** Whether all came that was sent. */
  cameWhole(): boolean;
}

/** Pieces of the answer, made as they are asked for. Whoever does not want them all calls `return`. */
export interface Rows {
  next(): Promise<IteratorResult<Uint8Array, void>>;
  return(): Promise<void>;
}

export interface AnsweredList {
  ok: true;
  receiptId: string;
  checkedAt: Date;
  validUntil: Date;
  /** The line of column names and the rows that may go. It ends without an error only when the receipt says `answered`. */
  rows: Rows;
  /** What the receipt says; once the rows have ended. */
  outcome(): CohortOutcome;
}

export type CohortAnswer = AnsweredList | { ok: false; receiptId: string; refusal: ListRefusal };

/** More lists at once than this would leave a process no connections for anything else. */
const mostLists = 2;
/** Of these for programs of companies, whoever's: the facility's own lists never wait for theirs alone. */
const mostOfCompanies = 1;
const pieceOf = 64 * 1024;

export class TooManyLists extends Error {
  override name = 'TooManyLists';
}

/** The key of a call ended while its list came. Nothing of it was answered; the receipt says so. */
export class KeyEnded extends Error {
  override name = 'KeyEnded';
}

/** Whose lists are answered, and whether they are a company's. */
const underWay = oneFor((_: Database) => new Map<string, { isOfCompany: boolean }>());

/** Who has one list at a time: a person; a program; all programs of one company. */
function turnOf(asker: Asker): string {
  return asker.kind === 'person' ? asker.person.id : (asker.client.vendorId ?? asker.client.id);
}

/**
 * Answers a list of any length with those of its rows that may go. The list waits in a temporary table; one query puts the records of each
 * person in front of their rows; `answerFor` decides each row; nothing is held here but the piece that goes out. A row whose patient
 * is unknown, or that cannot be read, does not go. Who asked and what came of it is kept, the rows are not.
 * @throws RecipientNotTheirs, TooManyLists, KeyEnded
 */
export async function filterCohort(
  world: World,
  asker: Asker,
  question: CohortQuestion,
  passage: Passage,
): Promise<CohortAnswer> {
  const { pool } = world.database;
  const [turns, turn] = [underWay(world.database), turnOf(asker)];
  const isOfCompany = asker.kind === 'program' && asker.client.vendorId !== null;
  const ofCompanies = [...turns.values()].filter((one) => one.isOfCompany).length;
  if (turns.size >= mostLists || turns.has(turn) || (isOfCompany && ofCompanies >= mostOfCompanies))
    throw new TooManyLists();
  turns.set(turn, { isOfCompany });
  let isGivenBack = false;
  const done = () => {
    if (!isGivenBack) turns.delete(turn);
    isGivenBack = true;
  };
  try {
    const beganAt = world.clock();
    const named = await readAskedAbout(pool, {
      recipients: [{ name: question.recipient, at: beganAt }],
      patients: [],
    });
    if (asker.kind === 'program' && asker.client.vendorId && asker.client.vendorId !== named.vendorIds[0])
      throw new RecipientNotTheirs();
    const receiptId = newRowId(beganAt);
    await beginReceipt(world.database, { id: receiptId, asker, question, beganAt });
    const answer = await readAndDecide(world, { asker, question, passage, receiptId, done });
    if (!answer.ok) done();
    return answer;
  } catch (error) {
    done();
    throw error;
  }
}

/** Rows whose first piece is made: however they are left now, what they hold is given back. */
async function begun(rows: AsyncGenerator<Uint8Array, void>): Promise<Rows> {
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

interface Deciding {
  asker: Asker;
  question: CohortQuestion;
  passage: Passage;
  receiptId: string;
  done(): void;
}

async function readAndDecide(world: World, deciding: Deciding): Promise<CohortAnswer> {
  const { asker, question, passage, receiptId } = deciding;
  const { pool } = world.database;
  const client = await pool.connect();
  /** From here on the rows end what was begun, and say so. */
  let isTaken = false;
  try {
    await client.query(
      'begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 60000',
    );
    const stillAsks = () => stillAdmitted(world, asker);
    const list = await readList(client, passage.body, passage.cameWhole, { stillAsks, limits: listLimits });
    const now = world.clock();
    const {
      vendorIds: [vendorId = null],
      isHeld,
      rules,
    } = await readAskedAbout(client, { recipients: [{ name: question.recipient, at: now }], patients: [] });
    const asking = { ...question, studyUid: null, vendorId, at: null, now, rules, isHeld };
    const validUntil = reliableUntil(now, []);
    const outcome: CohortOutcome = {
      end: 'brokenOff',
      endedAt: now,
      vendorId,
      checkedAt: now,
      validUntil,
      rows: list.rows,
      permitted: 0,
      denied: list.cut > 0 ? { cutOff: list.cut } : {},
      askedSha256: list.sha256,
      answeredSha256: null,
    };
    isTaken = true;
    return {
      ok: true,
      receiptId,
      checkedAt: now,
      validUntil,
      rows: await begun(decidedRows(world, deciding, { client, list, asking, outcome })),
      outcome: () => outcome,
    };
  } catch (error) {
    if (isTaken) throw error;
    client.release(true);
    const refusal = error instanceof ListRefused ? error.refusal : null;
    const nothing = { vendorId: null, checkedAt: null, validUntil: null, rows: 0, permitted: 0, denied: {} };
    await endReceipt(pool, receiptId, {
      ...nothing,
      end: refusal && refusal.reason !== 'cutOff' ? 'refused' : endBy(error),
      endedAt: world.clock(),
      askedSha256: null,
      answeredSha256: null,
    });
    if (!refusal) throw error;
    return { ok: false, receiptId, refusal };
  }
}

async function* decidedRows(
  world: World,
  { asker, receiptId, done }: Deciding,
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
    const source = client.query(copyTo(rowsWithRecords(list.shape, list.rows)));
    const out = new Pieces();
    const cut = rowCutter();
    const decide = rowDecider(list.shape.delimiter, asking);
    let known = 0;
    let validUntil = reliableUntil(asking.now, []);
    // Rows are decided as of the start; what takes longer than its answer counts would go out on a word that is over.
    const stillCounts = () => {
      if (world.clock() >= validUntil) throw new Error('the answer was taken for longer than it counts');
    };
    const each = (row: Uint8Array) => {
      known++;
      const { answer, rest, patientId, endsAt } = decide(row);
      if (answer.decision === 'permit') {
        outcome.permitted++;
        if (endsAt) validUntil = reliableUntil(asking.now, [validUntil, endsAt]);
        return out.add(rest);
      }
      outcome.denied[answer.reason] = (outcome.denied[answer.reason] ?? 0) + 1;
      if ('recordId' in answer && patientId) log?.note(answer.recordId, patientId);
    };
    out.add(Buffer.from(`${list.firstLine}\n`));
    let askedAt = performance.now();
    const taking = new Pace(listLimits);
    for await (const piece of source as AsyncIterable<Uint8Array>) {
      cut(piece, each);
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

/** @throws KeyEnded where the key does not work any more */
async function stillAdmitted(world: World, asker: Asker): Promise<void> {
  if (asker.kind === 'program' && !(await isStillAdmitted(world, asker.client)))
    throw new KeyEnded('the key of this call ended while it was answered');
}

function endBy(error: unknown): CohortEnd {
  return error instanceof KeyEnded ? 'keyEnded' : 'brokenOff';
}

/** Decides rows as `rowsWithRecords` gives them. All patients without a record have one answer, which is asked for once. */
function rowDecider(delimiter: string, asking: Asking) {
  const free = answerFor([], asking);
  const mark = delimiter.charCodeAt(0);
  const unreadable: ItemAnswer = { decision: 'deny', reason: 'patientUnknown' };
  return (
    row: Uint8Array,
  ): { answer: ItemAnswer; rest: Uint8Array; patientId: string | null; endsAt: Date | null } => {
    const end = row.indexOf(mark);
    const rest = row.subarray(end + 1);
    if (end === 0) return { answer: free, rest, patientId: null, endsAt: null };
    const known = end < 0 ? null : recordsIn(Buffer.from(row.buffer, row.byteOffset, end).toString('latin1'));
    if (!known) return { answer: unreadable, rest, patientId: null, endsAt: null };
    const answer = answerFor(known.records, { ...asking, studyUid: known.studyUid });
    const because = 'recordId' in answer ? known.records.find(({ id }) => id === answer.recordId) : undefined;
    return { answer, rest, patientId: because?.patientId ?? null, endsAt: endOfYes(answer, known.records) };
  };
}

/** Rows that wait to go out, in one piece of memory that is used again. */
class Pieces {
  #bytes = Buffer.allocUnsafe(2 * pieceOf);
  length = 0;

  add(row: Uint8Array): void {
    if (this.length + row.length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * (this.length + row.length));
      this.#bytes.copy(larger, 0, 0, this.length);
      this.#bytes = larger;
    }
    this.#bytes.set(row, this.length);
    this.length += row.length;
  }

  /** A copy of what waits. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.length));
    this.length = 0;
    return taken;
  }
}
