import type { Db } from '#app/db/client.server.ts';
import type { RequestKind } from './kinds/kind.ts';
import { atRisk, isDue, isOpen } from './open-clocks.server.ts';

export interface DeadlineCounts {
  overdue: number;
  today: number;
  /** The seven days after today. */
  week: number;
  /** Inside the days of warning of their rule, and not yet due. */
  atRisk: number;
  waitingOnPatient: number;
  open: number;
  /** Open requests whose time was extended. */
  extended: number;
}

/** How many open requests stand where, exactly, in one query. @param today the facility's local date */
export async function deadlineCounts(db: Db, today: string): Promise<DeadlineCounts> {
  const [counts] = await db.$queryRaw<DeadlineCounts[]>`
    select count(*) filter (where ${isDue('overdue', today)})::int as overdue,
           count(*) filter (where ${isDue('today', today)})::int as today,
           count(*) filter (where ${isDue('week', today)})::int as week,
           count(*) filter (where ${atRisk(today)})::int as "atRisk",
           count(*) filter (where status = 'waitingOnPatient')::int as "waitingOnPatient",
           count(*) filter (where extended_at is not null)::int as extended,
           count(*)::int as open
      from privacy_request where ${isOpen}`;
  if (!counts) throw new Error('a count has a row');
  return counts;
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
export async function loadPerPerson(db: Db, today: string): Promise<Load[]> {
  const rows = await db.$queryRaw<(Omit<Load, 'person'> & { id: string | null; name: string | null })[]>`
    select held.*, u.display_name as name from (
      select assignee_id as id, count(*)::int as open,
             count(*) filter (where ${isDue('overdue', today)})::int as overdue,
             count(*) filter (where ${isDue('today', today)} or ${isDue('week', today)})::int as soon,
             count(*) filter (where extended_at is not null)::int as extended
        from privacy_request where ${isOpen} group by assignee_id) held
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
  /** Of the answer, in the facility's local time: `YYYY-MM`. */
  month: string;
  answered: number;
  onTime: number;
  /** Calendar days from receipt to the answer: so many or fewer for half of them, and for nine of ten. */
  medianDays: number;
  ninetiethDays: number;
}

/**
 * How answers kept their dates, by the month they were sent in and by kind, and for all kinds together. What was withdrawn or closed without
 * an answer is not in it.
 * @param fromMonth the first month, `YYYY-MM`
 */
export function timelinessByMonth(
  db: Db,
  { fromMonth, timeZone }: { fromMonth: string; timeZone: string },
): Promise<Timeliness[]> {
  return db.$queryRaw<Timeliness[]>`
    select kind, month, count(*)::int as answered,
           count(*) filter (where answered_on <= due_on)::int as "onTime",
           percentile_disc(0.5) within group (order by answered_on - received_on)::int as "medianDays",
           percentile_disc(0.9) within group (order by answered_on - received_on)::int as "ninetiethDays"
      from (select kind, due_on, received_on,
                   (responded_at at time zone time_zone)::date as answered_on,
                   to_char(responded_at at time zone time_zone, 'YYYY-MM') as month
              from privacy_request
             where status = 'responded'
               and responded_at >= (${`${fromMonth}-01`}::date::timestamp at time zone ${timeZone})) answers
     group by grouping sets ((kind, month), (month))
     order by month desc, kind nulls first`;
}
