import type { DueDateProps } from '#app/components/due-date.tsx';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { outcomeWords } from '#app/requests/letters.ts';
import type { RequestSummary } from '#app/requests/reading.server.ts';
import { readAck } from '#app/requests/request-clock.ts';
import { weekdayDateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import { clockView } from './present-clock.server.ts';

export interface RequestView {
  id: string;
  reference: string;
  kind: string;
  open: boolean;
  late: boolean;
  /** The facility waits for the patient. */
  waits: boolean;
  /** The patient was told a cost and has not chosen yet. */
  feeWaits: boolean;
  /** Where it stands, in a sentence. */
  status: string;
  /** What comes next and by when, in a sentence; null when nothing does. */
  next: string | null;
  /** Null for one that was taken back or is the same as another: nothing is owed any more. */
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
    waits: request.status === 'waitingOnPatient' || request.status === 'identityCheck',
    feeWaits: request.feeWaits,
    status: words(statusId(request, takenBack)),
    next: nextInWords(words, request, {
      open,
      due: clock.due,
      date: clock.dueInWords,
      daysLate: late ? -clock.daysLeft : 0,
      confirmBy: confirmByView(request, now, locale),
    }),
    // What was taken back is not owed any more, and the other request is owed in the place of this one.
    due: clock.due,
  };
}

function statusId({ kind, status, resolution, feeWaits }: RequestSummary, takenBack: boolean): MessageId {
  if (resolution === 'withdrawn') return 'patient.status.withdrawn';
  if (resolution === 'duplicate') return 'asking.status.duplicate';
  // Refused to whoever did not show who they are, a list too.
  if (resolution === 'denied') return outcomeWords(kind, resolution);
  if (feeWaits) return 'asking.status.feeWaits';
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
      return status === 'inReview' ? 'patient.status.accounting.inReview' : openStatusId(status);
    default:
      return answered && resolution ? outcomeWords(kind, resolution) : openStatusId(status);
  }
}

function openStatusId(status: RequestSummary['status']): MessageId {
  switch (status) {
    case 'acknowledged':
      return 'patient.status.accounting.acknowledged';
    case 'identityCheck':
    case 'inReview':
    case 'waitingOnPatient':
      return `asking.status.${status}`;
    default:
      return 'patient.status.accounting.received';
  }
}

interface Standing {
  open: boolean;
  due: DueDateProps | null;
  date: string;
  daysLate: number;
  /** The law wants it confirmed by this day, and it is not yet. */
  confirmBy: { confirmBy: string; late: string } | null;
}

function confirmByView(request: RequestSummary, now: Date, locale: Locale): Standing['confirmBy'] {
  const ack = request.ack?.metAt ? null : readAck(request, now);
  return (
    ack && {
      confirmBy: weekdayDateInWords(locale, ack.count.effectiveDueDate),
      late: ack.state === 'overdue' ? 'yes' : 'no',
    }
  );
}

function nextInWords(
  words: Words,
  { kind, status, feeWaits }: RequestSummary,
  { open, due, date, daysLate, confirmBy }: Standing,
): string | null {
  if (!open || !due) return null;
  if (due.state === 'paused') return words('asking.next.paused');
  if (daysLate > 0) return words('patient.next.late', { days: daysLate });
  if (feeWaits) return words('asking.next.feeWaits', { date });
  if (status === 'waitingOnPatient' || status === 'identityCheck')
    return words('asking.next.waiting', { date });
  if (kind === 'optOut' || kind === 'optOutWithdrawal') return words('patient.next.confirm', { date });
  if (confirmBy) return words('asking.next.acknowledge', { date, ...confirmBy });
  return words(due.basis === 'law' ? 'patient.next.answer' : 'asking.next.promise', { date });
}
