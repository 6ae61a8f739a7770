import { clockRule, isRuleId } from '#app/clocks/rules.ts';
import type { Db } from '#app/db/client.server.ts';
import { dateText } from './kept-clock.server.ts';
import type { RequestKind } from './kinds/registry.ts';
import type { LocalDays } from './local-days.server.ts';
import {
  atRisk,
  basisOfRule,
  isAsked,
  isDue,
  isOpen,
  isPaused,
  isSoon,
  isUnconfirmed,
  toBeConfirmed,
} from './open-clocks.server.ts';
import type { Basis } from './reports.ts';
import { feeWaitingCount, openTallies, unconfirmedCount } from './tallies.server.ts';

export interface DeadlineCounts {
  overdue: number;
  today: number;
  /** The seven days after today. */
  week: number;
  /** Inside the days of warning of their rule, and not yet due. */
  atRisk: number;
  /** The patient has to say who they are, what they mean, or what they choose about a cost. */
  waitingOnPatient: number;
  open: number;
  /** Open requests whose time was extended. */
  extended: number;
  /** Open requests whose clock stands still: they have no last day meanwhile. */
  still: number;
  /** Open requests that the law wants confirmed to the patient, and nobody did. */
  unconfirmed: number;
}

/** How many open requests stand where, exactly. */
export async function deadlineCounts(db: Db, days: LocalDays): Promise<DeadlineCounts> {
  const counting = db.$queryRaw<
    (Omit<DeadlineCounts, 'unconfirmed' | 'waitingOnPatient'> & { asked: number })[]
  >`
    select coalesce(sum(count) filter (where ${isDue('overdue', days)}), 0)::int as overdue,
           coalesce(sum(count) filter (where ${isDue('today', days)}), 0)::int as today,
           coalesce(sum(count) filter (where ${isDue('week', days)}), 0)::int as week,
           coalesce(sum(count) filter (where ${atRisk(days)}), 0)::int as "atRisk",
           coalesce(sum(count) filter (where extended), 0)::int as extended,
           coalesce(sum(count) filter (where ${isPaused}), 0)::int as still,
           coalesce(sum(count) filter (where ${isAsked}), 0)::int as asked,
           coalesce(sum(count), 0)::int as open
      from ${openTallies}`;
  const [[counted], unconfirmed, feeWaiting] = await Promise.all([
    counting,
    unconfirmedCount(db),
    feeWaitingCount(db),
  ]);
  if (!counted) throw new Error('a count has a row');
  const { asked, ...counts } = counted;
  return { ...counts, unconfirmed, waitingOnPatient: asked + feeWaiting };
}

export interface Load {
  /** Null: nobody has them yet. */
  person: { id: string; name: string } | null;
  open: number;
  overdue: number;
  /** Due today, or within the seven days after. */
  soon: number;
  extended: number;
}

/** Who has how many open requests, the most first; what nobody has stands first. */
export async function loadPerPerson(db: Db, days: LocalDays): Promise<Load[]> {
  const rows = await db.$queryRaw<(Omit<Load, 'person'> & { id: string | null; name: string | null })[]>`
    select held.*, u.display_name as name from (
      select assignee_id as id, sum(count)::int as open,
             coalesce(sum(count) filter (where ${isDue('overdue', days)}), 0)::int as overdue,
             coalesce(sum(count) filter (where ${isSoon(days)}), 0)::int as soon,
             coalesce(sum(count) filter (where extended), 0)::int as extended
        from ${openTallies} group by assignee_id having sum(count) <> 0) held
      left join user_account u on u.id = held.id
     order by (held.id is not null), held.open desc, u.display_name`;
  return rows.map(({ id, name, ...counts }) => ({
    person: id === null ? null : { id, name: name ?? '' },
    ...counts,
  }));
}

export interface Timeliness {
  /** Null: all kinds together. */
  kind: RequestKind | null;
  basis: Basis;
  /** Of the answer, in the facility's local time: `YYYY-MM`. */
  month: string;
  answered: number;
  onTime: number;
  /** Calendar days from receipt to the answer: so many or fewer for half of them, and for nine of ten. */
  medianDays: number;
  ninetiethDays: number;
}

/**
 * How answers kept their dates, by the month they were sent in (in the zone of the request) and by kind, and for all kinds together, each
 * for dates of the law and for promises apart. What was withdrawn or closed without an answer is not in it.
 * @param fromMonth the first month, `YYYY-MM`
 */
