import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { Mailer } from '#app/mail/mailer.server.ts';
import { renderNotice } from '#app/mail/render-notice.server.ts';
import { isNoticeKind } from '#app/notices/notices.ts';
import { defaultLocale, isLocale } from '#app/words/locales.ts';

export type MailingWorld = World & { mailer: Mailer };

/**
 * Sends one notice, at least once: a crash between the hand-over and the mark makes it go out again, under the same Message-ID.
 * A notice that is marked as sent is left alone.
 * @throws when the mail was not taken; the queue tries again
 */
export async function sendNotice(world: MailingWorld, { noticeId }: { noticeId: string }): Promise<void> {
  const notice = await world.db.notice.findUniqueOrThrow({
    where: { id: noticeId },
    select: {
      kind: true,
      sentAt: true,
      requestId: true,
      user: { select: { email: true, locale: true } },
      request: { select: { reference: true, patientId: true } },
    },
  });
  if (notice.sentAt) return;
  const { kind, user, request, requestId } = notice;
  if (!isNoticeKind(kind)) throw new Error(`no notice of kind ${kind} is known`);
  if (!user || !request || !requestId) throw new Error('a notice leads to a request');

  const rendered = await renderNotice({
    kind,
    locale: isLocale(user.locale) ? user.locale : defaultLocale,
    facility: await theFacility(world.db),
    reference: request.reference,
    link: new URL(`/requests/${requestId}`, world.appOrigin).href,
  });
  const messageId = `<notice.${noticeId}@${new URL(world.appOrigin).hostname}>`;
  await world.mailer.send({ ...rendered, to: user.email, messageId, noticeId });

  await inTransaction(world.db, async (tx) => {
    const sentAt = world.clock();
    const { count } = await tx.notice.updateMany({ where: { id: noticeId, sentAt: null }, data: { sentAt } });
    if (count === 0) return;
    await appendEvent(tx, {
      type: 'notice.sent',
      actor: { kind: 'system', name: 'Plainview' },
      at: sentAt,
      subject: { kind: 'notice', id: noticeId },
      patientId: request.patientId,
      requestId,
      after: { kind },
      visibleToPatient: true,
    });
  });
}
