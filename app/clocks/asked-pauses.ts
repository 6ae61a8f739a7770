import type { Temporal } from 'temporal-polyfill';
import { ClockInputError, givenDate, isBefore, startOfDay, type ClockEventType } from './input.ts';
import { shortly, type PauseMistakeCode, type QuestionMistake } from './question-mistakes.ts';
import type { PauseKind } from './rules.ts';

export const pauseReasons = ['identity', 'clarification', 'fee'] as const;
export type PauseReasonAsked = (typeof pauseReasons)[number];

/** A request has a few; a list that is longer is a mistake or an attack. */
export const mostPauses = 30;

/** A time in which somebody was waited for, as it is asked about. Facility-local dates. */
export interface AskedPause {
  /** One of `pauseReasons`. */
  reason: string;
  /** The day on which they were asked, or told what it costs. */
  from: string;
  /** The day on which it came, or was paid; absent: it has not. */
  to?: string | undefined;
}

/** What a kind of rule stops for. Where policy decides, whether it does. */
export const pausesKnown: Record<PauseKind, readonly PauseReasonAsked[]> = {
  none: [],
  lawEnforcement: [],
  policySuspend: ['identity', 'clarification'],
  uk: pauseReasons,
};

const eventsOf: Record<PauseReasonAsked, readonly [asked: ClockEventType, came: ClockEventType]> = {
  identity: ['identityInfoRequested', 'identityInfoReceived'],
  clarification: ['clarificationRequested', 'clarificationReceived'],
  fee: ['feeTold', 'feePaid'],
};

const isReason = (reason: string): reason is PauseReasonAsked =>
  (pauseReasons as readonly string[]).includes(reason);

/** Pauses that are right, as what happened, in order. */
export function eventsOfPauses(
  pauses: readonly AskedPause[],
  timeZone: string,
): { type: ClockEventType; at: string }[] {
  return inOrder(pauses).flatMap(({ reason, from, to }) => {
    if (!isReason(reason)) return [];
    const [asked, came] = eventsOf[reason];
    const began = { type: asked, at: startOfDay(from, timeZone) };
    return to === undefined ? [began] : [began, { type: came, at: startOfDay(to, timeZone) }];
  });
}

/** What cannot be counted of pauses, each by its field. */
export function pauseMistakes(
  pauses: readonly AskedPause[],
  { rule, receivedOn }: { rule: PauseKind; receivedOn: Temporal.PlainDate },
): QuestionMistake[] {
  if (pauses.length > mostPauses)
    return [{ field: 'pauses', code: 'tooManyPauses', value: `${pauses.length}` }];
  const wrong = pauses.flatMap((pause, at) => oneMistake(pause, `pauses.${at}`, { rule, receivedOn }));
  return wrong.length > 0 ? wrong : overlaps(pauses);
}

function oneMistake(
  { reason, from, to }: AskedPause,
  field: string,
  { rule, receivedOn }: { rule: PauseKind; receivedOn: Temporal.PlainDate },
): QuestionMistake[] {
  const mistake = (at: string, code: PauseMistakeCode, value: string) => [
    { field: `${field}.${at}`, code, value: shortly(value) },
  ];
  if (!isReason(reason)) return mistake('reason', 'badPauseReason', reason);
  if (!pausesKnown[rule].includes(reason)) return mistake('reason', 'pauseNotInRule', reason);
  const began = dayIn(from);
  if (!began) return mistake('from', 'badPauseDay', from);
  if (isBefore(began, receivedOn)) return mistake('from', 'pauseBeforeReceipt', from);
  if (to === undefined) return [];
  const ended = dayIn(to);
  if (!ended) return mistake('to', 'badPauseDay', to);
  return isBefore(ended, began) ? mistake('to', 'pauseEndsEarly', to) : [];
}

function dayIn(text: string): Temporal.PlainDate | null {
  try {
    return givenDate(text, 'badDate');
  } catch (error) {
    if (!(error instanceof ClockInputError)) throw error;
    return null;
  }
}

/** Of one kind one at a time: while somebody is asked for something they are not asked for it again. */
function overlaps(pauses: readonly AskedPause[]): QuestionMistake[] {
  return pauseReasons.flatMap((wanted) =>
    inOrder(pauses.map((pause, at) => ({ ...pause, at })))
      .filter(({ reason }) => reason === wanted)
      .flatMap(({ from, at }, place, all): QuestionMistake[] => {
        const before = all[place - 1];
        if (!before || (before.to !== undefined && before.to <= from)) return [];
        return [{ field: `pauses.${at}.from`, code: 'pausesOverlap', value: from }];
      }),
  );
}

function inOrder<Pause extends AskedPause>(pauses: readonly Pause[]): Pause[] {
  // An open one is the last of those that begin on its day.
  const days = ({ from, to = '~' }: AskedPause) => `${from} ${to}`;
  return [...pauses].sort((a, b) => (days(a) < days(b) ? -1 : days(a) > days(b) ? 1 : 0));
}

/** Pauses as they stand in an address: `identity:2027-02-01/2027-02-09,fee:2027-03-01/`. What is none comes back to be told as wrong. */
export function pausesInText(text: string): AskedPause[] {
  if (text === '') return [];
  return text.split(',').map((one) => {
    const [, reason = one, from = '', to = ''] = /^([^:]*):([^/]*)(?:\/(.*))?$/.exec(one) ?? [];
    return { reason, from, ...(to === '' ? {} : { to }) };
  });
}
