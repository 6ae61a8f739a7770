import { Temporal } from 'temporal-polyfill';
import {
  ClockInputError,
  dateEvents,
  daysBetween,
  isBefore,
  laterOf,
  localDateOf,
  parseHolidays,
  parseTimeZone,
  type ClockEvent,
  type DatedEvent,
} from './input.ts';
import { heldDue, notPausedSteps, paidInTime, pausesOf, startOf, type Pause } from './pauses.ts';
import { clockRule, promiseRange, type ClockRule, type PauseKind, type RuleId } from './rules.ts';
import type { ClockStep, ExtensionRefusal, PauseReason } from './steps.ts';
import { addBusinessDays, dayOff, rollForward, weekdayHolidays } from './working-days.ts';

export type ClockInput = {
  rule: RuleId;
  /** The version that a request was filed under; absent, the newest. */
  version?: number;
  /** RFC 3339 with an offset. */
  receivedAt: string;
  /** The facility's IANA time zone. */
  timeZone: string;
  /** Facility-local dates `YYYY-MM-DD` that are holidays, in every year that the count touches. */
  holidays: readonly string[];
  events: readonly ClockEvent[];
  /** Facility policy, off by default: pause a `policySuspend` rule while identity or clarification is awaited. */
  suspendByPolicy?: boolean;
  /** What the facility promised instead of the rule's own number, in the rule's unit. For promises alone: no facility changes a law. */
  promised?: number | undefined;
};

/**
 * A pause whose answer has not come. `daysLeft`: calendar days that will be left when counting goes on. `boundOn`: a day that a notice named
 * during the pause, which the pause does not move: as long as it is further away, what is left is the days to it.
 */
export type OpenPause = { reason: PauseReason; sinceOn: string; daysLeft: number; boundOn: string | null };

/** Dates are facility-local `YYYY-MM-DD`, the last compliant day included. */
export type ClockCount = {
  rule: RuleId;
  version: number;
  timeZone: string;
  startDate: string;
  /** Counted from the start date without pauses or extension: the date to show beside a paused one. */
  dueDate: string;
  /** The same with the extension, or null when the rule has none. */
  extendedDueDate: string | null;
  /** After pauses, delays and a valid extension. To see what an extension would give, count with its event added. */
  effectiveDueDate: string;
  /** The first UTC instant that is late. */
  dueAtExclusive: string;
  extended: boolean;
  openPause: OpenPause | null;
  steps: ClockStep[];
};

/**
 * Counts a legal clock in facility-local calendar dates: the day of receipt is day 0 and the last day runs until its local midnight. A rule
 * of hours alone ends within its last day, at `dueAtExclusive`.
 * @throws ClockInputError for an unknown rule, zone, date or event, and for a promise that is none
 * Source: the citation of each rule; Reg. 1182/71 Art. 3 for months and for rolling.
 */
export function countClock(input: ClockInput): ClockCount {
  const rule = asPromised(clockRule(input.rule, input.version), input.promised);
  const timeZone = parseTimeZone(input.timeZone);
  const holidays = parseHolidays(input.holidays);
  const receivedOn = localDateOf(input.receivedAt, timeZone);
  const happened = dateEvents(input.events, timeZone, receivedOn);
  const pauseKind = rule.pauses === 'policySuspend' && !input.suspendByPolicy ? 'none' : rule.pauses;

  const receivedAt = Temporal.Instant.from(input.receivedAt);
  const facts = { rule, pauseKind, timeZone, holidays, receivedOn, receivedAt };
  if (pauseKind !== 'uk') return countDated(facts, happened);
  const paid = paidInTime(happened, (before, on) => isPast(countDated(facts, before), on.toString()));
  return countDated(facts, paid.events, paid.steps);
}

/** Whether a day lies after the last one: never while the clock stands still. @param on `YYYY-MM-DD` */
export function isPast({ openPause, effectiveDueDate }: ClockCount, on: string): boolean {
  return openPause === null && on > effectiveDueDate;
}

type CountFacts = {
  rule: ClockRule;
  pauseKind: PauseKind;
  timeZone: string;
  holidays: ReadonlySet<string>;
  receivedOn: Temporal.PlainDate;
  receivedAt: Temporal.Instant;
};

