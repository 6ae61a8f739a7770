import type { Person } from '#app/audit/actor.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { clockFields, countedColumns, keptClock } from './kept-clock.server.ts';
import { isOpenStatus } from './moves.ts';
import { countKept } from './request-clock.ts';

/** What was asked, and what it costs, where that told nobody yet, for its letter has to be posted. */
export async function askingToPost(
  db: Db | Tx,
  requestId: string,
): Promise<{ asks: boolean; costs: boolean; writtenAt: Date | null }> {
  const row = await db.privacyRequest.findUniqueOrThrow({
    where: { id: requestId },
    select: { ...clockFields, status: true, feeNotice: { select: { choice: true } } },
  });
  const { asking, feeByPost } = keptClock(row);
  // Of what was closed meanwhile nothing is waited for.
  const question = asking?.toldAt === null && asking.status === row.status ? asking.at : null;
  const choice = row.feeNotice?.choice ?? null;
  const isOpenFee = isOpenStatus(row.status) && (choice === null || choice === 'goOn');
  const fee = feeByPost && feeByPost.postedAt === null && isOpenFee ? feeByPost.writtenAt : null;
  const writtenAt = question && fee ? new Date(Math.max(+question, +fee)) : (question ?? fee);
  return { asks: question !== null, costs: fee !== null, writtenAt };
}

/**
 * The letter of what was asked was posted: from then on the clock stands still where its rule stops for that, in the caller's transaction,
 * which holds the request's row. @returns whether it does
 */
export async function askByPost(
  tx: Tx,
  { requestId, actor, at }: { requestId: string; actor: Person; at: Date },
): Promise<boolean> {
  const { asks, writtenAt } = await askingToPost(tx, requestId);
  if (!writtenAt) return false;
  const postedAt = new Date(Math.max(+at, +writtenAt + 1));
  await tx.requestClockEvent.create({
    data: { requestId, type: 'letterPosted', at: postedAt, recordedById: actor.id },
    select: { id: true },
  });
  const row = await tx.privacyRequest.findUniqueOrThrow({ where: { id: requestId }, select: clockFields });
  const count = countKept(keptClock(row));
  await tx.privacyRequest.update({
    where: { id: requestId },
    data: countedColumns(count),
    select: { id: true },
  });
  return asks && count.openPause !== null;
}
