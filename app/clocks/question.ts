import { Temporal } from 'temporal-polyfill';
import { eventsOfPauses, pauseMistakes, type AskedPause } from './asked-pauses.ts';
import { countClock, type ClockCount } from './count.ts';
import {
  ClockInputError,
  clockEventTypes,
  givenDate,
  localDateOf,
  parseHolidays,
  parseTimeZone,
  startOfDay,
  type ClockEvent,
  type ClockEventType,
} from './input.ts';
import { shortly, tellOf, type QuestionMistake, type QuestionMistakeCode } from './question-mistakes.ts';
import { clockRule, isRuleId } from './rules.ts';

/** Many more than any request has; a list that is longer is a mistake or an attack. */
export const mostEvents = 100;
export const mostHolidays = 2_000;

/** What somebody asks to have counted, as they wrote it. An instant may be a facility-local date alone. */
export interface ClockQuestion {
  rule: string;
  receivedAt: string;
  timeZone: string;
  holidays: readonly string[];
  events: readonly AskedEvent[];
  /** When somebody was waited for, beside the events. */
  pauses?: readonly AskedPause[] | undefined;
  /** What the facility promises, where the rule is one of its promises. */
  promised?: number | undefined;
  /** Whether the facility's policy stops the clock of a rule that leaves it to policy. */
  suspendByPolicy?: boolean | undefined;
}

export interface AskedEvent {
  type: string;
  at: string;
  until?: string | undefined;
  hasReason?: boolean | undefined;
  hasNewDate?: boolean | undefined;
}

export type AskedClock = { ok: true; count: ClockCount } | { ok: false; mistakes: QuestionMistake[] };

/** Counts a clock for whoever asks. Whatever cannot be counted is told by its field; nothing is thrown. */
export function askClock(question: ClockQuestion): AskedClock {
  const mistakes = [
    ...tellOf('rule', () => {
      if (!isRuleId(question.rule)) throw new ClockInputError('unknownRule', question.rule);
    }),
    ...tellOf('timeZone', () => parseTimeZone(question.timeZone)),
    ...holidayMistakes(question.holidays),
    ...tooMany('events', 'tooManyEvents', question.events.length, mostEvents),
  ];
  if (mistakes.length > 0 || !isRuleId(question.rule)) return { ok: false, mistakes };

  const { rule, timeZone, holidays, pauses = [], promised, suspendByPolicy = false } = question;
  const receivedAt = startOfDay(question.receivedAt, timeZone);
  const told = question.events.map((event) => ({ ...event, at: startOfDay(event.at, timeZone) }));
  const received = tellOf('receivedAt', () => localDateOf(receivedAt, timeZone));
  if (received.length > 0) return { ok: false, mistakes: received };
  const receivedOn = localDateOf(receivedAt, timeZone);
  const { pauses: kind, basis } = clockRule(rule);
  const wrong = [
    ...told.flatMap((event, at) => eventMistakes(event, `events.${at}`, { timeZone, receivedOn })),
    ...pauseMistakes(pauses, { rule: kind, receivedOn }),
  ];
  const doubled = wrong.length > 0 ? [] : doubledEvents(told);
  if (wrong.length + doubled.length > 0) return { ok: false, mistakes: [...wrong, ...doubled] };

  const events = [...told, ...eventsOfPauses(pauses, timeZone)];
  try {
    const input = { rule, receivedAt, timeZone, holidays, events: events as ClockEvent[], suspendByPolicy };
    return { ok: true, count: countClock(basis === 'promise' ? { ...input, promised } : input) };
  } catch (error) {
    if (!(error instanceof ClockInputError)) throw error;
    return { ok: false, mistakes: [{ field: '', code: error.code, value: shortly(error.value) }] };
  }
}

/**
 * The same question with an extension on the last day that it may still be told of; null where the rule has none or it was taken.
 * @param count what the question was answered with
 */
export function withExtension(question: ClockQuestion, count: ClockCount): ClockCount | null {
  if (count.extended || count.extendedDueDate === null) return null;
  const notice = {
    type: 'extensionNoticeSent',
    at: count.effectiveDueDate,
    hasReason: true,
    hasNewDate: true,
  };
  const asked = askClock({ ...question, events: [...question.events, notice] });
  return asked.ok && asked.count.extended ? asked.count : null;
}

function tooMany(field: string, code: QuestionMistakeCode, count: number, most: number): QuestionMistake[] {
  return count > most ? [{ field, code, value: `${count}` }] : [];
}

function holidayMistakes(holidays: readonly string[]): QuestionMistake[] {
  const many = tooMany('holidays', 'tooManyHolidays', holidays.length, mostHolidays);
  if (many.length > 0) return many;
  const seen = new Set<string>();
  return holidays.flatMap((day, at): QuestionMistake[] => {
    const field = `holidays.${at}`;
    if (seen.has(day)) return [{ field, code: 'doubledHoliday', value: shortly(day) }];
    seen.add(day);
    return tellOf(field, () => parseHolidays([day]));
  });
}

function eventMistakes(
  { type, at, until }: AskedEvent,
  field: string,
  { timeZone, receivedOn }: { timeZone: string; receivedOn: Temporal.PlainDate },
): QuestionMistake[] {
  if (!clockEventTypes.includes(type as ClockEventType))
    return [{ field: `${field}.type`, code: 'badEventType', value: shortly(type) }];
  const isBefore = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) < 0;
  const wrongAt = tellOf(`${field}.at`, () => {
    if (isBefore(localDateOf(at, timeZone, 'badEventAt'), receivedOn))
      throw new ClockInputError('eventBeforeReceipt', at);
  });
  if (wrongAt.length > 0) return wrongAt;
  return tellOf(`${field}.until`, () => {
    // Only a written statement says how long the agency asks to wait (45 CFR 164.412(a)).
    if (type !== 'lawEnforcementWrittenHold') {
      if (until !== undefined) throw new ClockInputError('badEventUntil', until);
      return;
    }
    if (isBefore(givenDate(until ?? '', 'badEventUntil'), localDateOf(at, timeZone, 'badEventAt')))
      throw new ClockInputError('badEventUntil', until);
  });
}

/** One thing that happened cannot be told twice: whoever does so means something else. */
function doubledEvents(events: readonly AskedEvent[]): QuestionMistake[] {
  const seen = new Set<string>();
  return events.flatMap((event, at): QuestionMistake[] => {
    const what = `${event.type} ${Temporal.Instant.from(event.at).toString()}`;
    if (seen.has(what)) return [{ field: `events.${at}`, code: 'doubledEvent', value: event.type }];
    seen.add(what);
    return [];
  });
}
