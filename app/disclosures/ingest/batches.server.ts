import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { Tx } from '#app/db/client.server.ts';
import { withLongText } from '#app/db/long-texts.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';
import { IdempotencyKeyReused, type Carrier } from './delivery.ts';

export interface OpenedBatch {
  id: string;
  isNew: boolean;
}

interface Opening {
  carrier: Carrier;
  /** Of the parts before. */
  batchId?: string;
  /** SHA-256 of each item. */
  hashes: readonly string[];
}

/** The batch of each call: that of its key or of its earlier parts, or a new one. */
export async function openBatches(
  tx: Tx,
  calls: readonly Opening[],
): Promise<(OpenedBatch | IdempotencyKeyReused)[]> {
  const batches = new Map<Opening, OpenedBatch | IdempotencyKeyReused>();
  for (const call of calls) if (call.batchId) batches.set(call, { id: call.batchId, isNew: false });
  const keyed = calls.filter((call) => !batches.has(call) && call.carrier.idempotencyKey);
  const before = keyed.length > 0 ? await batchesOfKeys(tx, keyed) : new Map<string, Found>();
  for (const call of keyed) {
    const found = before.get(keyOf(call.carrier)!);
    if (!found) continue;
    const isSame = found.bodySha256 === bodyOf(call);
    batches.set(call, isSame ? { id: found.id, isNew: false } : new IdempotencyKeyReused());
  }
  const made = calls.flatMap((call) => (batches.has(call) ? [] : [{ call, id: newRowId(call.carrier.now) }]));
  await writeBatches(tx, made);
  for (const { call, id } of made) batches.set(call, { id, isNew: true });
  // Two calls of one key go on with one batch: one at a time, each with what the other left.
  const goneOn = calls.flatMap((call) => {
    const batch = batches.get(call)!;
    return call.carrier.idempotencyKey && 'id' in batch && !batch.isNew ? [`ingest-batch:${batch.id}`] : [];
  });
  await lock(tx, goneOn);
  return calls.map((call) => batches.get(call)!);
}

/** As many rows as calls share the transaction: all in one statement (docs/decisions/024). */
async function writeBatches(tx: Tx, made: readonly { call: Opening; id: string }[]): Promise<void> {
  if (made.length === 0) return;
  const rows = made.map(({ call: { carrier, ...call }, id }) => ({
    id,
    channel: carrier.channel,
    machine_client_id: clientOf(carrier),
    received_at: carrier.now,
    idempotency_key: carrier.idempotencyKey ?? null,
    body_sha256: bodyOf({ carrier, ...call }),
    peer_name: carrier.peer?.name ?? null,
    peer_address: carrier.peer?.address ?? null,
    columns: carrier.columns ?? null,
  }));
  await withLongText(
    rowsAsJson(rows),
    (json) => tx.$executeRaw`
      insert into ingest_batch (id, channel, machine_client_id, received_at, idempotency_key, body_sha256, peer_name, peer_address, columns)
      select id, channel, machine_client_id, received_at, idempotency_key, body_sha256, peer_name, peer_address, columns
        from json_populate_recordset(null::ingest_batch, ${json}::json)`,
  );
}

interface Found {
  id: string;
  bodySha256: string | null;
}

/** One call of a key at a time, or two bodies at one moment would both be the first. */
async function batchesOfKeys(tx: Tx, calls: readonly Opening[]): Promise<Map<string, Found>> {
  await lock(
    tx,
    calls.map(({ carrier }) => `ingest-key:${keyOf(carrier)}`),
  );
  const rows = await tx.ingestBatch.findMany({
    where: {
      OR: calls.map(({ carrier }) => ({
        machineClientId: clientOf(carrier),
        idempotencyKey: carrier.idempotencyKey!,
      })),
    },
    select: { id: true, bodySha256: true, machineClientId: true, idempotencyKey: true },
  });
  return new Map(
    rows.map(({ machineClientId, idempotencyKey, ...row }) => [`${machineClientId}:${idempotencyKey}`, row]),
  );
}

/** In one order for everybody, or two groups of calls could wait for each other. */
async function lock(tx: Tx, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  await tx.$executeRaw`
    select pg_advisory_xact_lock(hashtextextended(one.name, 0))
      from (select name from unnest(${[...names].sort()}::text[]) with ordinality as given (name, place) order by place) as one`;
}

/** A key is its caller's: another program's same word is a call of its own. Null for a call without one. */
export function keyOf(carrier: Carrier): string | null {
  return carrier.idempotencyKey ? `${clientOf(carrier)}:${carrier.idempotencyKey}` : null;
}

function clientOf({ actor }: Carrier): string | null {
  return actor.kind === 'machine' ? actor.id : null;
}

function bodyOf({ carrier, hashes }: Opening): string {
  return carrier.bodySha256 ?? (hashes.length === 1 ? hashes[0]! : sha256Hex(hashes.join('')));
}
