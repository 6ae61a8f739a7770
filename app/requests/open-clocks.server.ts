import { clockRule, ruleIds } from '#app/clocks/rules.ts';
import { Prisma } from '#app/db/client.server.ts';

/** As the partial index has it: written out, so that the planner knows it again. */
export const isOpen = Prisma.sql`status not in ('draft', 'responded', 'closed')`;

/** Stopped: under a rule that has pauses, and waiting for the patient. Such a clock is not late, whatever its date. */
const isPaused = Prisma.sql`(status in ('identityCheck', 'waitingOnPatient') and rule_id = any(${ruleIds.filter(
  (id) => ['uk', 'policySuspend'].includes(clockRule(id).pauses),
)}::text[]))`;

/** The days of warning of each rule. */
const warnDays = Prisma.sql`case ${Prisma.join(
  [...new Set(ruleIds.map((id) => clockRule(id).warnAtDays))].map(
    (days) =>
      Prisma.sql`when rule_id = any(${ruleIds.filter((id) => clockRule(id).warnAtDays === days)}::text[]) then ${days}::int`,
  ),
  ' ',
)} end`;

const day = (date: string) => Prisma.sql`${date}::date`;

/** Conditions on open requests, by the facility's local date. What is due today is not late. */
export const overdue = (today: string) => Prisma.sql`(due_on < ${day(today)} and not ${isPaused})`;
export const dueToday = (today: string) => Prisma.sql`(due_on = ${day(today)} and not ${isPaused})`;
/** The seven days after today. */
export const dueThisWeek = (today: string) =>
  Prisma.sql`(due_on > ${day(today)} and due_on <= ${day(today)} + 7 and not ${isPaused})`;
export const atRisk = (today: string) =>
  Prisma.sql`(due_on > ${day(today)} and due_on <= ${day(today)} + ${warnDays} and not ${isPaused})`;
