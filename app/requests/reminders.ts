import { daysBetween, parseDate } from '#app/clocks/input.ts';
import { settingDefaults, type Settings } from '#app/facility/settings.ts';

/** When a last day is brought to somebody's mind by mail, as the facility sets it. */
export type ReminderSchedule = Settings['reminders'];

/** From so many days before the last day on, officers are told too. */
const escalatesAt = 3;

export interface RemindedDates {
  /** Facility-local dates, `YYYY-MM-DD`. */
  receivedOn: string;
  dueOn: string;
  /** The day since which this last day has been known: the request was entered, or its clock moved. */
  knownFrom: string;
  today: string;
}

export interface ReminderStep {
  /** `halfWay`, `days:10`, `due`, `overdue`; of the day by which the patient is told that it arrived, `ack:` before it. */
  step: string;
  /** The facility-local day on which it should go out. */
  forDay: string;
  /** Officers are told, whoever has the request. */
  escalates: boolean;
}

/** A step that was made, and the last day that it was counted from. */
export interface MadeStep {
  step: string;
  dueOn: string;
}

/**
 * The steps of the schedule whose day has come, earliest first, also those that were missed. A step that lay before the last day was known
 * is owed on the day it became known, unless it was made already: for this last day, or for the one before it. A step that was added to the
 * schedule counts from then: nothing was missed on a day on which it did not exist.
 * @param added since which facility-local day each added step is in the schedule
 */
export function stepsDue(
  { receivedOn, dueOn, knownFrom, today }: RemindedDates,
  schedule: ReminderSchedule,
  made: readonly MadeStep[] = [],
  added: ReadonlyMap<string, string> = new Map(),
): ReminderStep[] {
  const due = parseDate(dueOn);
  const length = daysBetween(parseDate(receivedOn), due);
  const before = (days: number) => due.subtract({ days }).toString();
  const planned = [
    ...(schedule.halfWay ? [{ step: 'halfWay', left: Math.floor(length / 2) }] : []),
    ...schedule.daysBefore.map((days) => ({ step: `days:${days}`, left: days })),
  ]
    // Not on the day it came, and not where another step says the day itself.
    .filter(({ left }) => left > 0 && left < length)
    .map(({ step, left }) => ({ step, day: before(left), escalates: left <= escalatesAt }));
  if (schedule.due) planned.push({ step: 'due', day: dueOn, escalates: true });
  const possible = planned.filter(() => knownFrom <= dueOn);
  if (schedule.overdueDaily)
    possible.push({ step: 'overdue', day: due.add({ days: 1 }).toString(), escalates: true });
  const isMade = ({ step, day }: { step: string; day: string }) =>
    made.some((one) => one.step === step && (one.dueOn === dueOn || day < knownFrom));
  return possible
    .filter((one) => !isMade(one))
    .map(({ step, day, escalates }) => ({ step, forDay: day < knownFrom ? knownFrom : day, escalates }))
    .flatMap((one) => {
      const addedOn = added.get(one.step);
      if (!addedOn || one.forDay >= addedOn) return [one];
      // Being late goes on, and is said from then.
      return one.step === 'overdue' ? [{ ...one, forDay: addedOn }] : [];
    })
    .filter(({ forDay }) => forDay <= today)
    .sort((a, b) => (a.forDay < b.forDay ? -1 : a.forDay > b.forDay ? 1 : 0));
}

/**
 * Since when each step is in the schedule, of those that were added to the one that every facility begins with, or taken out and added again.
 * @param versions of the schedule, oldest first
 */
export function addedSteps(versions: readonly { value: ReminderSchedule; at: Date }[]): Map<string, Date> {
  const added = new Map<string, Date>();
  let before = stepNames(settingDefaults.reminders);
  for (const { value, at } of versions) {
    const names = stepNames(value);
    for (const name of before) if (!names.has(name)) added.delete(name);
    for (const name of names) if (!before.has(name)) added.set(name, at);
    before = names;
  }
  return added;
}

function stepNames({ halfWay, daysBefore, due, overdueDaily }: ReminderSchedule): Set<string> {
  return new Set([
    ...(halfWay ? ['halfWay'] : []),
    ...daysBefore.map((days) => `days:${days}`),
    ...(due ? ['due'] : []),
    ...(overdueDaily ? ['overdue'] : []),
  ]);
}

/** The steps of the day by which the law wants the patient told that it arrived: as those of a last day, without the one half way. */
export function ackStepsDue(
  dates: RemindedDates,
  schedule: ReminderSchedule,
  made: readonly MadeStep[] = [],
  added: ReadonlyMap<string, string> = new Map(),
): ReminderStep[] {
  const ofAck = made
    .filter(({ step }) => step.startsWith(ackStep))
    .map(({ step, dueOn }) => ({ step: step.slice(ackStep.length), dueOn }));
  return stepsDue(dates, { ...schedule, halfWay: false }, ofAck, added).map((one) => ({
    ...one,
    step: `${ackStep}${one.step}`,
  }));
}

const ackStep = 'ack:';

/** Whom a request's reminder goes to. An assignee who may not answer it any more is nobody. */
export function remindedPeople(
  { assigneeId, officerIds }: { assigneeId: string | null; officerIds: readonly string[] },
  escalates: boolean,
  to: ReminderSchedule['to'],
): string[] {
  const toOfficers = to === 'officers' || assigneeId === null || (to === 'both' && escalates);
  return [
    ...new Set([
      ...(assigneeId !== null && to !== 'officers' ? [assigneeId] : []),
      ...(toOfficers ? officerIds : []),
    ]),
  ];
}
