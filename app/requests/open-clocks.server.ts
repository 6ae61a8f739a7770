import { clockRule, ruleIds } from '#app/clocks/rules.ts';
import { Prisma } from '#app/db/client.server.ts';
import { dayOfRow, type LocalDays } from './local-days.server.ts';
import type { RequestStatus } from './moves.ts';
import type { DueBucket } from './queue.ts';

/** As the partial index has it: written out, so that the planner knows it again. */
export const isOpen = Prisma.sql`status not in ('draft', 'responded', 'closed')`;

/** Stopped, as the count says. Such a clock is not late, whatever its date; one that only waits for the patient runs, and may be. */
export const isPaused = Prisma.sql`clock_paused`;

/** Who set the last day, the law or the facility: what keeps the one says nothing of the other. */
export const basisOfRule = Prisma.sql`case when rule_id = any(${ruleIds.filter((id) => clockRule(id).basis === 'promise')}::text[]) then 'promise' else 'law' end`;

/** The days of warning of each rule. */
const warnDays = Prisma.sql`case ${Prisma.join(
  [...new Set(ruleIds.map((id) => clockRule(id).warnAtDays))].map(
    (days) =>
      Prisma.sql`when rule_id = any(${ruleIds.filter((id) => clockRule(id).warnAtDays === days)}::text[]) then ${days}::int`,
  ),
  ' ',
)} end`;

/** A bound that an index knows how to stop at. */
const longestWarning = Math.max(...ruleIds.map((id) => clockRule(id).warnAtDays));

/** A facility-local date `YYYY-MM-DD` in a condition. */
export const day = (date: string) => Prisma.sql`${date}::date`;

/**
 * An open request is in one bucket alone, by the day it is in its own time zone. What is due today is not late; `week`: the seven days
 * after today.
 */
export function isDue(due: DueBucket, days: LocalDays): Prisma.Sql {
  switch (due) {
    case 'overdue':
      return Prisma.sql`(${isBefore(days)} and not ${isPaused})`;
    case 'today':
      return Prisma.sql`(${isWithin(days, { after: -1, last: 0 })} and not ${isPaused})`;
    case 'week':
      return Prisma.sql`(${isWithin(days, { after: 0, last: 7 })} and not ${isPaused})`;
    case 'later':
      return Prisma.sql`(${afterTheWeek(days)} or ${isPaused})`;
  }
}

// Each condition first asks for a span of days that an index knows; which of them is meant, the zone of the row decides.
const isOneDay = ({ earliest, latest }: LocalDays) => earliest === latest;

function isBefore(days: LocalDays): Prisma.Sql {
  const bound = Prisma.sql`due_on < ${day(days.latest)}`;
  return isOneDay(days) ? bound : Prisma.sql`${bound} and due_on < ${dayOfRow(days)}`;
}

function isAfter(days: LocalDays, after: number): Prisma.Sql {
  const bound = Prisma.sql`due_on > ${day(days.earliest)} + ${after}::int`;
  return isOneDay(days) ? bound : Prisma.sql`${bound} and due_on > ${dayOfRow(days)} + ${after}::int`;
}

/** So many days after the day it is: `after` not included, `last` included. */
function isWithin(days: LocalDays, { after, last }: { after: number; last: number }): Prisma.Sql {
  const bound = Prisma.sql`due_on <= ${day(days.latest)} + ${last}::int`;
  const exact = isOneDay(days) ? bound : Prisma.sql`${bound} and due_on <= ${dayOfRow(days)} + ${last}::int`;
  return Prisma.sql`${isAfter(days, after)} and ${exact}`;
}

/** The law sets a day by which the patient is told that it arrived, and nobody did. As the partial index has it, beside `isOpen`. */
export const isUnconfirmed = Prisma.sql`(acknowledged_at is null and ack_due_on is not null)`;

/**
 * Open requests of `isUnconfirmed` with the day that comes first in place of that of the answer: the day of the law by which the patient is
 * told, where the answer's own is not before it or stands still. To be put after `from` where conditions ask for `privacy_request`; they are
 * few, and every other open request is due on `due_on`.
 */
export const toBeConfirmed = Prisma.sql`(
  select id, reference, kind, status, channel, assignee_id, extended_at, received_at, acknowledged_at, ack_due_on, time_zone,
         case when clock_paused or ack_due_on <= due_on then ack_due_on else due_on end as due_on, false as clock_paused,
         case when clock_paused or ack_due_on <= due_on then ack_rule_id else rule_id end as rule_id,
         case when clock_paused or ack_due_on <= due_on then ack_rule_version else rule_version end as rule_version
    from privacy_request where ${isUnconfirmed} and ${isOpen}) as privacy_request`;

/** The patient was asked who they are or what they mean. */
export const askedStatuses: ReadonlySet<RequestStatus> = new Set(['identityCheck', 'waitingOnPatient']);
export const isAsked = Prisma.sql`status in ('identityCheck', 'waitingOnPatient')`;

/** A cost that the patient was told of and has not answered. */
export const feeUnanswered = Prisma.sql`exists (select 1 from fee_notice where fee_notice.request_id = privacy_request.id and fee_notice.choice is null)`;

/** Due today, or within the seven days after. */
export const isSoon = (days: LocalDays) => Prisma.sql`(${isDue('today', days)} or ${isDue('week', days)})`;

/** What has this day as its last: a clock that stands still has none. */
export const isDueOn = (date: string) => Prisma.sql`(due_on = ${day(date)} and not ${isPaused})`;

/** The day of the answer, in the zone of the request; written as the index of late answers has it. */
const answeredOn = Prisma.sql`(responded_at at time zone time_zone)::date`;
export const answeredLate = Prisma.sql`(${answeredOn} > due_on)`;

/** Answers of some months, both included. The bounds on the instant, a day wider than any zone, are what an index knows. */
export function answeredBetween(from: string | null, to: string | null): Prisma.Sql[] {
  return [
    ...(from
      ? [
          Prisma.sql`responded_at >= ${`${from}-01`}::date - 1`,
          Prisma.sql`${answeredOn} >= ${day(`${from}-01`)}`,
        ]
      : []),
    ...(to
      ? [
          Prisma.sql`responded_at < (${`${to}-01`}::date + interval '1 month 1 day')`,
          Prisma.sql`${answeredOn} < (${day(`${to}-01`)} + interval '1 month')`,
        ]
      : []),
  ];
}

export const afterTheWeek = (days: LocalDays) => Prisma.sql`(${isAfter(days, 7)})`;

/** The bucket of a row, by the same conditions. */
export const dueBucket = (days: LocalDays) =>
  Prisma.sql`case ${Prisma.join(
    (['overdue', 'today', 'week', 'later'] as const).map(
      (due) => Prisma.sql`when ${isDue(due, days)} then ${due}::text`,
    ),
    ' ',
  )} end`;

/** Inside the days of warning of its rule. */
export const atRisk = (days: LocalDays) =>
  Prisma.sql`(${isWithin(days, { after: 0, last: longestWarning })} and due_on <= ${dayOfRow(days)} + ${warnDays} and not ${isPaused})`;
