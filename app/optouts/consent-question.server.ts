import { Prisma, type Db } from '#app/db/client.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import { countedAsks, ownEnd } from './counted-asks.server.ts';
import { researchPurposes } from './consent-fhir.ts';

// Which choices a program's search is about, in SQL.

/** An asked stretch of time, and how the period of a choice has to lie to it. */
export interface PeriodAsked {
  is: 'within' | 'endsAfter' | 'startsBefore' | 'after' | 'before' | 'withinOrLater' | 'withinOrEarlier';
  from: Date;
  until: Date;
}

/** A company whose own program asks. */
export interface AskingCompany {
  id: string;
  /** The records whose images it received, as far as it may know, with their studies. Of nobody else it is told anything. */
  received: ReadonlyMap<string, readonly string[]>;
}

export interface ConsentQuestion {
  /** The records of these patients, with all that are one person with them; null: everybody's, and nobody's for a company. */
  patientIds: readonly string[] | null;
  ids: readonly string[] | null;
  status: 'active' | 'inactive' | null;
  /** Only choices about research and the training of AI. */
  isResearch: boolean;
  /** Only choices that name one of these companies, by slug. */
  actors: readonly string[] | null;
  periods: readonly PeriodAsked[];
  /** When what is said of it last changed: from (inclusive) and until (exclusive). */
  changed: readonly { from: Date | null; until: Date | null }[];
  /** The last one of the page before. */
  after: string | null;
  atMost: number;
  /** Null: the facility's own program asks. */
  company: AskingCompany | null;
}

/**
 * Choices with their ends, which are those of `ownEnd`. What replaces or withdraws one counts where it is of the same
 * person: of the same record, or of one that is joined with it now. An instant that has not come changes nothing yet. Joining and parting
 * records ends choices and brings them back, so it changes each choice of the records that are one person.
 */
export const choices = (now: Date) => Prisma.sql`
  with recursive member (id, root) as (
    select p.id, p.id from patient p
     where p.merged_into_id is null and exists (select 1 from patient m where m.merged_into_id = p.id)
    union
    select below.id, member.root from patient below join member on below.merged_into_id = member.id
  ), regrouped as (
    select touched.id, max(touched.at) over (partition by coalesce(member.root, touched.id)) as at
      from (
        select id, max(at) as at from (
          select survivor_id as id, greatest(merged_at, unmerged_at) as at from patient_merge
          union all
          select merged_id, greatest(merged_at, unmerged_at) from patient_merge
        ) one group by id
      ) touched left join member on member.id = touched.id
  ), choice as (
    select o.*, ended.at as ends_at,
      coalesce(ended.at <= ${now.toISOString()}::timestamptz, false) as has_ended,
      greatest(
        o.recorded_at,
        w.recorded_at,
        regrouped.at,
        (select min(ask.asked_at) ${countedAsks}),
        case when ended.at <= ${now.toISOString()}::timestamptz then ended.at end
      ) as changed_at
    from opt_out o
    left join regrouped on regrouped.id = o.patient_id
    left join lateral (
      select w.effective_from, w.recorded_at from opt_out w
       where w.supersedes_id = o.id and w.recorded_at <= ${now.toISOString()}::timestamptz
         and (w.patient_id = o.patient_id
           or (select root from member where id = w.patient_id) = (select root from member where id = o.patient_id))
       order by w.effective_from, w.sequence limit 1
    ) w on true
    cross join lateral (
      select least(w.effective_from, ${ownEnd}) as at
    ) ended
    where o.act in ('denied', 'permitted')
  )`;

export const all = Prisma.sql`true`;
const stamp = (at: Date) => Prisma.sql`${at.toISOString()}::timestamptz`;

/** Whom a question is answered about: of a company's, only whose images it received. Null: everybody. */
export function answeredAbout({ patientIds, company }: Pick<ConsentQuestion, 'patientIds' | 'company'>) {
  return company ? (patientIds ?? []).filter((id) => company.received.has(id)) : patientIds;
}

/** What must hold of a `choice c` for it to be among the answers. */
export async function conditions(db: Db, question: Omit<ConsentQuestion, 'after' | 'atMost'>) {
  const { ids, status, isResearch, actors, periods, changed, company } = question;
  const asked = answeredAbout(question);
  const group = await groupOf(db, asked);
  const vendorId = company?.id ?? null;
  const research = researchPurposes.map((purpose) => purpose as string);
  return [
    group ? Prisma.sql`c.patient_id = any(${[...group]}::uuid[])` : all,
    // As `countsFor`: a "yes" is shown under no number that it was not given for.
    asked ? Prisma.sql`(c.act <> 'permitted' or c.given_for_ids && ${[...asked]}::uuid[])` : all,
    ids ? Prisma.sql`c.id = any(${[...ids]}::uuid[])` : all,
    status ? Prisma.sql`c.has_ended = ${status === 'inactive'}` : all,
    isResearch ? Prisma.sql`c.purposes::text[] && ${research}::text[]` : all,
    actors ? namedBy(actors, vendorId) : all,
    vendorId ? Prisma.sql`(c.vendor_reach = 'all' or ${vendorId}::uuid = any(c.vendor_ids))` : all,
    company
      ? Prisma.sql`(c.study_reach = 'all' or c.study_uids && ${studiesReceived(company, asked)}::text[])`
      : all,
    ...periods.map(liesAs),
    ...changed.flatMap(({ from, until }) => [
      from ? Prisma.sql`c.changed_at >= ${stamp(from)}` : all,
      until ? Prisma.sql`c.changed_at < ${stamp(until)}` : all,
    ]),
  ];
}

/** A company's program finds all that it may read by its own name, which stands in each, and nothing by the name of another one. */
function namedBy(actors: readonly string[], vendorId: string | null) {
  const slugs = [...actors];
  return vendorId
    ? Prisma.sql`exists (select from vendor v where v.id = ${vendorId}::uuid and v.slug = any(${slugs}::text[]))`
    : Prisma.sql`(c.vendor_reach = 'named'
        and c.vendor_ids && array(select v.id from vendor v where v.slug = any(${slugs}::text[])))`;
}

export function studiesReceived({ received }: AskingCompany, asked: readonly string[] | null): string[] {
  return (asked ?? []).flatMap((id) => received.get(id) ?? []);
}

function liesAs({ is, from, until }: PeriodAsked) {
  const end = Prisma.sql`coalesce(c.ends_at, 'infinity')`;
  const within = Prisma.sql`(c.effective_from >= ${stamp(from)} and ${end} <= ${stamp(until)})`;
  const endsAfter = Prisma.sql`${end} > ${stamp(until)}`;
  const startsBefore = Prisma.sql`c.effective_from < ${stamp(from)}`;
  switch (is) {
    case 'within':
      return within;
    case 'endsAfter':
      return endsAfter;
    case 'startsBefore':
      return startsBefore;
    case 'withinOrLater':
      return Prisma.sql`(${endsAfter} or ${within})`;
    case 'withinOrEarlier':
      return Prisma.sql`(${startsBefore} or ${within})`;
    case 'after':
      return Prisma.sql`c.effective_from >= ${stamp(until)}`;
    case 'before':
      return Prisma.sql`${end} <= ${stamp(from)}`;
  }
}

async function groupOf(db: Db, patientIds: readonly string[] | null): Promise<string[] | null> {
  return patientIds && [...new Set([...(await recordGroups(db, patientIds)).values()].flat())];
}
