import { seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { Item } from './delivery.ts';
import type { Reading } from './dicom-audit/reading.ts';

/** An item with all that needs no database: what it says, its hash, and its evidence sealed to the row that will hold it. */
export interface ReadItem {
  sha256: string;
  reading: Reading;
  recordId: string;
  rawSealed: string;
}

const ahead = new WeakMap<Item, ReadItem>();

/** Reads an item while PostgreSQL takes those before it. */
export function readAhead(keys: KeyRing, item: Item, now: Date): void {
  if (!ahead.has(item)) ahead.set(item, readNow(keys, item, now));
}

/** What was read ahead, once: a transaction that is tried again writes rows of other numbers, for it may have been committed after all. */
export function takeRead(keys: KeyRing, item: Item, now: Date): ReadItem {
  const read = ahead.get(item) ?? readNow(keys, item, now);
  ahead.delete(item);
  return read;
}

function readNow(keys: KeyRing, item: Item, now: Date): ReadItem {
  const recordId = newRowId(now);
  return {
    sha256: sha256Hex(item.bytes),
    reading: item.read({ now }),
    recordId,
    rawSealed: seal(keys, item.bytes, boundTo('audit_record', recordId)),
  };
}
