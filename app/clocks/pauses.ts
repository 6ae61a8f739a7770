import type { Temporal } from 'temporal-polyfill';
import { isBefore, laterOf, type DatedEvent } from './input.ts';
import type { PauseKind } from './rules.ts';
import type { ClockStep, PauseReason } from './steps.ts';

/** A stretch that does not count: first and last uncounted day; `to` null while the answer is awaited. */
export type Pause = {
  reason: PauseReason;
  askedOn: Temporal.PlainDate;
  from: Temporal.PlainDate;
  to: Temporal.PlainDate | null;
};

export type Start = {
  on: Temporal.PlainDate;
  because: 'receipt' | 'identity' | 'fee';
  /** Identity information was asked for and has not come: the period has not begun. */
  awaitingIdentitySince: Temporal.PlainDate | null;
  steps: ClockStep[];
};

/**
 * The date that the period runs from. Only UK law moves it: to the latest of request, identity information and fee
 * (UK GDPR Art. 12A; DPA 2018 s.54(3)). Identity information first asked for after `plainDue` moves nothing.
 */
export function startOf(
  pauses: PauseKind,
  receivedOn: Temporal.PlainDate,
  plainDue: Temporal.PlainDate,
  events: readonly DatedEvent[],
): Start {
  const start: Start = { on: receivedOn, because: 'receipt', awaitingIdentitySince: null, steps: [] };
  if (pauses !== 'uk') return start;
  let askedLate = false;
  for (const event of events) {
    if (event.type === 'identityInfoRequested') {
      askedLate = isBefore(plainDue, event.on);
      if (askedLate) start.steps.push({ kind: 'pauseTooLate', reason: 'identity', on: event.on.toString() });
      else start.awaitingIdentitySince ??= event.on;
    }
    const moves =
      event.type === 'identityInfoReceived'
        ? !askedLate || start.awaitingIdentitySince !== null
        : event.type === 'feePaid';
    if (!moves) continue;
    if (event.type === 'identityInfoReceived') start.awaitingIdentitySince = null;
    if (isBefore(start.on, event.on)) {
      start.on = event.on;
      start.because = event.type === 'feePaid' ? 'fee' : 'identity';
    }
  }
  return start;
}

/**
 * The pauses that these events make under this kind of rule, in order.
 * - `uk`: from the day of asking for clarification to the day of receiving it, both included (DPA 2018 s.54(3C)).
 * - `policySuspend`: from the day after asking to the day of receiving, for identity and clarification.
 * No day is in two pauses, and none lies before the start.
 */
export function pausesOf(
  pauses: PauseKind,
  startOn: Temporal.PlainDate,
  events: readonly DatedEvent[],
): Pause[] {
  const reasons: PauseReason[] =
    pauses === 'uk' ? ['clarification'] : pauses === 'policySuspend' ? ['clarification', 'identity'] : [];
  const found = reasons.flatMap((reason) => intervals(reason, events));
  found.sort((a, b) => (isBefore(a.askedOn, b.askedOn) ? -1 : isBefore(b.askedOn, a.askedOn) ? 1 : 0));
  let firstFree = startOn;
  const made: Pause[] = [];
  for (const { reason, askedOn, answeredOn } of found) {
    const from = laterOf(pauses === 'uk' ? askedOn : askedOn.add({ days: 1 }), firstFree);
    if (answeredOn && isBefore(answeredOn, from)) continue;
    made.push({ reason, askedOn, from, to: answeredOn });
    if (!answeredOn) break;
    firstFree = answeredOn.add({ days: 1 });
  }
  return made;
}

const eventsOf = {
  identity: ['identityInfoRequested', 'identityInfoReceived'],
  clarification: ['clarificationRequested', 'clarificationReceived'],
} as const;

function intervals(
  reason: PauseReason,
  events: readonly DatedEvent[],
): { reason: PauseReason; askedOn: Temporal.PlainDate; answeredOn: Temporal.PlainDate | null }[] {
  if (reason === 'lawEnforcement' || reason === 'fee') return [];
  const [asking, answering] = eventsOf[reason];
  const made = [];
  let askedOn: Temporal.PlainDate | null = null;
  for (const event of events) {
    if (event.type === asking) askedOn ??= event.on;
    if (event.type === answering && askedOn) {
      made.push({ reason, askedOn, answeredOn: event.on });
      askedOn = null;
    }
  }
  return askedOn ? [...made, { reason, askedOn, answeredOn: null }] : made;
}