export function timelinessByMonth(db: Db, fromMonth: string): Promise<Timeliness[]> {
  // So many days or fewer for half of the answers: the first number of days at which the sum over all shorter ones reaches half.
  return db.$queryRaw<Timeliness[]>`
    with days as (
      select kind, basis, month, days, sum(count)::int as answered, coalesce(sum(count) filter (where on_time), 0)::int as in_time
        from (select *, ${basisOfRule} as basis from answer_tally where month >= ${fromMonth}) based
       group by grouping sets ((kind, basis, month, days), (basis, month, days))
      having sum(count) <> 0),
    reached as (
      select *, sum(answered) over (partition by kind, basis, month order by days) as so_far,
             sum(answered) over (partition by kind, basis, month) as all_answered
        from days)
    select kind, basis, month, sum(answered)::int as answered, sum(in_time)::int as "onTime",
           (min(days) filter (where so_far >= 0.5 * all_answered))::int as "medianDays",
           (min(days) filter (where so_far >= 0.9 * all_answered))::int as "ninetiethDays"
      from reached group by kind, basis, month order by month desc, kind nulls first, basis`;
}

export interface DueDay {
  /** Facility-local last day. */
  dueOn: string;
  law: number;
  promise: number;
  /** How many of them are late, have their last day now, and have it within the seven days after, where each is counted. */
  late: number;
  today: number;
  week: number;
  /** The first of them. */
  requests: { id: string; reference: string }[];
}

type Standing = Pick<DueDay, 'late' | 'today' | 'week'>;

/**
 * The days that come first of open requests (see `toBeConfirmed`) up to a date, late ones too, earliest first, each with how many fall on it and the first few of them.
 * A clock that stands still has no last day meanwhile: it is in none of them, as it is in no bucket of days (`isDue`).
 * @param span.lastOn facility-local @param span.mostNamed of one day
 */
export async function dueDays(
  db: Db,
  days: LocalDays,
  { lastOn, mostNamed }: { lastOn: string; mostNamed: number },
): Promise<DueDay[]> {
  const [sums, named] = await Promise.all([
    db.$queryRaw<({ on: Date; ruleId: string; ruleVersion: number; count: number } & Standing)[]>`
      select due_on as on, rule_id as "ruleId", rule_version as "ruleVersion", sum(count)::int as count,
             coalesce(sum(count) filter (where ${isDue('overdue', days)}), 0)::int as late,
             coalesce(sum(count) filter (where ${isDue('today', days)}), 0)::int as today,
             coalesce(sum(count) filter (where ${isDue('week', days)}), 0)::int as week
        from ${openTallies} where due_on <= ${lastOn}::date and not ${isPaused} group by 1, 2, 3 having sum(count) <> 0 order by 1`,
    db.$queryRaw<{ on: Date; id: string; reference: string }[]>`
      select day.due_on as on, first.id, first.reference
        from (select due_on from ${openTallies} where due_on <= ${lastOn}::date and not ${isPaused} group by 1 having sum(count) <> 0) as day
        cross join lateral (
          select id, reference, received_at from (
            (select id, reference, received_at from privacy_request
              where due_on = day.due_on and not ${isPaused} and ${isOpen} and not ${isUnconfirmed} order by received_at, id limit ${mostNamed})
            union all
            (select id, reference, received_at from ${toBeConfirmed} where due_on = day.due_on)) as both_days
           order by received_at, id limit ${mostNamed}) as first
       order by day.due_on, first.received_at, first.id`,
  ]);
  const found = new Map<string, DueDay>();
  for (const { on, ruleId, ruleVersion, count, ...standing } of sums) {
    if (!isRuleId(ruleId)) throw new Error(`there is no clock rule ${ruleId}`);
    const dueOn = dateText(on);
    const day = found.get(dueOn) ?? { dueOn, law: 0, promise: 0, late: 0, today: 0, week: 0, requests: [] };
    day[clockRule(ruleId, ruleVersion).basis] += count;
    for (const name of ['late', 'today', 'week'] as const) day[name] += standing[name];
    found.set(dueOn, day);
  }
  for (const { on, id, reference } of named) found.get(dateText(on))?.requests.push({ id, reference });
  return [...found.values()];
}
