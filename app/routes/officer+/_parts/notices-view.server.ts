import { recordListRead } from '#app/audit/list-reads.server.ts';
import type { DeliveryLine } from '#app/components/delivery-list.tsx';
import { theFacility } from '#app/facility/facility.server.ts';
import { noticeCounts, noticePage, oldestUnsent, type NoticePlace } from '#app/notices/delivery.server.ts';
import type { NoticeState } from '#app/notices/states.ts';
import { recordsOfAccounts } from '#app/people/records-named.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { deliveryLines } from '#app/web/present-delivery.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

const minute = 60_000;
/** Mail goes out within seconds where all is well. */
const lateAfter = 15 * minute;

export interface NoticesView {
  counts: Record<NoticeState, number>;
  /** How long the oldest has waited that is neither sent nor given up; null when none waits. */
  oldest: { span: string; isLate: boolean } | null;
  lines: DeliveryLine[];
  next: string | null;
}

export interface AskedNotices {
  state: NoticeState | null;
  before: NoticePlace | null;
}

export async function noticesView(
  { world, person }: Pick<Visit, 'world' | 'person'>,
  asked: AskedNotices,
  { now, locale }: { now: Date; locale: Locale },
): Promise<NoticesView> {
  const { db } = world;
  const [{ timeZone }, counts, since, page] = await Promise.all([
    theFacility(db),
    noticeCounts(db),
    oldestUnsent(db),
    noticePage(db, asked),
  ]);
  await recordListRead(world, {
    actor: person,
    list: 'mail',
    patientIds: await recordsOfAccounts(
      db,
      page.notices.flatMap(({ to }) => to?.userId ?? []),
    ),
  });
  const waited = since && Math.max(0, now.getTime() - since.getTime());
  return {
    counts,
    oldest: waited === null ? null : { span: spanInWords(waited, locale), isLate: waited > lateAfter },
    lines: deliveryLines(page.notices, { timeZone, locale }),
    next: page.next && placeInWords(page.next),
  };
}

function spanInWords(milliseconds: number, locale: Locale): string {
  const words = wordsFor(locale);
  const minutes = Math.floor(milliseconds / minute);
  if (minutes < 120) return words('notices.span.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? words('notices.span.hours', { count: hours })
    : words('notices.span.days', { count: Math.floor(hours / 24) });
}

const placeInWords = ({ owedAt, id }: NoticePlace) => `${owedAt.getTime()}.${id}`;

/** @returns null for what is no place in the list: it begins at its beginning */
export function placeOf(text: string | null): NoticePlace | null {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(text ?? '') ?? [];
  return at && id ? { owedAt: new Date(Number(at)), id } : null;
}
