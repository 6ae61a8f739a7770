import { clockRule, ruleIds } from '#app/clocks/rules.ts';
import { Prisma } from '#app/db/client.server.ts';
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

/** An open request is in one bucket alone. What is due today is not late; `week`: the seven days after today. */
export function isDue(due: DueBucket, today: string): Prisma.Sql {
  switch (due) {
    case 'overdue':
      return Prisma.sql`(due_on < ${day(today)} and not ${isPaused})`;
    case 'today':
      return Prisma.sql`(due_on = ${day(today)} and not ${isPaused})`;
    case 'week':
      return Prisma.sql`(due_on > ${day(today)} and due_on <= ${day(today)} + 7 and not ${isPaused})`;
    case 'later':
      return Prisma.sql`(${afterTheWeek(today)} or ${isPaused})`;
  }
}

export const afterTheWeek = (today: string) => Prisma.sql`due_on > ${day(today)} + 7`;

/** The bucket of a row, by the same conditions. */
export const dueBucket = (today: string) =>
  Prisma.sql`case ${Prisma.join(
    (['overdue', 'today', 'week', 'later'] as const).map(
      (due) => Prisma.sql`when ${isDue(due, today)} then ${due}::text`,
    ),
    ' ',
  )} end`;

/** Inside the days of warning of its rule. */
export const atRisk = (today: string) =>
  Prisma.sql`(due_on > ${day(today)} and due_on <= ${day(today)} + ${longestWarning}::int and due_on <= ${day(today)} + ${warnDays} and not ${isPaused})`;
