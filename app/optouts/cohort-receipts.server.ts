import type { Pool, PoolClient } from 'pg';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Database } from '#app/db/client.server.ts';
import { asLines, fromLines } from '#app/db/columns.server.ts';
import type { Asker } from './cohort-asking.server.ts';

export interface CohortQuestion {
  /** v3-ActReason code. */
  purpose: string;
  /** A vendor's slug or one of its endpoint values. */
  recipient: string;
  identifiable: boolean;
}

export type CohortEnd = 'answered' | 'refused' | 'brokenOff' | 'keyEnded';

/** What a receipt says in the end. */
export interface CohortOutcome {
  end: CohortEnd;
  endedAt: Date;
  vendorId: string | null;
  checkedAt: Date | null;
  validUntil: Date | null;
  rows: number;
  permitted: number;
  denied: Record<string, number>;
  askedSha256: string | null;
  answeredSha256: string | null;
}

/**
 * Writes that a list is asked about, before anything of it is read: also of one that breaks off somebody knows. What a list leaves out tells
 * who said no, so that somebody at the facility who sees that is in the audit trail.
 */
export async function beginReceipt(
  { db, pool }: Database,
  { id, asker, question, beganAt }: { id: string; asker: Asker; question: CohortQuestion; beganAt: Date },
): Promise<void> {
  if (asker.kind === 'program') {
    await pool.query(
      `insert into cohort_check (id, machine_client_id, began_at, purpose, recipient, identifiable) values ($1, $2, $3, $4, $5, $6)`,
      [id, asker.client.id, beganAt, question.purpose, question.recipient, question.identifiable],
    );
    return;
  }
  const { person } = asker;
  await inTransaction(db, async (tx) => {
    await tx.cohortCheck.create({
      data: { id, beganAt, ...question, askedById: person.id },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'list.cleaned',
      actor: person,
      at: beganAt,
      subject: { kind: 'cohortCheck', id },
      after: { purpose: question.purpose, recipient: question.recipient },
      visibleToPatient: false,
    });
  });
}

/** Writes what became of it, once. */
export async function endReceipt(db: Pool | PoolClient, id: string, outcome: CohortOutcome): Promise<void> {
  await db.query(
    `update cohort_check set "end" = $2::cohort_end, ended_at = $3, vendor_id = $4, checked_at = $5, valid_until = $6, row_count = $7,
            permitted = $8, denied = $9, asked_sha256 = $10, answered_sha256 = $11 where id = $1 and "end" is null`,
    [
      id,
      outcome.end,
      outcome.endedAt,
      outcome.vendorId,
      outcome.checkedAt,
      outcome.validUntil,
      outcome.rows,
      outcome.permitted,
      JSON.stringify(outcome.denied),
      outcome.askedSha256,
      outcome.answeredSha256,
    ],
  );
}

/** Denials that go to the database at once. */
const atOnce = 2_000;

/**
 * Writes which "no" kept a row back, as the rows go by, in one transaction that the receipt's end closes: what a patient reads of it and
 * what the receipt says are kept together or not at all. (COPY does not write to tables with row-level security.)
 */
export class DenialLog {
  readonly #client: PoolClient;
  readonly #cohortId: string;
  #optOutIds: string[] = [];
  #written = 0;
  #underWay: Promise<unknown> = Promise.resolve();

  private constructor(client: PoolClient, cohortId: string) {
    this.#client = client;
    this.#cohortId = cohortId;
  }

  static async open(pool: Pool, cohortId: string): Promise<DenialLog> {
    const client = await pool.connect();
    try {
      await client.query('begin; set local idle_in_transaction_session_timeout = 0');
      return new DenialLog(client, cohortId);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  note(optOutId: string): void {
    this.#optOutIds.push(optOutId);
  }

  /** Hands over what was noted, where there is enough of it; waits for what was handed over before, not for this. */
  async flush(least = atOnce): Promise<void> {
    const optOutIds = this.#optOutIds;
    if (optOutIds.length === 0 || optOutIds.length < least) return;
    this.#optOutIds = [];
    await this.#underWay;
    const written = this.#written;
    this.#written += optOutIds.length;
    this.#underWay = this.#client.query({
      name: 'keep-denials',
      text: `insert into cohort_denial (opt_out_id, cohort_check_id, place)
             select opt_out_id, $1::uuid, $2::int + place from unnest(${fromLines('$3', 'uuid')}) with ordinality as denial (opt_out_id, place)
              order by opt_out_id`,
      values: [this.#cohortId, written, asLines(optOutIds)],
    });
    // Whoever waits for it next is told; nobody may.
    this.#underWay.catch(() => undefined);
  }

  /** Writes all of it with the receipt's end. */
  async close(outcome: CohortOutcome): Promise<void> {
    await this.flush(1);
    await this.#underWay;
    await endReceipt(this.#client, this.#cohortId, outcome);
    await this.#client.query('commit');
    this.#client.release();
  }

  /** Keeps nothing of it. */
  throwAway(): void {
    this.#client.release(true);
  }
}
