import type { QuestionMistake, QuestionMistakeCode } from '#app/clocks/question-mistakes.ts';
import type { FormMistakes } from '#app/web/mistakes.ts';
import type { MessageId } from '#app/words/words.ts';

export const calendarChoices = ['facility', 'none', 'own'] as const;

/** Lines for what happened: those that are filled in, and always two more. */
const leastRows = 2;
const mostRows = 30;

export interface EventRow {
  type: string;
  on: string;
  until: string;
}

/** A time in which somebody was waited for. */
export interface PauseRow {
  reason: string;
  from: string;
  to: string;
}

export interface DeadlineForm {
  rule: string;
  receivedOn: string;
  time: string;
  timeZone: string;
  calendar: string;
  days: string;
  rows: EventRow[];
  pauses: PauseRow[];
}

const plainFields = ['rule', 'receivedOn', 'time', 'timeZone', 'calendar', 'days'] as const;
const rowField = /^(event|on|until|pause|from|to)([1-9]\d?)$/;
const eventParts = { event: 'type', on: 'on', until: 'until' } as const;
const pauseParts = { pause: 'reason', from: 'from', to: 'to' } as const;

/** The form as it stands in an address, without judging what was typed. `asked`: whether anything was. */
export function readDeadlineForm(query: URLSearchParams): {
  asked: boolean;
  form: DeadlineForm;
  mistakes: FormMistakes['errors'];
} {
  const mistakes: FormMistakes['errors'] = {};
  const rows: EventRow[] = [];
  const pauses: PauseRow[] = [];
  for (const name of new Set(query.keys())) {
    const [, what, at] = rowField.exec(name) ?? [];
    if (query.getAll(name).length > 1) mistakes[''] = 'errors.doubledField';
    else if (what && Number(at) <= mostRows) {
      const value = (query.get(name) ?? '').slice(0, 100);
      if (Object.hasOwn(eventParts, what))
        (rows[Number(at) - 1] ??= { ...noEvent })[eventParts[what as keyof typeof eventParts]] = value;
      else (pauses[Number(at) - 1] ??= { ...noPause })[pauseParts[what as keyof typeof pauseParts]] = value;
    } else if (!(plainFields as readonly string[]).includes(name)) mistakes[''] = 'errors.foreignField';
  }
  const given = (name: (typeof plainFields)[number]) => (query.get(name) ?? '').slice(0, 30_000).trim();
  return {
    asked: query.size > 0 && !(query.size === 1 && query.has('rule')),
    form: {
      rule: given('rule'),
      receivedOn: given('receivedOn'),
      time: given('time'),
      timeZone: given('timeZone'),
      calendar: given('calendar') || 'facility',
      days: given('days'),
      rows: filled(rows),
      pauses: filled(pauses),
    },
    mistakes,
  };
}

const noEvent: EventRow = { type: '', on: '', until: '' };
const noPause: PauseRow = { reason: '', from: '', to: '' };

/** Of lines in an address, where some may be missing, those in which something stands. */
const filled = <Row extends EventRow | PauseRow>(rows: readonly (Row | undefined)[]): Row[] =>
  [...rows].filter((row) => row !== undefined && Object.values(row).some(Boolean)) as Row[];

/** The filled lines and the empty ones behind them. */
export function rowsToShow(form: Pick<DeadlineForm, 'rows' | 'pauses'>) {
  const shown = <Row>(rows: readonly Row[], empty: Row) =>
    [...rows, ...Array.from({ length: leastRows }, () => empty)].slice(0, mostRows);
  return { rows: shown(form.rows, noEvent), pauses: shown(form.pauses, noPause) };
}

const messageOf: Record<QuestionMistakeCode, MessageId> = {
  unknownRule: 'errors.deadlineRule',
  badReceivedAt: 'errors.deadlineReceived',
  badDate: 'errors.deadlineReceived',
  badPromised: 'errors.deadlineRule',
  badTimeZone: 'errors.timeZone',
  badHoliday: 'errors.deadlineHolidays',
  doubledHoliday: 'errors.doubledDay',
  tooManyHolidays: 'errors.tooManyDays',
  badEventType: 'errors.deadlineEvent',
  badEventAt: 'errors.deadlineEventOn',
  eventBeforeReceipt: 'errors.deadlineEventOn',
  badEventUntil: 'errors.deadlineEventUntil',
  doubledEvent: 'errors.doubledEvent',
  tooManyEvents: 'errors.deadlineEvent',
  badPauseReason: 'errors.deadlinePause',
  pauseNotInRule: 'errors.deadlinePauseNotInRule',
  badPauseDay: 'errors.deadlinePauseDay',
  pauseBeforeReceipt: 'errors.deadlineEventOn',
  pauseEndsEarly: 'errors.deadlinePauseEnd',
  pausesOverlap: 'errors.deadlinePauseTwice',
  tooManyPauses: 'errors.deadlinePause',
};

/** A question's mistakes beside the fields of the form. */
export function mistakesOfForm(found: readonly QuestionMistake[]): Pick<FormMistakes, 'errors' | 'values'> {
  const errors: FormMistakes['errors'] = {};
  let value = '';
  for (const mistake of found) {
    const [part = '', at, inside] = mistake.field.split('.');
    const row = Number(at) + 1;
    const field =
      part === 'receivedAt'
        ? 'receivedOn'
        : part === 'holidays'
          ? 'days'
          : part === 'events'
            ? `${inside === 'at' ? 'on' : inside === 'until' ? 'until' : 'event'}${row}`
            : part === 'pauses'
              ? `${inside === 'from' || inside === 'to' ? inside : 'pause'}${at === undefined ? 1 : row}`
              : part;
    errors[field] ??= messageOf[mistake.code];
    if (part === 'holidays') value ||= mistake.value;
  }
  return { errors, values: { value } };
}
