import type { DueDateProps } from '#app/components/due-date.tsx';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { RequestSummary } from '#app/requests/reading.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import { clockView } from './present-clock.server.ts';

export interface RequestView {
  id: string;
  reference: string;
  kind: string;
  open: boolean;
  late: boolean;
  /** Where it stands, in a sentence. */
  status: string;
  /** What comes next and by when, in a sentence; null when nothing does. */
  next: string | null;
  /** Null for one that was taken back: nothing is owed any more. */
  due: DueDateProps | null;
}

/**
 * A request as its patient sees it in a list and at the top of its page.
 * @param takenBack whether the "no" that it filed was withdrawn since
 */
export function requestView(
  request: RequestSummary,
  { now, locale, takenBack }: { now: Date; locale: Locale; takenBack: boolean },
): RequestView {
  const words = wordsFor(locale);
  const clock = clockView(request, now, locale);
  const open = request.status !== 'responded' && request.status !== 'closed';
  const late = open && clock.daysLeft < 0;
  return {
    id: request.id,
    reference: request.reference,
    kind: words(kindDefinition(request.kind).title),
    open,
    late,
    status: words(statusId(request, takenBack)),
    next: nextInWords(words, request, {
      open,
      date: clock.dueInWords,
      daysLate: late ? -clock.daysLeft : 0,
    }),
    due: request.resolution === 'withdrawn' ? null : clock.due,
  };
}

function statusId({ kind, status, resolution }: RequestSummary, takenBack: boolean): MessageId {
  if (resolution === 'withdrawn') return 'patient.status.withdrawn';
  const answered = status === 'responded' || status === 'closed';
  switch (kind) {
    case 'optOut':
      if (takenBack) return 'patient.status.optOut.takenBack';
      return answered ? 'patient.status.optOut.confirmed' : 'patient.status.optOut.inForce';
    case 'optOutWithdrawal':
      return answered ? 'patient.status.optOutWithdrawal.confirmed' : 'patient.status.optOutWithdrawal.done';
    case 'accounting':
      if (answered)
        return resolution === 'nothingToReport'
          ? 'patient.status.accounting.nothing'
          : 'patient.status.accounting.answered';
      if (status === 'identityCheck' || status === 'waitingOnPatient') return `requests.status.${status}`;
      if (status === 'inReview') return 'patient.status.accounting.inReview';
      return status === 'acknowledged'
        ? 'patient.status.accounting.acknowledged'
        : 'patient.status.accounting.received';
    default:
      return answered && resolution ? `requests.resolution.${resolution}` : `requests.status.${status}`;
  }
}

function nextInWords(
  words: Words,
  { kind }: RequestSummary,
  { open, date, daysLate }: { open: boolean; date: string; daysLate: number },
): string | null {
  if (!open) return null;
  if (daysLate > 0) return words('patient.next.late', { days: daysLate });
  return words(
    kind === 'optOut' || kind === 'optOutWithdrawal' ? 'patient.next.confirm' : 'patient.next.answer',
    {
      date,
    },
  );
}
