import type { QuestionMistake, QuestionMistakeCode } from '#app/clocks/question.ts';
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

export interface DeadlineForm {
  rule: string;
  receivedOn: string;
  time: string;
  timeZone: string;
  calendar: string;
  days: string;
  rows: EventRow[];
}

const plainFields = ['rule', 'receivedOn', 'time', 'timeZone', 'calendar', 'days'] as const;
const rowField = /^(event|on|until)([1-9]\d?)$/;

/** The form as it stands in an address, without judging what was typed. `asked`: whether anything was. */
export function readDeadlineForm(query: URLSearchParams): {
  asked: boolean;
  form: DeadlineForm;
  mistakes: FormMistakes['errors'];
} {
  const mistakes: FormMistakes['errors'] = {};
  const rows: EventRow[] = [];
  for (const name of new Set(query.keys())) {
    const [, what, at] = rowField.exec(name) ?? [];
    if (query.getAll(name).length > 1) mistakes[''] = 'errors.doubledField';
    else if (what && Number(at) <= mostRows) {
      const row = (rows[Number(at) - 1] ??= { type: '', on: '', until: '' });
      row[what === 'event' ? 'type' : (what as 'on' | 'until')] = (query.get(name) ?? '').slice(0, 100);
    } else if (!(plainFields as readonly string[]).includes(name)) mistakes[''] = 'errors.foreignField';
  }
  const given = (name: (typeof plainFields)[number]) => (query.get(name) ?? '').slice(0, 30_000).trim();
  const filled = [...rows].filter((row) => row && (row.type || row.on || row.until));
  return {
    asked: query.size > 0 && !(query.size === 1 && query.has('rule')),
    form: {
      rule: given('rule'),
      receivedOn: given('receivedOn'),
      time: given('time'),
      timeZone: given('timeZone'),
      calendar: given('calendar') || 'facility',
      days: given('days'),
      rows: filled,
    },
    mistakes,
  };
}

/** The filled lines and the empty ones behind them. */
export function rowsToShow(rows: readonly EventRow[]): EventRow[] {
  const empty = Array.from({ length: leastRows }, () => ({ type: '', on: '', until: '' }));
  return [...rows, ...empty].slice(0, mostRows);
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
            : part;
    errors[field] ??= messageOf[mistake.code];
    if (part === 'holidays') value ||= mistake.value;
  }
  return { errors, values: { value } };
}
