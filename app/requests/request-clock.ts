import { countClock, type ClockCount } from '#app/clocks/count.ts';
import type { ClockEvent } from '#app/clocks/input.ts';
import { clockRule, isRuleId, type ClockRule } from '#app/clocks/rules.ts';
import { clockState, type ClockState } from '#app/clocks/state.ts';
import { localDate } from '#app/words/dates.ts';
import type { ClockFacts } from './decide.ts';

/** The clock's inputs as the request keeps them: its date can be worked out again years later. */
export interface KeptClock {
  ruleId: string;
  ruleVersion: number;
  /** For a promise: how many days or business days were promised when it was filed. */
  promisedCount: number | null;
  receivedAt: Date;
  timeZone: string;
  /** `YYYY-MM-DD` */
  holidays: string[];
  /** What happened since that may move the date, oldest first. */
  clockEvents: KeptClockEvent[];
  respondedAt: Date | null;
  closedAt: Date | null;
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
  state: ClockState;
  /** Calendar days to the last day, negative when past. */
  daysLeft: number;
  /** Calendar days since receipt, up to the answer or today. */
  daysUsed: number;
}

/**
 * Counts a request's clock anew, under the rule and version it was filed under. @param supposed what has not happened, and is counted too
 * @throws when the request names a rule that is not known
 */
export function countKept(
  kept: Omit<KeptClock, 'respondedAt' | 'closedAt'>,
  supposed: readonly ClockEvent[] = [],
): ClockCount {
  if (!isRuleId(kept.ruleId)) throw new Error(`there is no clock rule ${kept.ruleId}`);
  return countClock({
    rule: kept.ruleId,
    version: kept.ruleVersion,
    promised: kept.promisedCount ?? undefined,
    receivedAt: kept.receivedAt.toISOString(),
    timeZone: kept.timeZone,
    holidays: kept.holidays,
    events: [...kept.clockEvents.map(countedEvent), ...supposed],
  });
}

/** Where a request's clock stands at an instant: computed on read. */
export function readClock(kept: KeptClock, now: Date): ReadClock {
  const count = countKept(kept);
  const ended = kept.respondedAt ?? kept.closedAt;
  const standing = clockState({
    count,
    today: localDate(now, kept.timeZone),
    answeredOn: ended && localDate(ended, kept.timeZone),
  });
  return { rule: clockRule(count.rule, kept.ruleVersion), count, ...standing };
}

/** What a move has to know of the clock. */
export function clockFacts(kept: Omit<KeptClock, 'respondedAt' | 'closedAt'>, now: Date): ClockFacts {
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

/** The last day as it would be with an extension told now. */
function longest(
  kept: Omit<KeptClock, 'respondedAt' | 'closedAt'>,
  count: ClockCount,
  now: Date,
): string | null {
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
