import type { DeliveryLine } from '#app/components/delivery-list.tsx';
import { mayResend } from '#app/mail/dead-letters.server.ts';
import { ownFailures, type OwnFailure } from '#app/mail/failure.ts';
import type { Delivery } from '#app/notices/delivery.server.ts';
import { isNoticeKind } from '#app/notices/notices.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

/** Emails and what became of them, for a page. Instants in the facility's zone. */
export function deliveryLines(
  deliveries: readonly Delivery[],
  { timeZone, locale }: { timeZone: string; locale: Locale },
): DeliveryLine[] {
  const words = wordsFor(locale);
  const at = (instant: Date) => instantInWords(locale, instant, timeZone);
  return deliveries.map((one) => ({
    id: one.id,
    what: isNoticeKind(one.kind) ? words(`mail.${one.kind}.title`) : one.kind,
    to: one.to?.name ?? words('notices.to.noAccount'),
    role: one.to && words(`officer.role.${one.to.role}`),
    toNote: one.toOldAddress ? words('notices.to.oldAddress') : null,
    toPage: one.to && `/officer/people/${one.to.userId}`,
    request: one.request,
    state: one.state,
    owed: at(one.owedAt),
    tried: one.triedAt && at(one.triedAt),
    tries: one.tries,
    sent: one.sentAt && words('notices.sentAt', { at: at(one.sentAt) }),
    said: one.failure === null ? null : failureInWords(words, one.failure),
    mayResend: one.state === 'dead' && mayResend(one.kind),
  }));
}

function failureInWords(words: Words, failure: string): string {
  return (ownFailures as readonly string[]).includes(failure)
    ? words(`notices.own.${failure as OwnFailure}`)
    : words('notices.said', { words: failure });
}
