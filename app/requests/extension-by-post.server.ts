import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { open, seal, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { clockFields, countedColumns, keptClock } from './kept-clock.server.ts';
import { countKept } from './request-clock.ts';

/** An extension that was written and told nobody yet, for its letter has to be posted; null: there is none, or it was posted. */
export async function extensionToPost(db: Db | Tx, requestId: string) {
  const notices = await db.requestClockEvent.findMany({
    where: { requestId, type: { in: ['extensionNoticeWritten', 'extensionNoticeSent'] } },
    select: { id: true, type: true, newDueOn: true, reasonSealed: true },
  });
  const written = notices.find(({ type }) => type === 'extensionNoticeWritten');
  return notices.some(({ type }) => type === 'extensionNoticeSent') ? null : (written ?? null);
}

/**
 * The letter of an extension was posted: it is counted from then, in the caller's transaction, which holds the request's row.
 * @returns the last day that it brings, facility-local `YYYY-MM-DD`; null where it came too late to bring one
 */
export async function extendByPost(
  tx: Tx,
  keys: KeyRing,
  { requestId, actor, at }: { requestId: string; actor: Person; at: Date },
): Promise<string | null> {
  const written = await extensionToPost(tx, requestId);
  if (!written) return null;
  const id = randomUUID();
  const { reasonSealed, newDueOn } = written;
  const reason = reasonSealed && open(keys, reasonSealed, boundTo('request_clock_event', written.id));
  await tx.requestClockEvent.create({
    data: {
      ...{ id, requestId, type: 'extensionNoticeSent', at, newDueOn, recordedById: actor.id },
      reasonSealed: reason && seal(keys, reason, boundTo('request_clock_event', id)),
    },
    select: { id: true },
  });
  const row = await tx.privacyRequest.findUniqueOrThrow({ where: { id: requestId }, select: clockFields });
  const count = countKept(keptClock(row));
  await tx.privacyRequest.update({
    where: { id: requestId },
    data: { ...countedColumns(count), ...(count.extended ? { extendedAt: at } : {}) },
    select: { id: true },
  });
  return count.extended ? count.effectiveDueDate : null;
}
