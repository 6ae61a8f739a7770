import type { Asking, WrittenType } from './came.ts';
import { countKept, type CountedClock, type KeptClock, type KeptClockEvent } from './request-clock.ts';

/** A line of a clock's own history, as it is kept. */
export type HistoryEvent = Omit<KeptClockEvent, 'type'> & {
  type: KeptClockEvent['type'] | WrittenType | 'letterPosted';
};

/** What is written instead where nobody reads it on a page. */
export const writtenInstead: Partial<Record<KeptClockEvent['type'], WrittenType>> = {
  extensionNoticeSent: 'extensionNoticeWritten',
  identityInfoRequested: 'identityInfoWritten',
  clarificationRequested: 'clarificationWritten',
};

type Question = 'identityInfoRequested' | 'clarificationRequested';
const answered: Partial<Record<HistoryEvent['type'], Question>> = {
  identityInfoReceived: 'identityInfoRequested',
  clarificationReceived: 'clarificationRequested',
};

/**
 * What counts of a clock's history: a written question from when its letter was posted. Where what it asks for came before that, nothing
 * stood still, and no period begins with it: neither counts. An extension has a notice of its own once it is posted.
 * @param events oldest first
 */
export function toldEvents(events: readonly HistoryEvent[]): KeptClockEvent[] {
  const waiting = new Set<Question>();
  return events.flatMap(({ type, at, newDueOn }): KeptClockEvent[] => {
    if (type === 'extensionNoticeWritten' || type === 'feeWritten') return [];
    if (type === 'identityInfoWritten' || type === 'clarificationWritten') {
      waiting.add(type === 'identityInfoWritten' ? 'identityInfoRequested' : 'clarificationRequested');
      return [];
    }
    if (type === 'letterPosted') {
      const told = [...waiting];
      waiting.clear();
      return told.map((question) => ({ type: question, at, newDueOn: null }));
    }
    const question = answered[type];
    return question && waiting.delete(question) ? [] : [{ type, at, newDueOn }];
  });
}

type AskingClock = CountedClock & Pick<KeptClock, 'asking'>;

/** The clock as it will stand once a letter that waits to be posted is, now. */
export function postedNow<Clock extends AskingClock>(kept: Clock, now: Date): Clock {
  const { asking } = kept;
  if (!asking || asking.toldAt !== null) return kept;
  const asked = { type: questionOf[asking.status], at: now, newDueOn: null };
  return { ...kept, asking: { ...asking, toldAt: now }, clockEvents: [...kept.clockEvents, asked] };
}

const questionOf = {
  identityCheck: 'identityInfoRequested',
  waitingOnPatient: 'clarificationRequested',
} as const satisfies Record<Asking['status'], Question>;

/** Whether the clock would stand still if the letter that waits were posted now: its rule stops for that, and it is not too late. */
export function stopsOncePosted(kept: AskingClock, now: Date): boolean {
  const posted = postedNow(kept, now);
  return posted !== kept && countKept(posted).openPause !== null;
}

/** @param events oldest first */
export function feeByPost(events: readonly HistoryEvent[]): KeptClock['feeByPost'] {
  let fee: KeptClock['feeByPost'] = null;
  for (const { type, at } of events) {
    if (type === 'feeWritten') fee = { writtenAt: at, postedAt: null };
    if (type === 'letterPosted' && fee) fee = { ...fee, postedAt: fee.postedAt ?? at };
  }
  return fee;
}

/** When a patient was told of a cost; null: its letter is not posted. @param writtenAt when staff entered it last */
export function feeToldAt({ feeByPost: fee }: Pick<KeptClock, 'feeByPost'>, writtenAt: Date): Date | null {
  return fee?.writtenAt.getTime() === writtenAt.getTime() ? fee.postedAt : writtenAt;
}
