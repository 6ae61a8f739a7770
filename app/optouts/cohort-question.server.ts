import type { ListShape } from './cohort-list.ts';
import { beforeAsked, betweenRecords } from './cohort-rows.ts';
import { recordText, unaskedRecordText } from './record-sql.server.ts';

/** Lists up to so many rows keep their order, and read the records of their own patients alone. */
const shortList = 50_000;

/**
 * For the transaction of a list. The planner knows nothing of what is left of a text when its padding is off, and takes a million rows for
 * thousands, which it would sort; joins are written in the order that is meant; three thousand rows tell it enough of a list; and it is one
 * query of which two may run.
 */
export const listPlan = `set local enable_mergejoin = off; set local work_mem = '96MB'; set local join_collapse_limit = 1; set local default_statistics_target = 10`;

/** The table that a list waits in; gone with its transaction. */
export function askedTable({ columns }: ListShape): string {
  const of = Array.from({ length: columns }, (_, place) => `c${place} text`).join(', ');
  return `create temporary table cohort_asked (${of}) on commit drop`;
}

export function copyIn({ delimiter }: ListShape): string {
  return `copy cohort_asked from stdin (format csv, delimiter ${quoted(delimiter)})`;
}

export interface AskedRows {
  count: number;
  /** Whether a space stands anywhere in them. What has none needs no trimming, which keeps the planner from knowing what it joins. */
  hasSpaces: boolean;
}

/** A "no" to all studies is read alike whoever of a group of records is asked about, and for whatever study: neither is written behind it. */
const isForAll = `(o.act = 'denied' and o.study_reach = 'all')`;

/**
 * The rows of the list whose patient is known, each with what `recordsIn` reads in front of it: nothing where the person has no record at
 * all. A study is passed on only as digits and dots: any other text could put what stands in front of the row between quotes, so that it
 * is cut at a wrong place. A record that cannot be written whole is an empty one, which nobody can read, so that the row goes nowhere: left out,
 * a "no" would be lost. What is decided is not decided here. Records that were joined are one person under one key: that of the survivor, or, in a ring
 * that should not be, the least of all in it.
 *
 * Most patients have one record, about which nobody was asked, and no joined ones: those are read as they are. Only what stands
 * `apart` from them is put together, which takes far longer for each.
 */
export function rowsWithRecords({ delimiter, columns, at }: ListShape, asked: AskedRows): string {
  const short = asked.count <= shortList;
  const all = Array.from({ length: columns }, (_, place) => `asked.c${place}`).join(', ');
  const cell = (place: number) => (asked.hasSpaces ? `btrim(asked.c${place})` : `asked.c${place}`);
  // As /^[0-9.]{1,64}$/, which takes fifteen times as long.
  const uidOf = (typed: string) =>
    `case when length(${typed}) <= 64 and translate(${typed}, '0123456789.', '') = '' then ${typed} else '' end`;
  const study = at.study_uid === null ? `''` : uidOf(cell(at.study_uid));
  const own = `own.issuer = ${cell(at.issuer)} and own.value = ${cell(at.patient_id)}`;
  const ofAsked = (patient: string) => (short ? `where ${patient} in (select id from asked_patient)` : '');
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
    ), asked_patient as materialized (
      ${short ? `select distinct own.patient_id as id from cohort_asked asked join patient_identifier own on ${own}` : 'select null::uuid as id where false'}
    ), apart as materialized (
      select one.id from person one ${short ? 'join person asked on asked.person = one.person' : ''} ${ofAsked('asked.id')}
      union select o.patient_id from opt_out_ask ask join opt_out o on o.id = ask.opt_out_id ${ofAsked('o.patient_id')}
      union select patient_id from opt_out where not is_first ${short ? 'and patient_id in (select id from asked_patient)' : ''}
    ), together as (
      select coalesce(member.id, o.patient_id) as id, string_agg(coalesce(${recordText}, ''), '${betweenRecords}' order by o.sequence) as records
        from opt_out o left join person on person.id = o.patient_id left join person member on member.person = person.person
       where o.patient_id = any(array(select id from apart)) group by 1
    )
    select case when together.id is null and first.is_for_all then first.records
                when together.id is not null or first.id is not null
                then coalesce(together.records, first.records, '') || '${beforeAsked}' || own.patient_id || '${beforeAsked}' || ${study} end, ${all}
      from cohort_asked asked join patient_identifier own on ${own}
      left join (
        select patient_id as id, coalesce(${unaskedRecordText}, '') || case when ${isForAll} then '${beforeAsked}${beforeAsked}' else '' end as records, ${isForAll} as is_for_all
          from opt_out o where is_first
      ) first on first.id = own.patient_id
      left join together on together.id = own.patient_id
     ${short ? 'order by asked.ctid' : ''}
  ) to stdout (format csv, delimiter ${quoted(delimiter)})`;
}

function quoted(delimiter: ListShape['delimiter']): string {
  return delimiter === '\t' ? `E'\\t'` : `'${delimiter}'`;
}
