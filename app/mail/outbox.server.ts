import type { Db } from '#app/db/client.server.ts';
import { daysBefore, keptForDays } from '#app/facility/retention.ts';

export interface OutboxMail {
  noticeId: string;
  to: string;
  subject: string;
  text: string;
  writtenAt: Date;
}

/** Mail that was written down instead of sent, newest first. Outside demo mode there is none. */
export function outboxMail(db: Db, most: number): Promise<OutboxMail[]> {
  return db.outboxMessage.findMany({
    orderBy: [{ writtenAt: 'desc' }, { noticeId: 'desc' }],
    take: most,
    select: { noticeId: true, to: true, subject: true, text: true, writtenAt: true },
  });
}

/** Removes mail that was written down long ago. */
export async function sweepOutbox(db: Db, now: Date): Promise<void> {
  await db.outboxMessage.deleteMany({ where: { writtenAt: { lte: daysBefore(now, keptForDays.letters) } } });
}
