import type { VendorNoticeLine } from '#app/components/vendor-notice-table.tsx';
import type { TimelineEntry } from '#app/components/timeline.tsx';
import { webhookFailures } from '#app/optouts/vendor-notices/post-webhook.server.ts';
import type { ListedNotice, NoticeHappening } from '#app/optouts/vendor-notices/reading.server.ts';
import { daysSince, isOpen } from '#app/optouts/vendor-notices/states.ts';
import { dateInWords, dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';

interface Reader {
  locale: Locale;
  timeZone: string;
  now: Date;
}

/** Notices to companies for a page of the facility. */
export function vendorNoticeLines(
  notices: readonly ListedNotice[],
  { locale, timeZone, now }: Reader,
): VendorNoticeLine[] {
  const words = wordsFor(locale);
  return notices.map((notice) => {
    const { id, reference, kind, vendor, request, state, delivery } = notice;
    const since = notice.sentAt ?? notice.owedAt;
    const open = isOpen(notice);
    return {
      ...{ id, reference, vendor, request, state },
      kind: words(`vendorNotices.kind.${kind}`),
      waitsSince: dayOfInstantInWords(locale, since, timeZone),
      days: open ? words('vendorNotices.days', { count: daysSince(since, now) }) : null,
      reminders: open && notice.sentAt ? words('vendorNotices.reminders', { count: notice.reminders }) : null,
      delivery: delivery
        ? [
            words(`vendorNotices.by.${delivery.kind}`),
            ...(delivery.kind === 'webhook' ? [words('vendorNotices.tries', { count: delivery.tries })] : []),
            ...(delivery.triedAt ? [instantInWords(locale, delivery.triedAt, timeZone)] : []),
          ].join(' · ')
        : words('vendorNotices.noChannel'),
      failure: delivery?.failure ? failureInWords(words, delivery.kind, delivery.failure) : null,
      mayResend: notice.closedAt === null && delivery !== null,
    };
  });
}

function failureInWords(words: Words, kind: 'mail' | 'webhook', failure: string): string {
  if (kind === 'mail') return words('vendorNotices.failure.mail');
  const known = webhookFailures.find((one) => one === failure);
  return known
    ? words(`vendorNotices.failure.${known}`)
    : words('vendorNotices.failure.status', { status: failure.replace(/^status /, '') });
}

export interface NoticeEntry extends TimelineEntry {
  what: string;
  /** Set by the page. */
  detail?: undefined;
  deeds: string[];
  since: string | null;
  text: string | null;
  proof: { id: string; fileName: string } | null;
}

const eventWords: Record<string, MessageId> = {
  owed: 'vendorNotices.event.owed',
  sent: 'vendorNotices.event.sent',
  gaveUp: 'vendorNotices.event.gaveUp',
  sentAgain: 'vendorNotices.event.sentAgain',
  reminded: 'vendorNotices.event.reminded',
  escalated: 'vendorNotices.event.escalated',
  opened: 'vendorNotices.event.opened',
  acknowledged: 'vendorNotices.event.acknowledged',
  answered: 'vendorNotices.event.answered',
  closed: 'vendorNotices.event.closed',
};

/** What happened to one notice, newest first. */
export function noticeEntries(
  events: readonly NoticeHappening[],
  { locale, timeZone }: Pick<Reader, 'locale' | 'timeZone'>,
): NoticeEntry[] {
  const words = wordsFor(locale);
  return events.map(({ id, type, at, by, deeds, sinceOn, text, proof }) => ({
    id,
    what: words(eventWords[type] ?? 'vendorNotices.event.owed'),
    at: { iso: at.toISOString(), words: instantInWords(locale, at, timeZone) },
    ...(by ? { who: by } : {}),
    deeds: deeds.map((deed) => words(`vendorNotices.deed.${deed}`)),
    since: sinceOn && words('vendorNotices.since', { date: dateInWords(locale, sinceOn) }),
    text,
    proof,
  }));
}
