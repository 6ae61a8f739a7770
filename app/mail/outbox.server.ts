import type { Db } from '#app/db/client.server.ts';

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
