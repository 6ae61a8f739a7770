import type { Database } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { oneFor } from '#app/db/together.server.ts';
import type { World } from '#app/db/world.ts';
import { reliableUntil } from './answering.ts';
import { readAskedAbout } from './asked-records.server.ts';
import { RecipientNotTheirs } from './checks.server.ts';
import { endBy, stillAdmitted, type Asker } from './cohort-asking.server.ts';
import { ListRefused } from './cohort-body.server.ts';
import { begun, decidedRows, type Rows } from './cohort-deciding.server.ts';
import { listLimits, type ListRefusal } from './cohort-list.ts';
import { listPlan } from './cohort-question.server.ts';
import { readList } from './cohort-reading.server.ts';
import {
  beginReceipt,
  endReceipt,
  type CohortOutcome,
  type CohortQuestion,
} from './cohort-receipts.server.ts';

/** The way that a list comes and its answer goes. */
export interface Passage {
  body: AsyncIterable<Uint8Array>;
  /** Whether all came that was sent. */
  cameWhole(): boolean;
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

export class TooManyLists extends Error {
  override name = 'TooManyLists';
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
      `begin; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 60000; ${listPlan}`,
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
