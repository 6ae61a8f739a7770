import type { ClockRule, ClockUnit } from './rules.ts';
import type { DayOff } from './working-days.ts';

export type PauseReason = 'identity' | 'clarification' | 'fee' | 'lawEnforcement';
export type ExtensionRefusal = 'ruleHasNone' | 'alreadyExtended' | 'late' | 'noReason' | 'noNewDate';

/**
 * One thing that was done to reach a date, free of language. Dates are facility-local `YYYY-MM-DD`.
 * `explainClock` puts the list into words; the order of the list is the order of the work.
 */
export type ClockStep =
  | { kind: 'received'; on: string; timeZone: string; startsOn: ClockRule['startsOn'] }
  /** Day 0. `because` says which of the events the law starts from. */
  | { kind: 'dayZero'; on: string; because: 'receipt' | 'identity' | 'fee' }
  /** `to` is the last day before any pause or roll. `clamped`: the target month has no such day. */
  | {
      kind: 'counted';
      unit: Exclude<ClockUnit, 'hours'>;
      n: number;
      to: string;
      holidaysSkipped: string[];
      clamped: boolean;
    }
  /** Hours run through weekends and holidays. UTC instants; at `to` they are over. */
  | { kind: 'countedHours'; n: number; from: string; to: string }
  /** Days that do not count, both ends included. */
  | { kind: 'paused'; reason: PauseReason; from: string; to: string; days: number }
  /** Days stopped counting on `from` and the answer is still awaited. */
  | { kind: 'pauseOpen'; reason: PauseReason; from: string }
  /** Something was asked for, and this rule does not stop for it. */
  | { kind: 'notPaused'; reason: PauseReason; on: string }
  /** Asked for only after the last day had passed: changes nothing. */
  | { kind: 'pauseTooLate'; reason: PauseReason; on: string }
  /** A cost was told on `on` and is not paid: that alone moves nothing. */
  | { kind: 'feeAwaited'; on: string }
  /** An agency's statement of `on` delays the notice to `until`. */
  | { kind: 'held'; form: 'oral' | 'written'; on: string; until: string }
  /** `over`: holidays on weekdays between both, that it moved over too. */
  | {
      kind: 'rolled';
      of: 'first' | 'extended';
      from: string;
      to: string;
      because: DayOff;
      over?: readonly string[];
    }
  | { kind: 'notRolled'; of: 'first' | 'extended'; on: string; because: DayOff }
  /** `n` more units; `to` is the last day before any roll. */
  | { kind: 'extensionTaken'; noticeOn: string; unit: ClockUnit; n: number; to: string }
  /**
   * The notice named an earlier day, `named`, than the rule allows: that day counts, moved to `to` by pauses after the notice or because the
   * first period ends later.
   */
  | { kind: 'extensionNamed'; named: string; to: string; allowed: string }
  | { kind: 'extensionRefused'; noticeOn: string; because: ExtensionRefusal }
  /** `dueAtExclusive`: the first UTC instant that is late. */
  | { kind: 'lastMoment'; dueOn: string; dueAtExclusive: string; timeZone: string }
  /** The same of a clock that counts hours: within the day. */
  | { kind: 'lastHour'; dueAtExclusive: string };
