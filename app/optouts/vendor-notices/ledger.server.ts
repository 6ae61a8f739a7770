import { Prisma } from '#app/db/client.server.ts';

/** For `with recursive`: each record that was merged into another, or into which one was, and the record that stands for them all. */
export const joined = Prisma.sql`
    above(id, person) as (
      select id, merged_into_id from patient where merged_into_id is not null
      union
      select above.id, p.merged_into_id from above join patient p on p.id = above.person where p.merged_into_id is not null
    ),
    joined(id, person) as (
      select above.id, above.person from above join patient p on p.id = above.person where p.merged_into_id is null
      union
      select above.person, above.person from above join patient p on p.id = above.person where p.merged_into_id is null
    )`;

/** Which rows of the ledger are looked at. */
export interface Look {
  /** Those alone that were recorded after it; null for all, which takes seconds on a ledger of years. */
  since: Date | null;
  /** Those of these records alone. */
  of?: readonly string[];
}

/** Rows `d` of the ledger, each with the record `person` that stands for whose they are. Needs `joined`. */
export const learnt = ({ since, of }: Look) => Prisma.sql`(
       select d.*, coalesce(j.person, d.patient_id) as person
         from disclosure d left join joined j on j.id = d.patient_id
        where ${since === null ? Prisma.sql`true` : Prisma.sql`d.recorded_at > ${since}`}
          and ${of ? Prisma.sql`d.patient_id = any(${[...of]}::uuid[])` : Prisma.sql`true`})`;

/**
 * Whether a row `d` of the ledger counts, as `learnt` has them: not corrected, not taken back, and not hidden by
 * an agency's statement (45 CFR 164.528(a)(2)). Needs `joined`.
 */
export const inLedger = (now: Date) => Prisma.sql`(
       not d.retracted and not exists (select from disclosure c where c.corrects_id = d.id)
       and not exists (
         select from accounting_suspension s left join joined hidden on hidden.id = s.patient_id
          where s.vendor_id = d.vendor_id and coalesce(hidden.person, s.patient_id) = d.person
            and (s.ended_at is null or s.ended_at > ${now}) and s.hidden_until > ${now}))`;