/**
 * The events without the tellings of a cost, and without payments that begin no new period: of a cost that was told only after the last
 * day (UK GDPR Art. 12A gives the time that a fee holds the answer up, not the time that had run out before).
 * @param isLate whether a day lies after the last one, as it stood after these events
 */
export function paidInTime(
  events: readonly DatedEvent[],
  isLate: (before: readonly DatedEvent[], on: Temporal.PlainDate) => boolean,
): { events: DatedEvent[]; steps: ClockStep[] } {
  const counting: DatedEvent[] = [];
  const steps: ClockStep[] = [];
  let told: { on: string; isLate: boolean } | null = null;
  let unpaid: string | null = null;
  for (const event of events) {
    const on = event.on.toString();
    if (event.type === 'feeTold') {
      told = { on, isLate: isLate(counting, event.on) };
      unpaid = on;
    } else if (event.type === 'feePaid' && told?.isLate) {
      steps.push({ kind: 'pauseTooLate', reason: 'fee', on: told.on });
      unpaid = null;
    } else {
      if (event.type === 'feePaid') unpaid = null;
      counting.push(event);
    }
  }
  return {
    events: counting,
    steps: unpaid === null ? steps : [...steps, { kind: 'feeAwaited', on: unpaid }],
  };
}

/** Steps for what was asked or stated under a rule that does not stop for it. */
export function notPausedSteps(pauses: PauseKind, events: readonly DatedEvent[]): ClockStep[] {
  return events.flatMap((event): ClockStep[] => {
    const reason = stoppingReason(event);
    if (!reason) return [];
    const stops =
      reason === 'lawEnforcement'
        ? pauses === 'lawEnforcement'
        : pauses === 'uk' || (pauses === 'policySuspend' && reason !== 'fee');
    return stops ? [] : [{ kind: 'notPaused', reason, on: event.on.toString() }];
  });
}

function stoppingReason(event: DatedEvent): PauseReason | null {
  if (event.type === 'identityInfoRequested') return 'identity';
  if (event.type === 'clarificationRequested') return 'clarification';
  if (event.type === 'feeTold') return 'fee';
  if (event.type === 'lawEnforcementOralHold' || event.type === 'lawEnforcementWrittenHold')
    return 'lawEnforcement';
  return null;
}

/**
 * The last day of a notice that agencies asked to delay: the later of `due` and the end of the delay. A delay does not
 * lengthen the sixty days; it only forbids the notice meanwhile. An oral statement delays at most 30 days from its date,
 * once, and a written one that comes inside those days takes its place (45 CFR 164.412).
 */
export function heldDue(
  due: Temporal.PlainDate,
  events: readonly DatedEvent[],
): { due: Temporal.PlainDate; steps: ClockStep[] } {
  const written = events.filter((event) => event.type === 'lawEnforcementWrittenHold');
  const steps: ClockStep[] = [];
  let last = due;
  let oralUsed = false;
  for (const event of events) {
    const form =
      event.type === 'lawEnforcementWrittenHold'
        ? 'written'
        : event.type === 'lawEnforcementOralHold'
          ? 'oral'
          : null;
    if (!form || (form === 'oral' && oralUsed)) continue;
    if (form === 'oral') oralUsed = true;
    const oralEnd = event.on.add({ days: 30 });
    const replaced =
      form === 'oral' && written.some(({ on }) => !isBefore(on, event.on) && !isBefore(oralEnd, on));
    if (replaced) continue;
    if (isBefore(last, event.on)) {
      steps.push({ kind: 'pauseTooLate', reason: 'lawEnforcement', on: event.on.toString() });
      continue;
    }
    const until = event.until ?? oralEnd;
    steps.push({ kind: 'held', form, on: event.on.toString(), until: until.toString() });
    last = laterOf(last, until);
  }
  return { due: last, steps };
}
