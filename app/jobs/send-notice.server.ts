import { z } from 'zod';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { Mailer } from '#app/mail/mailer.server.ts';
import { renderNotice } from '#app/mail/render-notice.server.ts';
import { isNoticeKind, notices } from '#app/notices/notices.ts';
import { instantInWords } from '#app/words/dates.ts';
import { defaultLocale, isLocale } from '#app/words/locales.ts';

export type MailingWorld = World & { mailer: Mailer };

const sealedDetails = z.strictObject({ code: z.string() });

const noticeFields = {
  kind: true,
  sentAt: true,
  owedAt: true,
  address: true,
  locale: true,
  detailsSealed: true,
  requestId: true,
  user: { select: { email: true, locale: true, role: true, patientId: true, disabledAt: true } },
  request: { select: { reference: true, patientId: true } },
} as const;

/**
 * Sends one notice, at least once: a crash between the hand-over and the mark makes it go out again, under the same Message-ID.
 * A notice that is marked as sent is left alone. Somebody whose account was shut is told what changes in it, and nothing else.
 * @throws when the mail was not taken; the queue tries again
 */
export async function sendNotice(world: MailingWorld, { noticeId }: { noticeId: string }): Promise<void> {
  const notice = await world.db.notice.findUniqueOrThrow({ where: { id: noticeId }, select: noticeFields });
  if (notice.sentAt) return;
  const { kind, user, request, requestId, owedAt } = notice;
  if (!isNoticeKind(kind)) throw new Error(`no notice of kind ${kind} is known`);
  const { opens, letter } = notices[kind];
  if (user?.disabledAt && letter !== 'account') return;
  const to = notice.address ?? user?.email;
  if (to === undefined) throw new Error('a notice goes to somebody');
  const path = opens === 'request' ? requestId && `/requests/${requestId}` : opens;
  if (opens === 'request' && (!request || !path)) throw new Error('a notice leads to a request');

  const facility = await theFacility(world.db);
  const wanted = notice.locale ?? user?.locale;
  const locale = isLocale(wanted) ? wanted : defaultLocale;
  const details =
    notice.detailsSealed === null
      ? null
      : sealedDetails.parse(
          JSON.parse(open(world.keys, notice.detailsSealed, boundTo('notice', noticeId)).toString()),
        );
  if (letter === 'code' && !details) throw new Error('a letter with a code needs one');
  const rendered = await renderNotice({
    kind,
    locale,
    facility,
    reference: request?.reference ?? null,
    link: path ? new URL(path, world.appOrigin).href : null,
    when: instantInWords(locale, owedAt, facility.timeZone),
    code: details?.code ?? null,
  });
  const messageId = `<notice.${noticeId}@${new URL(world.appOrigin).hostname}>`;
  await world.mailer.send({ ...rendered, to, messageId, noticeId });

  const patientId = request?.patientId ?? user?.patientId ?? null;
  await inTransaction(world.db, async (tx) => {
    const sentAt = world.clock();
    const { count } = await tx.notice.updateMany({
      where: { id: noticeId, sentAt: null },
      // What it said beside its words is not kept longer than it is needed.
      data: { sentAt, detailsSealed: null },
    });
    if (count === 0) return;
    await appendEvent(tx, {
      type: 'notice.sent',
      actor: { kind: 'system', name: 'Plainview' },
      at: sentAt,
      subject: { kind: 'notice', id: noticeId },
      ...(patientId ? { patientId } : {}),
      ...(requestId ? { requestId } : {}),
      after: { kind },
      visibleToPatient: request !== null || user?.role === 'patient',
    });
  });
}
