import type { Actor, Person } from '#app/audit/actor.ts';
import { appendEvents } from '#app/audit/audit.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { settle, tieEvidence, type Outcome } from './ingest/settle.server.ts';
import type { DecisionKind } from './matching.ts';
import { groupIdOf, groupsOf, holdRegisters, type HeldRecord } from './matching-queue.server.ts';
import { readKept, type KeptRecord } from './matching-records.server.ts';

/** Records in one transaction. */
export const recordsABatch = 100;
export const firstId = '00000000-0000-0000-0000-000000000000';

export interface Decided {
  id: string;
  kind: DecisionKind;
  groupId: string;
}

export interface BatchSettled {
  /** The last record that was looked at; null when there are no more. */
  last: string | null;
  /** Looked at. */
  seen: number;
  /** Of these, those that wait no more. */
  settled: number;
  /** Disclosures that are new in the ledger. */
  added: number;
}

/**
 * Carries a decision out: everything of its group that waits is settled by the step that settles what arrives. May be run again after it
 * was stopped half-way: what was settled does not wait any more.
 */
export async function settleDecided(world: World, decisionId: string): Promise<void> {
  const decision = await world.db.matchingDecision.findUnique({
    where: { id: decisionId },
    select: {
      id: true,
      kind: true,
      groupId: true,
      undoneAt: true,
      decidedBy: { select: { id: true, displayName: true, role: true } },
    },
  });
  if (!decision || decision.undoneAt) return;
  const actor = personOf(decision.decidedBy);
  for (let after: string | null = firstId; after !== null;) {
    const from: string = after;
    const batch = await inTransaction(world.db, async (tx) => {
      // An undoing waits until this batch is through; after it, there is no next one. In the order in which an undoing locks.
      await holdRegisters(tx);
      const [row] = await tx.$queryRaw<{ undone: boolean }[]>`
        select undone_at is not null as undone from matching_decision where id = ${decisionId}::uuid for share`;
      if (!row || row.undone) return null;
      return settleBatch(tx, world, decision, {
        actor,
        now: world.clock(),
        after: from,
        atMost: recordsABatch,
      });
    });
    after = batch && batch.seen === recordsABatch ? batch.last : null;
  }
  await world.db.matchingDecision.updateMany({
    where: { id: decisionId, settledAt: null },
    data: { settledAt: world.clock() },
  });
}

export function personOf(user: { id: string; displayName: string; role: Person['role'] }): Person {
  return { kind: 'person', id: user.id, name: user.displayName, role: user.role, patientId: null };
}

export interface BatchOf {
  actor: Actor;
  now: Date;
  after: string;
  atMost: number;
}

export async function settleBatch(
  tx: Tx,
  world: Pick<World, 'keys'>,
  decision: Decided,
  { actor, now, after, atMost }: BatchOf,
): Promise<BatchSettled> {
  const locked = await tx.$queryRaw<Waiting[]>`
    select record_id as id, group_id as "groupId" from waiting_record where group_id = ${decision.groupId} and record_id > ${after}::uuid
    order by record_id limit ${atMost} for update`;
  const ids = locked.map(({ id }) => id);
  const about = { decisionId: decision.id, actor, now };
  const counts =
    decision.kind === 'setAside' || decision.kind === 'askSender'
      ? await setAside(tx, ids, about)
      : await settleAgain(tx, world, locked, about);
  return { last: ids.at(-1) ?? null, seen: ids.length, ...counts };
}

/** A record that waits, and where. */
export interface Waiting {
  id: string;
  groupId: string;
}

interface About {
  /** Null: nobody decided; what was missing was entered elsewhere. */
  decisionId: string | null;
  actor: Actor;
  now: Date;
}

async function setAside(tx: Tx, ids: readonly string[], about: About) {
  await writeSettlements(
    tx,
    ids.map((recordId) => ({ recordId, state: 'setAside' as const, reason: null, disclosureIds: [] })),
    about,
  );
  await tx.waitingRecord.deleteMany({ where: { recordId: { in: [...ids] } } });
  return { settled: ids.length, added: 0 };
}