function countDated(
  facts: CountFacts,
  events: readonly DatedEvent[],
  feeSteps: readonly ClockStep[] = [],
): ClockCount {
  const { rule, pauseKind, timeZone, holidays, receivedOn } = facts;
  const plainDue = rolled(rule, lastDay(facts, receivedOn, rule.n).date, holidays);
  const start = startOf(pauseKind, receivedOn, plainDue, events);
  const first = lastDay(facts, start.on, rule.n);
  const longer = rule.extension ? lastDay(facts, start.on, rule.n + rule.extension.n).date : null;
  const open: OpenPause | null = start.awaitingIdentitySince && {
    reason: 'identity',
    sinceOn: start.awaitingIdentitySince.toString(),
    daysLeft: daysBetween(start.on, rolled(rule, first.date, holidays)),
    boundOn: null,
  };
  const run = runEvents(
    { rule, holidays, start: start.on, first: first.date, longer, open },
    pausesOf(pauseKind, start.on, events),
    events,
  );
  const held = pauseKind === 'lawEnforcement' ? heldDue(run.due, events) : { due: run.due, steps: [] };
  const endOfHours = rule.unit === 'hours' ? hoursLater(facts, rule.n).toString() : null;
  const dueAtExclusive =
    endOfHours ?? held.due.add({ days: 1 }).toZonedDateTime(timeZone).toInstant().toString();

  return {
    rule: rule.id,
    version: rule.version,
    timeZone,
    startDate: start.on.toString(),
    dueDate: rolled(rule, first.date, holidays).toString(),
    extendedDueDate: longer && rolled(rule, longer, holidays).toString(),
    effectiveDueDate: held.due.toString(),
    dueAtExclusive,
    extended: run.extended,
    openPause: run.open,
    steps: [
      { kind: 'received', on: receivedOn.toString(), timeZone, startsOn: rule.startsOn },
      ...(open ? [{ kind: 'pauseOpen', reason: 'identity', from: open.sinceOn } as const] : []),
      ...start.steps,
      ...feeSteps,
      { kind: 'dayZero', on: start.on.toString(), because: start.because },
      rule.unit === 'hours'
        ? { kind: 'countedHours', n: rule.n, from: facts.receivedAt.toString(), to: dueAtExclusive }
        : {
            kind: 'counted',
            unit: rule.unit,
            n: rule.n,
            to: first.date.toString(),
            holidaysSkipped: first.holidaysSkipped,
            clamped: rule.unit === 'months' && first.date.day !== start.on.day,
          },
      ...notPausedSteps(pauseKind, events),
      ...run.steps,
      ...held.steps,
      endOfHours
        ? { kind: 'lastHour', dueAtExclusive }
        : { kind: 'lastMoment', dueOn: held.due.toString(), dueAtExclusive, timeZone },
    ],
  };
}

function asPromised(rule: ClockRule, promised: number | undefined): ClockRule {
  if (promised === undefined) return rule;
  const { least, most } = promiseRange;
  const isPromise = Number.isInteger(promised) && promised >= least && promised <= most;
  if (rule.basis !== 'promise' || !isPromise) throw new ClockInputError('badPromised', promised);
  return { ...rule, n: promised };
}

function lastDay(
  facts: CountFacts,
  start: Temporal.PlainDate,
  n: number,
): { date: Temporal.PlainDate; holidaysSkipped: string[] } {
  const { rule, holidays, timeZone } = facts;
  if (rule.unit === 'businessDays') return addBusinessDays(start, n, holidays);
  if (rule.unit === 'months') return { date: start.add({ months: n }), holidaysSkipped: [] };
  if (rule.unit === 'hours') {
    // What ends with a midnight ends with the day before it.
    const last = hoursLater(facts, n).subtract({ nanoseconds: 1 });
    return { date: last.toZonedDateTimeISO(timeZone).toPlainDate(), holidaysSkipped: [] };
  }
  const from = rule.unit === 'yearEndPlusDays' ? start.with({ month: 12, day: 31 }) : start;
  return { date: from.add({ days: n }), holidaysSkipped: [] };
}

const hoursLater = ({ receivedAt }: CountFacts, hours: number) => receivedAt.add({ hours });

function rolled(
  rule: ClockRule,
  date: Temporal.PlainDate,
  holidays: ReadonlySet<string>,
): Temporal.PlainDate {
  return rule.roll ? rollForward(date, holidays) : date;
}

function rollSteps(
  rule: ClockRule,
  date: Temporal.PlainDate,
  holidays: ReadonlySet<string>,
  of: 'first' | 'extended',
): ClockStep[] {
  const because = dayOff(date, holidays);
  if (!because) return [];
  if (!rule.roll) return [{ kind: 'notRolled', of, on: date.toString(), because }];
  const to = rollForward(date, holidays);
  const over = weekdayHolidays(date.add({ days: 1 }), to, holidays);
  return [
    {
      kind: 'rolled',
      of,
      from: date.toString(),
      to: to.toString(),
      because,
      ...(over.length > 0 ? { over } : {}),
    },
  ];
}

