import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { isDatabaseUnreachable } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import {
  IdempotencyKeyReused,
  type Carrier,
  type Delivery,
  type IngestAnswer,
  type IngestResult,
  type Item,
} from './delivery.ts';
import { dicomAuditItem } from './dicom-audit/item.ts';
import { readAhead } from './read-ahead.server.ts';
import { held } from './settle.server.ts';
import { takeCalls, type Call } from './take-calls.server.ts';

export { IdempotencyKeyReused, type IngestAnswer, type IngestResult };

/** Items that one transaction takes: enough that its commit costs little, few enough that nobody waits long for its locks. */
export const itemsATransaction = 500;

/** Items that are read between two looks at what PostgreSQL answers: about a millisecond. */
const readAtOnce = 5;

/**
 * The one way in for every report of a transfer, whatever carried it. Keeps each item as it came, sealed and hashed, and in the same
 * transaction what became of it: a disclosure, a second piece of evidence for one, or a place in the queue for staff. Nothing is
 * guessed, nothing is dropped, and an item that the database refuses loses no other one.
 * @throws IdempotencyKeyReused when the key came with another body before
 */
export async function takeIn(world: World, { items, ...carrier }: Delivery): Promise<IngestAnswer> {
  const whole = { ...carrier, bodySha256: carrier.bodySha256 ?? hashOf(items) };
  let first: IngestAnswer | undefined;
  const results: IngestResult[] = [];
  for (let from = 0; from === 0 || from < items.length; from += itemsATransaction) {
    const to = from + itemsATransaction;
    const part = { ...(first ? { batchId: first.batchId } : {}), from, items: items.slice(from, to) };
    const [taken] = await Promise.all([
      takeInPart(world, whole, part),
      readWhileWaiting(world, items.slice(to, to + itemsATransaction), whole.now),
    ]);
    first ??= taken;
    results.push(...taken.results);
  }
  return { ...first!, results };
}

/** One DICOM audit message. */
export function takeInDicomAudit(
  world: World,
  { bytes, ...carrier }: Carrier & { bytes: Uint8Array },
): Promise<IngestAnswer> {
  return takeIn(world, { ...carrier, items: [dicomAuditItem(bytes)] });
}

/** Reads what the next transaction takes, while PostgreSQL works at the one before. */
export async function readWhileWaiting(
  { keys }: Pick<World, 'keys'>,
  items: readonly Item[],
  now: Date,
): Promise<void> {
  for (const [at, item] of items.entries()) {
    if (at % readAtOnce === 0) await setImmediate();
    readAhead(keys, item, now);
  }
}

export type Part = Pick<Call, 'batchId' | 'from' | 'items'>;

/**
 * A part of a delivery that is too long to be held at once: parts come in order, each one transaction. What a call with the same key
 * has taken in before is not taken again, and is answered as it was.
 */
export async function takeInPart(world: World, carrier: Carrier, part: Part): Promise<IngestAnswer> {
  try {
    return await takeInCall(world, { carrier, ...part });
  } catch (error) {
    const isOurs = error instanceof IdempotencyKeyReused || isDatabaseUnreachable(error);
    // Who listens to what was refused has nobody behind it that could send the item again.
    if (isOurs || (part.items.length < 2 && !carrier.onError)) throw error;
    return takeInOneByOne(world, carrier, part);
  }
}

async function takeInCall(world: World, call: Call): Promise<IngestAnswer> {
  const [taken] = await takeCalls(world, () => [call]);
  if (taken instanceof IdempotencyKeyReused) throw taken;
  return taken!;
}

/** After a transaction that failed for all: each item on its own, and the one that fails is kept for staff. */
async function takeInOneByOne(world: World, carrier: Carrier, part: Part): Promise<IngestAnswer> {
  let { batchId } = part;
  const results: IngestResult[] = [];
  for (const [at, item] of part.items.entries()) {
    const alone: Call = { carrier, ...(batchId ? { batchId } : {}), from: part.from + at, items: [item] };
    const taken = await takeInCall(world, alone).catch((error: unknown) => {
      if (isDatabaseUnreachable(error)) throw error;
      carrier.onError?.(error);
      return takeInCall(world, { ...alone, instead: () => held('quarantined', 'notSettled') });
    });
    batchId = taken.batchId;
    results.push(...taken.results);
  }
  return { batchId: batchId!, results };
}

function hashOf(items: readonly Item[]): string {
  const [only, ...others] = items;
  if (only && others.length === 0) return sha256Hex(only.bytes);
  const hash = createHash('sha256');
  for (const { bytes } of items) hash.update(sha256Hex(bytes));
  return hash.digest('hex');
}
