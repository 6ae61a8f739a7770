import PQueue from 'p-queue';
import { appendEvents } from '#app/audit/audit.server.ts';
import type { AuditEntry } from '#app/audit/events.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { withLongText } from '#app/db/long-texts.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';
import type { World } from '#app/db/world.ts';
import { placeInQueue } from '../matching-queue.server.ts';
import { openBatches, type OpenedBatch } from './batches.server.ts';
import type { Carrier, IdempotencyKeyReused, IngestAnswer, IngestResult, Item } from './delivery.ts';
import { auditSourceOf, type Reading } from './dicom-audit/reading.ts';
import { habitsOf } from './known.server.ts';
import { takeRead, type ReadItem } from './read-ahead.server.ts';
import { settle, tieEvidence, type Outcome } from './settle.server.ts';

/** What one call brings to a transaction. */
export interface Call {
  carrier: Carrier;
  /** Of the parts before; the first part opens the batch, or finds the one of its key. */
  batchId?: string;
  /** Index of the first item in the whole delivery. */
  from: number;
  items: readonly Item[];
  /** Said of each item in place of what comes of settling it. */
  instead?: () => Outcome;
}

interface Due extends ReadItem {
  call: number;
  item: Item;
  index: number;
}

interface Kept extends Outcome {
  due: Due;
}

/** Field by field: an object put together from others takes several times as long, and each message has one. */
const dueOf = (read: ReadItem, call: number, item: Item, index: number): Due => ({
  sha256: read.sha256,
  reading: read.reading,
  recordId: read.recordId,
  rawSealed: read.rawSealed,
  call,
  item,
  index,
});

/**
 * Transactions of this process at one time: one is worked at here while PostgreSQL works at the other. More would wait for the locks of the
 * same patients with a connection each, until their time is over; here they wait in their order.
 */
const atOneTime = 2;
const turns = new WeakMap<Db, PQueue>();
/** Of waiting transactions the higher goes first: who sends one message waits for its answer, a long delivery has more to come anyway. */
const priorities = { single: 1, delivery: 0 };

/**
 * Takes calls in, in their order, in one transaction: keeps each item with what became of it. A key that came with another body before is
 * the answer of its own call alone. No two of the calls have one key.
 * @param choose called once, when it is their turn: what came while it waited goes along
 */
export function takeCalls(
  world: World,
  choose: () => readonly Call[],
  of: keyof typeof priorities = 'delivery',
): Promise<(IngestAnswer | IdempotencyKeyReused)[]> {
  const turn = turns.get(world.db) ?? new PQueue({ concurrency: atOneTime });
  turns.set(world.db, turn);
  const take = () => {
    const calls = choose();
    return inTransaction(world.db, (tx) => takeCallsNow(tx, world, calls));
  };
  return turn.add(take, { priority: priorities[of] });
}

async function takeCallsNow(
  tx: Tx,
  world: World,
  calls: readonly Call[],
): Promise<(IngestAnswer | IdempotencyKeyReused)[]> {
  const read = calls.map(({ items, carrier }) =>
    items.map((item) => takeRead(world.keys, item, carrier.now)),
  );
  const batches = await openBatches(
    tx,
    calls.map((call, at) => ({ ...call, hashes: read[at]!.map(({ sha256 }) => sha256) })),
  );
  const before = await Promise.all(calls.map((call, at) => answersBefore(tx, call, batches[at]!)));
  const due = calls.flatMap(({ items, from }, call) =>
    items.flatMap((item, at): Due[] =>
      'id' in batches[call]! && !before[call]!.has(from + at)
        ? [dueOf(read[call]![at]!, call, item, from + at)]
        : [],
    ),
  );
  await readInZones(tx, calls, due);
  const kept = await settleDue(tx, calls, due);
  await keep(tx, calls, batches, kept);
  for (const { carrier, from, items } of calls) await carrier.alongside?.(tx, { from, count: items.length });
  return calls.map((_, call) => {
    const batch = batches[call]!;
    if (!('id' in batch)) return batch;
    const mine = kept.filter(({ due }) => due.call === call);
    const first = before[call]!.size > 0 ? undefined : mine[0]?.due.reading;
    return {
      batchId: batch.id,
      results: [...before[call]!.values(), ...mine.map(resultOf)].sort((a, b) => a.index - b.index),
      ...(first?.outcome === 'rejected' ? { detail: first.detail } : {}),
    };
  });
}

/** Reads again with the zone configured for the source, where the event time carries none. */
async function readInZones(tx: Tx, calls: readonly Call[], due: readonly Due[]): Promise<void> {
  const zoneless = due.flatMap((one) => {
    const source = sourceWithoutZone(one.reading);
    return source === null ? [] : [{ one, source }];
  });
  if (zoneless.length === 0) return;
  const habits = await habitsOf(
    tx,
    zoneless.map(({ source }) => source),
  );
  for (const { one, source } of zoneless) {
    const assumedTimeZone = habits.get(source)?.assumedTimeZone;
    if (!assumedTimeZone) continue;
    one.reading = one.item.read({ now: calls[one.call]!.carrier.now, assumedTimeZone });
  }
}

