import { createHash } from 'node:crypto';
import { appendEvents } from '#app/audit/audit.server.ts';
import type { AuditEntry } from '#app/audit/events.ts';
import { seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, isDatabaseUnreachable, Prisma, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';
import type { World } from '#app/db/world.ts';
import {
  IdempotencyKeyReused,
  type Carrier,
  type Delivery,
  type IngestAnswer,
  type IngestResult,
  type Item,
} from './delivery.ts';
import { placeInQueue } from '../matching-queue.server.ts';
import { dicomAuditItem } from './dicom-audit/item.ts';
import { auditSourceOf, type Reading } from './dicom-audit/reading.ts';
import { habitsOf } from './known.server.ts';
import { held, settle, tieEvidence, type Outcome } from './settle.server.ts';

export { IdempotencyKeyReused, type IngestAnswer, type IngestResult };

/** Items that one transaction takes: enough that its commit costs little, few enough that nobody waits long for its locks. */
export const itemsATransaction = 500;

/**
 * The one way in for every report of a transfer, whatever carried it. Keeps each item as it came, sealed and hashed, and in the same
 * transaction what became of it: a disclosure, a second piece of evidence for one, or a place in the queue for staff. Nothing is
 * guessed, nothing is dropped, and an item that the database refuses loses no other one.
 * @throws IdempotencyKeyReused when the key came with another body before
 */
export async function takeIn(world: World, { items, ...carrier }: Delivery): Promise<IngestAnswer> {
  const whole = { ...carrier, bodySha256: carrier.bodySha256 ?? hashOf(items) };
  const first = await takeInPart(world, whole, { from: 0, items: items.slice(0, itemsATransaction) });
  const results = [...first.results];
  for (let from = itemsATransaction; from < items.length; from += itemsATransaction) {
    const part = { batchId: first.batchId, from, items: items.slice(from, from + itemsATransaction) };
    results.push(...(await takeInPart(world, whole, part)).results);
  }
  return { ...first, results };
}

/** One DICOM audit message. */
export function takeInDicomAudit(
  world: World,
  { bytes, ...carrier }: Carrier & { bytes: Uint8Array },
): Promise<IngestAnswer> {
  return takeIn(world, { ...carrier, items: [dicomAuditItem(bytes)] });
}

export interface Part {
  /** Of the parts before; the first part opens the batch, or finds the one of its key. */
  batchId?: string;
  /** Index of the first item in the whole delivery. */
  from: number;
  items: readonly Item[];
}

/**
 * A part of a delivery that is too long to be held at once: parts come in order, each one transaction. What a call with the same key
 * has taken in before is not taken again, and is answered as it was.
 */
export async function takeInPart(world: World, carrier: Carrier, part: Part): Promise<IngestAnswer> {
  try {
    return await inTransaction(world.db, (tx) => takeInNow(tx, world, carrier, part));
  } catch (error) {
    const isOurs = error instanceof IdempotencyKeyReused || isDatabaseUnreachable(error);
    // Who listens to what was refused has nobody behind it that could send the item again.
    if (isOurs || (part.items.length < 2 && !carrier.onError)) throw error;
    return takeInOneByOne(world, carrier, part);
  }
}

/** After a transaction that failed for all: each item on its own, and the one that fails is kept for staff. */
async function takeInOneByOne(world: World, carrier: Carrier, part: Part): Promise<IngestAnswer> {
  let { batchId } = part;
  const results: IngestResult[] = [];
  for (const [at, item] of part.items.entries()) {
    const alone: Part = { ...(batchId ? { batchId } : {}), from: part.from + at, items: [item] };
    const taken = await inTransaction(world.db, (tx) => takeInNow(tx, world, carrier, alone)).catch(
      (error: unknown) => {
        if (isDatabaseUnreachable(error)) throw error;
        carrier.onError?.(error);
        return inTransaction(world.db, (tx) =>
          takeInNow(tx, world, carrier, alone, () => held('quarantined', 'notSettled')),
        );
      },
    );
    batchId = taken.batchId;
    results.push(...taken.results);
  }
  return { batchId: batchId!, results };
}

async function takeInNow(
  tx: Tx,
  world: World,
  carrier: Carrier,
  { batchId: opened, from, items }: Part,
  instead?: () => Outcome,
): Promise<IngestAnswer> {
  const hashes = items.map(({ bytes }) => sha256Hex(bytes));
  const batch = opened ? { id: opened, isNew: false } : await openBatch(tx, carrier, hashes);
  // Two calls of one key go on with one batch: one at a time, each with what the other left.
  if (carrier.idempotencyKey && !batch.isNew)
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`ingest-batch:${batch.id}`}, 0))`;
  const before =
    carrier.idempotencyKey && !batch.isNew
      ? await answersBefore(tx, batch.id, from, items.length)
      : new Map<number, IngestResult>();
  const due = items.flatMap((item, at) =>
    before.has(from + at) ? [] : [{ item, index: from + at, sha256: hashes[at]! }],
  );
  const readings = await read(tx, carrier, due);
  const arrivals = due.map(({ item, sha256 }, at) => ({
    reading: readings[at]!,
    sha256,
    format: item.format,
  }));
  const outcomes = instead ? due.map(instead) : await settle(tx, arrivals, carrier);
  const kept = due.map(({ item, index, sha256 }, at) => ({
    ...outcomes[at]!,
    recordId: newRowId(carrier.now),
    item,
    index,
    sha256,
    reading: readings[at]!,
  }));
  await keep(tx, world, carrier, batch.id, kept);
  await carrier.alongside?.(tx);
  const [firstReading] = before.size > 0 ? [] : readings;
  return {
    batchId: batch.id,
    results: [...before.values(), ...kept.map(resultOf)].sort((a, b) => a.index - b.index),
    ...(firstReading?.outcome === 'rejected' ? { detail: firstReading.detail } : {}),
  };
}

interface Kept extends Outcome {
  recordId: string;
  item: Item;
  index: number;
  sha256: string;
  reading: Reading;
}

async function keep(
  tx: Tx,
  world: World,
  { actor, now }: Carrier,
  batchId: string,
  records: readonly Kept[],
): Promise<void> {
  if (records.length === 0) return;
  const rows = records.map(({ recordId, item, index, sha256, reading, state, reason }) => ({
    id: recordId,
    batch_id: batchId,
    index,
    format: item.format,
    sha256,
    raw_sealed: seal(world.keys, item.bytes, boundTo('audit_record', recordId)),
    state,
    reason: reason ?? null,
    ...factsOf(reading),
    received_at: now,
  }));
  await tx.$executeRaw`
    insert into audit_record (id, batch_id, index, format, sha256, raw_sealed, state, reason, event_code, occurred_at, audit_source_id, received_at)
    select id, batch_id, index, format, sha256, raw_sealed, state, reason, event_code, occurred_at, audit_source_id, received_at
      from json_populate_recordset(null::audit_record, ${rowsAsJson(rows)}::json)`;
  await tieEvidence(tx, records);
  await placeInQueue(
    tx,
    records.flatMap(({ recordId, reading, state, reason }) =>
      state === 'unmapped' || state === 'quarantined'
        ? [{ recordId, reading, state, reason: reason ?? '', receivedAt: now }]
        : [],
    ),
    now,
  );
  await appendEvents(
    tx,
    records
      .filter(({ state }) => state === 'quarantined' || state === 'unmapped' || state === 'rejected')
      .map(({ recordId, state, reason, sha256 }): AuditEntry => ({
        type: state === 'rejected' ? 'ingest.refused' : 'ingest.held',
        actor,
        at: now,
        subject: { kind: 'auditRecord', id: recordId },
        after: { state, reason: reason ?? null, sha256 },
        visibleToPatient: false,
      })),
  );
}

function resultOf({ index, state, disclosureIds, reason }: Kept): IngestResult {
  return { index, state, disclosureIds, ...(reason ? { reason } : {}) };
}

/** Reads with the zone configured for the source, where the event time carries none. */
async function read(tx: Tx, { now }: Carrier, due: readonly { item: Item }[]): Promise<Reading[]> {
  const readings = due.map(({ item }) => item.read({ now }));
  const zoneless = readings.flatMap((reading) => sourceWithoutZone(reading) ?? []);
  if (zoneless.length === 0) return readings;
  const habits = await habitsOf(tx, zoneless);
  return readings.map((reading, at) => {
    const zone = habits.get(sourceWithoutZone(reading) ?? '')?.assumedTimeZone;
    return zone ? due[at]!.item.read({ now, assumedTimeZone: zone }) : reading;
  });
}

function sourceWithoutZone(reading: Reading): string | null {
  const lacksZone = reading.outcome === 'quarantined' && reading.reason === 'eventTimeWithoutZone';
  return lacksZone ? reading.partial.auditSourceId : null;
}

function factsOf(reading: Reading) {
  const facts =
    reading.outcome === 'transfer'
      ? reading.transfer
      : reading.outcome === 'quarantined'
        ? reading.partial
        : reading.outcome === 'ignored'
          ? reading.begun
          : null;
  return {
    event_code: 'eventCode' in reading ? reading.eventCode : null,
    occurred_at: facts?.occurredAt ?? null,
    audit_source_id: auditSourceOf(reading),
  };
}

function hashOf(items: readonly Item[]): string {
  const [only, ...others] = items;
  if (only && others.length === 0) return sha256Hex(only.bytes);
  const hash = createHash('sha256');
  for (const { bytes } of items) hash.update(sha256Hex(bytes));
  return hash.digest('hex');
}

/** The batch of this key, or a new one. One call of a key at a time, or two bodies at one moment would both be the first. */
async function openBatch(
  tx: Tx,
  carrier: Carrier,
  hashes: readonly string[],
): Promise<{ id: string; isNew: boolean }> {
  const machineClientId = carrier.actor.kind === 'machine' ? carrier.actor.id : null;
  const bodySha256 = carrier.bodySha256 ?? (hashes.length === 1 ? hashes[0]! : sha256Hex(hashes.join('')));
  if (carrier.idempotencyKey) {
    const call = `ingest-key:${machineClientId}:${carrier.idempotencyKey}`;
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${call}, 0))`;
    const before = await tx.ingestBatch.findFirst({
      where: { machineClientId, idempotencyKey: carrier.idempotencyKey },
      select: { id: true, bodySha256: true },
    });
    if (before && before.bodySha256 !== bodySha256) throw new IdempotencyKeyReused();
    if (before) return { id: before.id, isNew: false };
  }
  const { id } = await tx.ingestBatch.create({
    data: {
      channel: carrier.channel,
      machineClientId,
      receivedAt: carrier.now,
      idempotencyKey: carrier.idempotencyKey ?? null,
      bodySha256,
      peerName: carrier.peer?.name ?? null,
      peerAddress: carrier.peer?.address ?? null,
      columns: carrier.columns ?? Prisma.DbNull,
    },
    select: { id: true },
  });
  return { id, isNew: true };
}

/** What became of items of this batch before. */
async function answersBefore(
  tx: Tx,
  batchId: string,
  from: number,
  count: number,
): Promise<Map<number, IngestResult>> {
  const records = await tx.auditRecord.findMany({
    where: { batchId, index: { gte: from, lt: from + count } },
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
