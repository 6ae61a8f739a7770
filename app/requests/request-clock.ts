import { countClock, isPast, type ClockCount } from '#app/clocks/count.ts';
import type { ClockEvent } from '#app/clocks/input.ts';
import { clockRule, isRuleId, type ClockRule } from '#app/clocks/rules.ts';
import { clockState, type ClockState } from '#app/clocks/state.ts';
import { localDate } from '#app/words/dates.ts';
import type { Asking } from './came.ts';
import type { ClockFacts } from './request-state.ts';

/** The clock's inputs as the request keeps them: its date can be worked out again years later. */
export interface KeptClock {
  ruleId: string;
  ruleVersion: number;
  /** For a promise: how many days or business days were promised when it was filed. */
  promisedCount: number | null;
  /** Whether the policy that it was filed under stops the clock of a rule that leaves it to policy. */
  suspendByPolicy: boolean;
  /** The duty to say that it arrived, where the law sets a day for that; null elsewhere. */
  ack: KeptAck | null;
  receivedAt: Date;
  timeZone: string;
  /** `YYYY-MM-DD` */
  holidays: string[];
  /** What happened since that may move the date, oldest first: of what goes by post, from when it was posted. */
  clockEvents: KeptClockEvent[];
  /** What the patient was asked for and has not answered. */
  asking: Asking | null;
  /** A cost that goes by post: when it was written last, and when its letter was posted; null: none was. */
  feeByPost: { writtenAt: Date; postedAt: Date | null } | null;
  respondedAt: Date | null;
  closedAt: Date | null;
}

export interface KeptAck {
  ruleId: string;
  ruleVersion: number;
  /** Of the calendars of its own rule. */
  holidays: string[];
  /** When it was said; null: not yet. */
  metAt: Date | null;
}

export interface KeptClockEvent {
  type:
    | 'extensionNoticeSent'
    | 'identityInfoRequested'
    | 'identityInfoReceived'
    | 'clarificationRequested'
    | 'clarificationReceived'
    | 'feePaid';
  at: Date;
  /** `YYYY-MM-DD`; of an extension: the day that its notice named. */
  newDueOn: string | null;
}

export interface ReadClock {
  rule: ClockRule;
  count: ClockCount;
  /** Null: it ended without an answer, so that its last day was neither kept nor missed. */
  state: ClockState | null;
  /** Calendar days to the last day, negative when past. */
  daysLeft: number;
  /** Calendar days since receipt, up to the answer or today. */
  daysUsed: number;
}

/** The rule that something was filed under. @throws when it names one that is not known */
export function ruleKept({ ruleId, ruleVersion }: { ruleId: string; ruleVersion: number }): ClockRule {
  if (!isRuleId(ruleId)) throw new Error(`there is no clock rule ${ruleId}`);
  return clockRule(ruleId, ruleVersion);
}

/** What a count asks of it. */
export type CountedClock = Omit<KeptClock, 'respondedAt' | 'closedAt' | 'ack' | 'asking' | 'feeByPost'>;

/**
 * Counts a request's clock anew, under the rule and version it was filed under. @param supposed what has not happened, and is counted too
 * @throws when the request names a rule that is not known
 */
export function countKept(kept: CountedClock, supposed: readonly ClockEvent[] = []): ClockCount {
  if (!isRuleId(kept.ruleId)) throw new Error(`there is no clock rule ${kept.ruleId}`);
  return countClock({
    rule: kept.ruleId,
    version: kept.ruleVersion,
    promised: kept.promisedCount ?? undefined,
    suspendByPolicy: kept.suspendByPolicy,
    receivedAt: kept.receivedAt.toISOString(),
    timeZone: kept.timeZone,
    holidays: kept.holidays,
    events: [...kept.clockEvents.map(countedEvent), ...supposed],
  });
}

/** Whether a request got its answer: one that was taken back, or closed as the same as another, ended without. */
export function wasAnswered({ respondedAt }: Pick<KeptClock, 'respondedAt'>): boolean {
  return respondedAt !== null;
}

