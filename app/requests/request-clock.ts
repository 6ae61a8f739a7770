import { countClock, type ClockCount } from '#app/clocks/count.ts';
import { clockRule, isRuleId, type ClockRule } from '#app/clocks/rules.ts';
import { clockState, type ClockState } from '#app/clocks/state.ts';
import { localDate } from '#app/words/dates.ts';

/** The clock's inputs as the request keeps them: its date can be worked out again years later. */
export interface KeptClock {
  ruleId: string;
  ruleVersion: number;
  receivedAt: Date;
  timeZone: string;
  /** `YYYY-MM-DD` */
  holidays: string[];
  respondedAt: Date | null;
  closedAt: Date | null;
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

/** Where a request's clock stands at an instant: computed on read, under the rule and version it was filed under. */
export function readClock(kept: KeptClock, now: Date): ReadClock {
  if (!isRuleId(kept.ruleId)) throw new Error(`there is no clock rule ${kept.ruleId}`);
  const count = countClock({
    rule: kept.ruleId,
    version: kept.ruleVersion,
    receivedAt: kept.receivedAt.toISOString(),
    timeZone: kept.timeZone,
    holidays: kept.holidays,
    events: [],
  });
  const ended = kept.respondedAt ?? kept.closedAt;
  const standing = clockState({
    count,
    today: localDate(now, kept.timeZone),
    answeredOn: ended && localDate(ended, kept.timeZone),
  });
  return { rule: clockRule(kept.ruleId, kept.ruleVersion), count, ...standing };
}
