import type { ListShape } from './cohort-list.ts';
import { beforeAsked, betweenRecords } from './cohort-rows.ts';
import { recordText } from './record-sql.server.ts';

/** Lists up to so many rows keep their order, and read the records of their own patients alone. */
const shortList = 50_000;

/**
 * For the transaction of a list. The planner knows nothing of what is left of a text when its padding is off, and takes a million rows for
 * thousands, which it would sort; and it is one query of which two may run.
 */
export const listPlan = `set local enable_mergejoin = off; set local work_mem = '96MB'`;

/** The table that a list waits in; gone with its transaction. */
export function askedTable({ columns }: ListShape): string {
  const of = Array.from({ length: columns }, (_, place) => `c${place} text`).join(', ');
  return `create temporary table cohort_asked (${of}) on commit drop`;
}

export function copyIn({ delimiter }: ListShape): string {
  return `copy cohort_asked from stdin (format csv, delimiter ${quoted(delimiter)})`;
}

/**
 * The rows of the list whose patient is known, each with what `recordsIn` reads in front of it: nothing where the person has no record at
 * all. A study is passed on only as digits and dots: any other text could put what stands in front of the row between quotes, so that it
 * is cut at a wrong place. A record that cannot be written whole is an empty one, which nobody can read, so that the row goes nowhere: left out,
 * a "no" would be lost. What is decided is not decided here. Records that were joined are one person under one key: that of the survivor, or, in a ring
 * that should not be, the least of all in it.
 */
export function rowsWithRecords({ delimiter, columns, at }: ListShape, rows: number): string {
  const short = rows <= shortList;
  const all = Array.from({ length: columns }, (_, place) => `asked.c${place}`).join(', ');
  const typed = `btrim(asked.c${at.study_uid})`;
  // As /^[0-9.]{1,64}$/, which takes fifteen times as long.
  const isUid = `length(${typed}) <= 64 and translate(${typed}, '0123456789.', '') = ''`;
  const study = at.study_uid === null ? `''` : `case when ${isUid} then ${typed} else '' end`;
  const own = `own.issuer = btrim(asked.c${at.issuer}) and own.value = btrim(asked.c${at.patient_id})`;
  return `copy (
    with recursive joined as (
      select id, merged_into_id as above, array[id] as seen from patient where merged_into_id is not null
      union all
      select joined.id, higher.merged_into_id, joined.seen || joined.above from joined join patient higher on higher.id = joined.above
       where higher.merged_into_id is not null and not joined.above = any(joined.seen)
    ), reached as (
      select joined.id, coalesce(min(joined.above::text) filter (where top.merged_into_id is null), min(joined.above::text))::uuid as person
        from joined join patient top on top.id = joined.above group by 1
    ), person as materialized (
      select id, person from reached union select person, person from reached
    ), asked_person as materialized (
      ${short ? `select distinct coalesce(person.person, own.patient_id) as id from cohort_asked asked join patient_identifier own on ${own} left join person on person.id = own.patient_id` : 'select null::uuid as id where false'}
    ), said as materialized (
      select coalesce(person.person, o.patient_id) as person, string_agg(coalesce(${recordText}, ''), '${betweenRecords}' order by o.sequence) as records
        from opt_out o left join person on person.id = o.patient_id
       ${short ? 'where o.patient_id in (select id from asked_person union all select person.id from person where person.person in (select id from asked_person))' : ''}
       group by 1
    )
    select case when said.records is not null then said.records || '${beforeAsked}' || own.patient_id || '${beforeAsked}' || ${study} end, ${all}
      from cohort_asked asked join patient_identifier own on ${own}
      left join person on person.id = own.patient_id
      left join said on said.person = coalesce(person.person, own.patient_id)
     ${short ? 'order by asked.ctid' : ''}
  ) to stdout (format csv, delimiter ${quoted(delimiter)})`;
}

function quoted(delimiter: ListShape['delimiter']): string {
  return delimiter === '\t' ? `E'\\t'` : `'${delimiter}'`;
}