/** Where a request's clock stands at an instant: computed on read. */
export function readClock(
  kept: CountedClock & Pick<KeptClock, 'respondedAt' | 'closedAt'>,
  now: Date,
): ReadClock {
  const count = countKept(kept);
  const ended = kept.respondedAt ?? kept.closedAt;
  const standing = clockState({
    count,
    today: localDate(now, kept.timeZone),
    answeredOn: ended && localDate(ended, kept.timeZone),
  });
  const state = ended && !wasAnswered(kept) ? null : standing.state;
  return { rule: clockRule(count.rule, kept.ruleVersion), count, ...standing, state };
}

/**
 * The duty to say that it arrived, counted like the answer's own clock; null where the law sets no day for it. What the facility says to
 * the patient about the request meets it, and so does the answer.
 */
export function readAck(kept: KeptClock, now: Date): ReadClock | null {
  const { ack } = kept;
  if (!ack) return null;
  const { ruleId, ruleVersion, holidays, metAt } = ack;
  const { respondedAt } = kept;
  const said = metAt && (!respondedAt || metAt < respondedAt) ? metAt : respondedAt;
  const clock = { ...kept, ruleId, ruleVersion, holidays, promisedCount: null, clockEvents: [] };
  return readClock({ ...clock, respondedAt: said }, now);
}

/** What a move has to know of the clock. */
export function clockFacts(kept: CountedClock, now: Date): ClockFacts {
  const count = countKept(kept);
  return {
    today: localDate(now, kept.timeZone),
    // Pauses move the first period too: without an extension what counts is what is due.
    firstDueOn: count.extended ? count.dueDate : count.effectiveDueDate,
    longestDueOn: count.extended ? count.effectiveDueDate : longest(kept, count, now),
    extended: count.extended,
    paused: count.openPause !== null,
  };
}

/** The last day as it stood before more time was taken, with the pauses till then; where none was taken, the last day. */
export function dueBeforeExtension(kept: CountedClock): string {
  const notice = kept.clockEvents.find(({ type }) => type === 'extensionNoticeSent');
  const before = notice ? kept.clockEvents.filter(({ at }) => at < notice.at) : kept.clockEvents;
  return countKept({ ...kept, clockEvents: before }).effectiveDueDate;
}

/** When the notice of extension was told that a count takes its extra time from; null: it takes none. */
export function countedNotice({ clockEvents, timeZone }: CountedClock, { steps }: ClockCount): Date | null {
  const on = steps.find((step) => step.kind === 'extensionTaken')?.noticeOn;
  const notice = clockEvents.find(
    ({ type, at }) => type === 'extensionNoticeSent' && localDate(at, timeZone) === on,
  );
  return notice?.at ?? null;
}

/**
 * Whether a patient was told of a cost after the last day, as the clock stood then: such a payment begins no new period (UK GDPR Art. 12A
 * gives the time that a fee holds the answer up, not the time that had run out before).
 */
export function toldTooLate(kept: CountedClock, toldAt: Date): boolean {
  const then = countKept({ ...kept, clockEvents: kept.clockEvents.filter(({ at }) => at <= toldAt) });
  return isPast(then, localDate(toldAt, kept.timeZone));
}

/** The last day as it would be with an extension told now. */
function longest(kept: CountedClock, count: ClockCount, now: Date): string | null {
  if (count.extendedDueDate === null) return null;
  const at = now.toISOString();
  const longer = countKept(kept, [{ type: 'extensionNoticeSent', at, hasReason: true, hasNewDate: true }]);
  return longer.extended ? longer.effectiveDueDate : count.extendedDueDate;
}

function countedEvent({ type, at, newDueOn }: KeptClockEvent): ClockEvent {
  if (type !== 'extensionNoticeSent') return { type, at: at.toISOString() };
  // A notice without reasons is refused before it is kept.
  const named = newDueOn === null ? {} : { namedOn: newDueOn };
  return { type, at: at.toISOString(), hasReason: true, hasNewDate: newDueOn !== null, ...named };
}
