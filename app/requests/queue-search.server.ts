import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { inTransaction, Prisma } from '#app/db/client.server.ts';
import { wordsTyped } from '#app/db/word-search.server.ts';
import type { World } from '#app/db/world.ts';
import type { QueuePlace } from './queue.ts';
import { rowsOf, type QueueRow } from './queue.server.ts';
import { queuePageSize } from './reading.server.ts';
import { referenceTyped } from './reference.ts';

export type Found =
  /** The words were a reference number: there is one such request. */
  { one: string } | { one: null; rows: QueueRow[]; after: QueuePlace | null };

/**
 * Finds requests, open and ended, the newest first: by reference number, or by words of the reference, the names and the patient numbers,
 * the last word by its beginning. One event tells that there was a search and how many requests it showed; what was typed is not kept.
 */
export async function searchRequests(
  world: World,
  actor: Person,
  { text, after }: { text: string; after: QueuePlace | null },
): Promise<Found> {
  const { db } = world;
  const reference = referenceTyped(text);
  const named =
    reference && (await db.privacyRequest.findUnique({ where: { reference }, select: { id: true } }));
  if (named) return { one: named.id };
  const found = await db.$queryRaw<{ id: string }[]>`
    select id from privacy_request
    where to_tsvector('simple', search_text) @@ ${wordsTyped(text)} and status <> 'draft'
      ${after ? Prisma.sql`and (received_at, id) < (${after.receivedAt}::timestamptz, ${after.id}::uuid)` : Prisma.empty}
    order by received_at desc, id desc limit ${queuePageSize + 1}`;
  const rows = await rowsOf(
    db,
    found.slice(0, queuePageSize).map(({ id }) => id),
  );
  await inTransaction(db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor,
      at: world.clock(),
      subject: { kind: 'requestSearch', id: actor.id },
      after: { found: rows.length },
      visibleToPatient: false,
    }),
  );
  await recordListRead(world, {
    actor,
    list: 'requestSearch',
    patientIds: rows.map(({ patientId }) => patientId),
  });
  const last = rows.at(-1);
  return {
    one: null,
    rows,
    after:
      found.length > queuePageSize && last ? { dueOn: null, receivedAt: last.receivedAt, id: last.id } : null,
  };
}