/** Through the step that everything that arrives goes through. What still cannot be assigned waits on, under what it waits for now. */
export async function settleAgain(
  tx: Tx,
  world: Pick<World, 'keys'>,
  waiting: readonly Waiting[],
  about: About,
): Promise<{ settled: number; added: number }> {
  if (waiting.length === 0) return { settled: 0, added: 0 };
  const records = await readKept(
    tx,
    world.keys,
    waiting.map(({ id }) => id),
  );
  const seen = await settleKept(tx, records, about);
  const held = seen.flatMap(asHeld);
  const groups = await groupsOf(tx, held);
  const groupBefore = new Map(waiting.map(({ id, groupId }) => [id, groupId]));
  const moved = held.filter(({ recordId }) => groupIdOf(groups.get(recordId)!) !== groupBefore.get(recordId));
  for (const { recordId } of moved) {
    const { kind, key } = groups.get(recordId)!;
    await tx.waitingRecord.update({
      where: { recordId },
      data: { groupId: groupIdOf({ kind, key }), groupKind: kind, groupKey: { ...key } },
      select: { recordId: true },
    });
  }
  const through = seen.filter(({ outcome }) => !isHeld(outcome));
  await tx.waitingRecord.deleteMany({ where: { recordId: { in: through.map(({ record }) => record.id) } } });
  const movedIds = new Set(moved.map(({ recordId }) => recordId));
  await writeSettlements(
    tx,
    seen.filter(({ record, outcome }) => !isHeld(outcome) || movedIds.has(record.id)).map(settlementOf),
    about,
  );
  const added = seen.flatMap(({ outcome }) => outcome.proofs.filter(({ role }) => role === 'report')).length;
  return { settled: through.length, added };
}

export interface SettledRecord {
  record: KeptRecord;
  outcome: Outcome;
}

/** Kept records through the step that everything that arrives goes through, with what they prove tied to them. */
export async function settleKept(
  tx: Tx,
  records: readonly KeptRecord[],
  { actor, now }: Pick<About, 'actor' | 'now'>,
): Promise<SettledRecord[]> {
  const outcomes = await settle(
    tx,
    records.map((record) => ({ ...record, actor, now })),
  );
  await tieEvidence(
    tx,
    records.map(({ id }, at) => ({ recordId: id, proofs: outcomes[at]!.proofs })),
  );
  return records.map((record, at) => ({ record, outcome: outcomes[at]! }));
}

/** As it waits in the queue; nothing when it does not have to. */
export function asHeld({ record, outcome }: SettledRecord): HeldRecord[] {
  if (!isHeld(outcome)) return [];
  const { id: recordId, reading, receivedAt } = record;
  return [{ recordId, reading, receivedAt, state: outcome.state, reason: outcome.reason ?? '' }];
}

export function settlementOf({ record, outcome }: SettledRecord): NewSettlement {
  const { state, reason, disclosureIds } = outcome;
  return {
    recordId: record.id,
    state: state === 'rejected' ? 'quarantined' : state,
    reason: reason ?? null,
    disclosureIds,
  };
}

function isHeld(outcome: Outcome): outcome is Outcome & { state: 'unmapped' | 'quarantined' } {
  return outcome.state === 'unmapped' || outcome.state === 'quarantined';
}

export interface NewSettlement {
  recordId: string;
  state: 'accepted' | 'duplicate' | 'ignored' | 'unmapped' | 'quarantined' | 'setAside' | 'waiting';
  reason: string | null;
  disclosureIds: string[];
}

/** Settlement and event of each. */
export async function writeSettlements(
  tx: Tx,
  settlements: readonly NewSettlement[],
  { decisionId, actor, now, why }: About & { why?: string },
): Promise<void> {
  if (settlements.length === 0) return;
  await tx.recordSettlement.createMany({
    data: settlements.map((one) => ({ id: newRowId(now), decisionId, settledAt: now, ...one })),
  });
  await appendEvents(
    tx,
    settlements.map(({ recordId, state, reason, disclosureIds }) => ({
      type: 'ingest.settled' as const,
      actor,
      at: now,
      subject: { kind: 'auditRecord', id: recordId },
      after: { state, reason, decisionId, disclosures: disclosureIds.length },
      ...(why ? { reason: why } : {}),
      visibleToPatient: false,
    })),
  );
}