function sourceWithoutZone(reading: Reading): string | null {
  const lacksZone = reading.outcome === 'quarantined' && reading.reason === 'eventTimeWithoutZone';
  return lacksZone ? reading.partial.auditSourceId : null;
}

/** Each with what became of it. */
async function settleDue(tx: Tx, calls: readonly Call[], due: readonly Due[]): Promise<Kept[]> {
  const open = due.filter(({ call }) => !calls[call]!.instead);
  const settled = await settle(
    tx,
    open.map(({ reading, sha256, item, call }) => {
      const { actor, now } = calls[call]!.carrier;
      return { reading, sha256, format: item.format, actor, now };
    }),
  );
  const outcomes = new Map(open.map((one, at) => [one, settled[at]!]));
  return due.map((one) => {
    const { state, reason, disclosureIds, proofs } = outcomes.get(one) ?? calls[one.call]!.instead!();
    return { due: one, state, reason, disclosureIds, proofs };
  });
}

async function keep(
  tx: Tx,
  calls: readonly Call[],
  batches: readonly (OpenedBatch | IdempotencyKeyReused)[],
  records: readonly Kept[],
): Promise<void> {
  const [first] = records;
  if (!first) return;
  const carrierOf = ({ due }: Kept) => calls[due.call]!.carrier;
  const rows = records.map((record) => {
    const { due, state, reason } = record;
    const { eventCode, occurredAt } = factsOf(due.reading);
    return {
      id: due.recordId,
      batch_id: (batches[due.call] as OpenedBatch).id,
      index: due.index,
      format: due.item.format,
      sha256: due.sha256,
      raw_sealed: due.rawSealed,
      state,
      reason,
      event_code: eventCode,
      occurred_at: occurredAt,
      audit_source_id: auditSourceOf(due.reading),
      received_at: carrierOf(record).now,
    };
  });
  await withLongText(
    rowsAsJson(rows),
    (json) => tx.$executeRaw`
      insert into audit_record (id, batch_id, index, format, sha256, raw_sealed, state, reason, event_code, occurred_at, audit_source_id, received_at)
      select id, batch_id, index, format, sha256, raw_sealed, state, reason, event_code, occurred_at, audit_source_id, received_at
        from json_populate_recordset(null::audit_record, ${json}::json)`,
  );
  await tieEvidence(
    tx,
    records.map(({ due, proofs }) => ({ recordId: due.recordId, proofs })),
  );
  await placeInQueue(
    tx,
    records.flatMap((record) => {
      const { due, state, reason = '' } = record;
      const { recordId, reading } = due;
      return state === 'unmapped' || state === 'quarantined'
        ? [{ recordId, reading, state, reason, receivedAt: carrierOf(record).now }]
        : [];
    }),
    carrierOf(first).now,
  );
  await appendEvents(
    tx,
    records
      .filter(({ state }) => state === 'quarantined' || state === 'unmapped' || state === 'rejected')
      .map((record): AuditEntry => {
        const { due, state, reason } = record;
        return {
          type: state === 'rejected' ? 'ingest.refused' : 'ingest.held',
          actor: carrierOf(record).actor,
          at: carrierOf(record).now,
          subject: { kind: 'auditRecord', id: due.recordId },
          after: { state, reason: reason ?? null, sha256: due.sha256 },
          visibleToPatient: false,
        };
      }),
  );
}

function resultOf({ due, state, disclosureIds, reason }: Kept): IngestResult {
  return { index: due.index, state, disclosureIds, ...(reason ? { reason } : {}) };
}

function factsOf(reading: Reading): { eventCode?: string | null; occurredAt?: Date | null } {
  const facts =
    reading.outcome === 'transfer'
      ? reading.transfer
      : reading.outcome === 'quarantined'
        ? reading.partial
        : reading.outcome === 'ignored'
          ? reading.begun
          : null;
  return {
    eventCode: 'eventCode' in reading ? reading.eventCode : undefined,
    occurredAt: facts?.occurredAt,
  };
}

/** What became of items of this call's batch before. */
async function answersBefore(
  tx: Tx,
  { carrier, from, items }: Call,
  batch: OpenedBatch | IdempotencyKeyReused,
): Promise<Map<number, IngestResult>> {
  if (!('id' in batch) || batch.isNew || !carrier.idempotencyKey) return new Map();
  const records = await tx.auditRecord.findMany({
    where: { batchId: batch.id, index: { gte: from, lt: from + items.length } },
    orderBy: { index: 'asc' },
    select: { index: true, state: true, reason: true, evidence: { select: { disclosureId: true } } },
  });
  return new Map(
    records.map(({ evidence, reason, ...record }) => [
      record.index,
      {
        ...record,
        disclosureIds: evidence.map(({ disclosureId }) => disclosureId),
        ...(reason ? { reason } : {}),
      },
    ]),
  );
}
