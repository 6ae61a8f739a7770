import { enqueue, type Tx } from '#app/db/client.server.ts';
import type { NoticeKind } from './notices.ts';

export interface OwedNotice {
  kind: NoticeKind;
  /** Who gets it. */
  userId: string;
  /** The request that its link opens. */
  requestId: string;
  now: Date;
}

/**
 * Records that a change owes a person a notice and queues its sending, in the transaction of that change: both happen, or neither.
 * @returns the id of the notice
 */
export async function oweNotice(tx: Tx, { kind, userId, requestId, now }: OwedNotice): Promise<string> {
  const { id } = await tx.notice.create({
    data: { kind, userId, requestId, owedAt: now },
    select: { id: true },
  });
  await enqueue(tx, 'send-notice', { noticeId: id }, `notice:${id}`);
  return id;
}
