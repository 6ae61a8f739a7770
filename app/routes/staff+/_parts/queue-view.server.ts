import type { DueDateProps } from '#app/components/due-date.tsx';
import type { OpenWork, QueueRow } from '#app/requests/reading.server.ts';
import { clockView } from '#app/web/present-clock.server.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { RequestKind } from '#app/requests/kinds/kind.ts';
import { statusInWords, turnInWords } from './in-words.ts';

export interface QueueLine {
  id: string;
  reference: string;
  kind: string;
  patient: string;
  /** Who asked on the patient's behalf, in words; null when they asked themselves. */
  askedBy: string | null;
  /** Null: taken back, so nothing is due any more and nothing was answered. */
  due: DueDateProps | null;
  status: string;
  turn: string;
  /** Null: nobody has taken it yet. */
  owner: string | null;
  received: string;
}

/** The queue's rows for the page. Dates in the facility's zone. */
export function queueView(rows: readonly QueueRow[], now: Date, locale: Locale): QueueLine[] {
  const words = wordsFor(locale);
  return rows.map((row) => ({
    id: row.id,
    reference: row.reference,
    kind: words(`requests.kind.${row.kind}`),
    patient: row.patientName,
    askedBy: row.filedByName && words('staff.queue.askedBy', { name: row.filedByName }),
    due: row.resolution === 'withdrawn' ? null : clockView(row, now, locale).due,
    status: statusInWords(words, row),
    turn: turnInWords(words, row.status),
    owner: row.assigneeName,
    received: dayOfInstantInWords(locale, row.receivedAt, row.timeZone),
  }));
}

export interface WorkLine {
  kind: RequestKind;
  open: number;
  late: number;
  earliestDue: string;
}

export function workView(work: readonly OpenWork[], locale: Locale): WorkLine[] {
  return work.map(({ earliestDueOn, ...line }) => ({
    ...line,
    earliestDue: dateInWords(locale, earliestDueOn),
  }));
}

export interface WaitingLine {
  count: number;
  /** Since when the oldest waits, in words; null when nothing does. */
  oldest: string | null;
}

export function waitingView(
  { count, oldest }: { count: number; oldest: Date | null },
  timeZone: string,
  locale: Locale,
): WaitingLine {
  return { count, oldest: oldest && dayOfInstantInWords(locale, oldest, timeZone) };
}