type Course = {
  rule: ClockRule;
  holidays: ReadonlySet<string>;
  start: Temporal.PlainDate;
  first: Temporal.PlainDate;
  longer: Temporal.PlainDate | null;
  open: OpenPause | null;
};

/** Applies pauses and extension notices in order of time; each is judged by the last day as it stood at that time. */
function runEvents(
  { rule, holidays, start, first, longer, open }: Course,
  pauses: readonly Pause[],
  events: readonly DatedEvent[],
): { due: Temporal.PlainDate; extended: boolean; open: OpenPause | null; steps: ClockStep[] } {
  const pauseSteps: ClockStep[] = [];
  const refusals: ClockStep[] = [];
  let firstPaused = 0;
  let allPaused = 0;
  let taken: DatedEvent | null = null;
  let pausedAfterNotice = 0;
  let stopped = open;
  // The first day that an open pause takes away; none that waits for identity, for that begins the period anew.
  let stoppedBefore = open && start.add({ days: 1 });
  const firstDue = () => rolled(rule, first.add({ days: firstPaused }), holidays);
  const longest = () => (longer ? rolled(rule, longer.add({ days: allPaused }), holidays) : firstDue());
  // The day that was told binds (45 CFR 164.524(b)(2)(iii), 164.528(c)(1)(ii)), between the first period and the longest one.
  const due = () => {
    if (!taken) return firstDue();
    const named = taken.namedOn?.add({ days: pausedAfterNotice });
    return named && isBefore(named, longest()) ? laterOf(named, firstDue()) : longest();
  };

  function pause({ reason, askedOn, from, to }: Pause): void {
    if (isBefore(due(), askedOn)) {
      pauseSteps.push({ kind: 'pauseTooLate', reason, on: askedOn.toString() });
    } else if (!to) {
      stopped ??= {
        reason,
        sinceOn: askedOn.toString(),
        daysLeft: Math.max(0, daysBetween(from, due()) + 1),
        boundOn: null,
      };
      stoppedBefore ??= from;
      pauseSteps.push({ kind: 'pauseOpen', reason, from: from.toString() });
    } else {
      const days = daysBetween(from, to) + 1;
      if (!isBefore(firstDue(), askedOn)) firstPaused += days;
      allPaused += days;
      if (taken && isBefore(taken.on, to)) pausedAfterNotice += Math.min(days, daysBetween(taken.on, to));
      pauseSteps.push({ kind: 'paused', reason, from: from.toString(), to: to.toString(), days });
    }
  }

  function refusal(notice: DatedEvent): ExtensionRefusal | null {
    if (!rule.extension) return 'ruleHasNone';
    if (taken) return 'alreadyExtended';
    if (!stopped && isBefore(firstDue(), notice.on)) return 'late';
    if (rule.extension.needs.includes('reason') && !notice.hasReason) return 'noReason';
    if (rule.extension.needs.includes('newDate') && !notice.hasNewDate) return 'noNewDate';
    return null;
  }

  function stoppedExtended(pause: OpenPause, from: Temporal.PlainDate, { namedOn }: DatedEvent): OpenPause {
    // The pause goes on lengthening what the rule allows, and stays away from a day that was named within that.
    if (namedOn && !isBefore(longest(), namedOn)) return { ...pause, boundOn: due().toString() };
    return { ...pause, daysLeft: Math.max(0, daysBetween(from, longest()) + 1) };
  }

  const waiting = [...pauses];
  for (const notice of events.filter((event) => event.type === 'extensionNoticeSent')) {
    while (waiting[0] && !isBefore(notice.on, waiting[0].askedOn)) pause(waiting.shift()!);
    const because = refusal(notice);
    if (because) refusals.push({ kind: 'extensionRefused', noticeOn: notice.on.toString(), because });
    else {
      taken = notice;
      if (stopped && stoppedBefore) stopped = stoppedExtended(stopped, stoppedBefore, notice);
    }
  }
  waiting.forEach(pause);

  const steps = [...pauseSteps, ...rollSteps(rule, first.add({ days: firstPaused }), holidays, 'first')];
  if (taken && longer && rule.extension) {
    const to = longer.add({ days: allPaused });
    const { unit } = rule;
    steps.push({
      kind: 'extensionTaken',
      noticeOn: taken.on.toString(),
      unit,
      n: rule.extension.n,
      to: to.toString(),
    });
    steps.push(...rollSteps(rule, to, holidays, 'extended'));
    const [bound, allowed] = [due().toString(), longest().toString()];
    const named = taken.namedOn?.toString();
    if (named && bound !== allowed) steps.push({ kind: 'extensionNamed', named, to: bound, allowed });
  }
  return { due: due(), extended: taken !== null, open: stopped, steps: [...steps, ...refusals] };
}
