import { Prisma, type Db } from '#app/db/client.server.ts';
import { dateText } from './kept-clock.server.ts';
import type { RequestKind } from './kinds/registry.ts';
import {
  basisOfRule,
  feeUnanswered,
  isAsked,
  isOpen,
  isPaused,
  isUnconfirmed,
  toBeConfirmed,
} from './open-clocks.server.ts';
import type { QueueFilter } from './queue.ts';

/** `assignee_id` of a request that nobody has taken. */
export const nobody = '00000000-0000-0000-0000-000000000000';

/** The columns of a group, of rows of privacy_request. */
const asGroup = Prisma.sql`kind, status, channel, rule_id, rule_version, coalesce(assignee_id, ${nobody}::uuid) as assignee_id,
         extended_at is not null as extended, due_on, clock_paused, time_zone`;

/**
 * Open requests as tallies: to be put after `from`, and their `count` to be summed. The columns are those of privacy_request that the
 * conditions of open-clocks.server.ts ask for, so that a tally is counted as its requests would be one by one. The tallies know the day of
 * the answer alone: what is to be confirmed first, which are few, is taken from there to the day of that. One tally may take back what
 * another says: that something is there at all, such as a day, holds only where the sum is not zero.
 */
export const openTallies = Prisma.sql`(
  select kind, status, channel, rule_id, rule_version, nullif(assignee_id, ${nobody}::uuid) as assignee_id, extended, due_on, clock_paused, time_zone, count
    from (select kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count from open_tally
          union all select ${asGroup}, -1 from privacy_request where ${isUnconfirmed} and ${isOpen}
          union all select ${asGroup}, 1 from ${toBeConfirmed}) as counted) as open_tallies`;

/** The first day of those of each kind whose clock runs: one that stands still has no last day meanwhile. */
export async function firstDays(db: Db): Promise<Map<RequestKind, string>> {
  const rows = await db.$queryRaw<{ kind: RequestKind; on: Date }[]>`
    select kind, min(due_on) as on
      from (select kind, due_on from ${openTallies} where not ${isPaused} group by 1, 2 having sum(count) <> 0) as days group by 1`;
  return new Map(rows.map(({ kind, on }) => [kind, dateText(on)]));
}

/** The same of those that the law wants confirmed and nobody did. */
export const unconfirmedTallies = Prisma.sql`(
  select kind, status, channel, rule_id, rule_version, assignee_id, extended_at is not null as extended, due_on, clock_paused, time_zone, count(*)::int as count
    from ${toBeConfirmed} group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) as open_tallies`;

/** The same of those in which the patient has to say something first. The tallies know no costs. */
export const waitingTallies = Prisma.sql`(
  select kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count from ${openTallies} where ${isAsked}
  union all
  select kind, status, channel, rule_id, rule_version, assignee_id, extended_at is not null as extended, due_on, clock_paused, time_zone, 1 as count
    from privacy_request where ${isOpen} and not ${isAsked} and ${feeUnanswered}) as waiting_tallies`;

/** How many of those were not asked, and wait for the patient's word on a cost alone. What was asked is counted among the open. */
export async function feeWaitingCount(db: Db): Promise<number> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from privacy_request where ${isOpen} and not ${isAsked} and ${feeUnanswered}`;
  return rows[0]?.count ?? 0;
}

/** How many wait to be confirmed. */
export async function unconfirmedCount(db: Db): Promise<number> {
  const rows = await db.$queryRaw<{ count: number }[]>`
    select count(*)::int as count from privacy_request where ${isUnconfirmed} and ${isOpen}`;
  return rows[0]?.count ?? 0;
}

/** How many requests are answered. */
export async function answeredCount(db: Db): Promise<number> {
  const { _sum } = await db.answerTally.aggregate({ _sum: { count: true } });
  return _sum.count ?? 0;
}

/** How many answers a filter shows, exactly; null where it asks what the tallies do not know. */
export async function answeredInTallies(
  db: Db,
  { answered, kind, basis, from, to, channel, assignee }: QueueFilter,
): Promise<number | null> {
  if (!answered || channel || assignee) return null;
  const rows = await db.$queryRaw<{ count: number }[]>`
    select coalesce(sum(count), 0)::int as count from answer_tally
     where (${kind}::text is null or kind::text = ${kind}::text) and (${basis}::text is null or ${basisOfRule} = ${basis}::text)
       and (${from}::text is null or month >= ${from}::text) and (${to}::text is null or month <= ${to}::text)
       and (${answered}::text = 'any' or on_time = (${answered}::text = 'inTime'))`;
  return rows[0]?.count ?? 0;
}

/**
 * Folds the rows that statements left into one for each group. Sums stay what they are for every reader at every moment, and two of these
 * at once take different rows. @returns how many rows there are fewer
 */
export async function foldTallies(db: Db): Promise<number> {
  const [open] = await db.$queryRaw<{ fewer: number }[]>`
    with many as (
      select kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone from open_tally
       group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 having count(*) > 1),
    gone as (
      delete from open_tally t using many m
       where t.kind = m.kind and t.status = m.status and t.channel = m.channel and t.rule_id = m.rule_id
         and t.rule_version = m.rule_version and t.assignee_id = m.assignee_id and t.extended = m.extended and t.due_on = m.due_on and t.clock_paused = m.clock_paused
         and t.time_zone = m.time_zone
      returning t.*),
    folded as (
      insert into open_tally (kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, count)
      select kind, status, channel, rule_id, rule_version, assignee_id, extended, due_on, clock_paused, time_zone, sum(count) from gone
       group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 having sum(count) <> 0
      returning 1)
    select ((select count(*) from gone) - (select count(*) from folded))::int as fewer`;
  const [answers] = await db.$queryRaw<{ fewer: number }[]>`
    with many as (
      select kind, rule_id, month, days, on_time from answer_tally group by 1, 2, 3, 4, 5 having count(*) > 1),
    gone as (
      delete from answer_tally t using many m
       where t.kind = m.kind and t.rule_id = m.rule_id and t.month = m.month and t.days = m.days and t.on_time = m.on_time
      returning t.*),
    folded as (
      insert into answer_tally (kind, rule_id, month, days, on_time, count)
      select kind, rule_id, month, days, on_time, sum(count) from gone group by 1, 2, 3, 4, 5 having sum(count) <> 0
      returning 1)
    select ((select count(*) from gone) - (select count(*) from folded))::int as fewer`;
  return (open?.fewer ?? 0) + (answers?.fewer ?? 0);
}
