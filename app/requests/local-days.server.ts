import type { Db } from '#app/db/client.server.ts';
import { Prisma } from '#app/db/client.server.ts';
import { localDate } from '#app/words/dates.ts';
import { dateText } from './kept-clock.server.ts';

/**
 * What day it is where requests are counted. A request keeps the time zone that it was filed under, so that after a change of the
 * facility's zone two days are "today" at one moment, each for its own requests.
 */
export interface LocalDays {
  now: Date;
  /** The first and the last day that it is in any of the zones, `YYYY-MM-DD`: bounds that an index knows. */
  earliest: string;
  latest: string;
}

/** Of open requests and of the facility. The zones in use are found one by one, without reading every tally. */
export async function localDays(db: Db, now: Date, facilityZone: string): Promise<LocalDays> {
  const today = localDate(now, facilityZone);
  const rows = await db.$queryRaw<{ on: Date | null }[]>`
    with recursive zone as (
      select min(time_zone) as name from open_tally
      union all
      select (select min(time_zone) from open_tally where time_zone > zone.name) from zone where zone.name is not null)
    select distinct (${now}::timestamptz at time zone name)::date as on from zone where name is not null`;
  const days = [today, ...rows.flatMap(({ on }) => (on ? [dateText(on)] : []))].sort();
  return { now, earliest: days[0] ?? today, latest: days.at(-1) ?? today };
}

/** The day it is in the zone of a row: a date alone while it is the same day in all of them. */
export function dayOfRow({ now, earliest, latest }: LocalDays): Prisma.Sql {
  return earliest === latest
    ? Prisma.sql`${latest}::date`
    : Prisma.sql`(${now}::timestamptz at time zone time_zone)::date`;
}
