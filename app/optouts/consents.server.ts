import type { Actor } from '#app/audit/actor.ts';
import { recordFhirSearch } from '#app/audit/list-reads.server.ts';
import { Prisma, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import { countedAsks, ownEnd } from './counted-asks.server.ts';
import { researchPurposes, type ConsentFacts } from './consent-fhir.ts';
import { countsFor } from './decide.ts';
import type { OptOutPurpose } from './purposes.ts';

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
  /** The number of the last one of the page before. */
  after: bigint | null;
  atMost: number;
  /** Null: the facility's own program asks. */
  company: AskingCompany | null;
}

export interface FoundConsents {
  facts: ConsentFacts[];
  /** The number of the last one, where there are more. */
  next: bigint | null;
}

interface Row {
  id: string;
  sequence: bigint;
  patientId: string;
  act: 'denied' | 'permitted';
  purposes: OptOutPurpose[];
  vendorReach: 'all' | 'named';
  vendorIds: string[];
  studyReach: 'all' | 'named';
  studyUids: string[];
  coversDeidentified: boolean;
  effectiveFrom: Date;
  recordedAt: Date;
  recordedById: string;
  wordingVersion: string;
  endsAt: Date | null;
  hasEnded: boolean;
  changedAt: Date;
}

/**
 * Choices with their ends, which are those of `ownEnd`. What replaces or withdraws one counts where it is of the same
 * person: of the same record, or of one that is joined with it now. An instant that has not come changes nothing yet. Joining and parting
 * records ends choices and brings them back, so it changes each choice of the records that are one person.
 */
const choices = (now: Date) => Prisma.sql`
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

const all = Prisma.sql`true`;
const stamp = (at: Date) => Prisma.sql`${at.toISOString()}::timestamptz`;

/** Whom a question is answered about: of a company's, only whose images it received. Null: everybody. */
function answeredAbout({ patientIds, company }: Pick<ConsentQuestion, 'patientIds' | 'company'>) {
  return company ? (patientIds ?? []).filter((id) => company.received.has(id)) : patientIds;
}

async function conditions(db: Db, question: Omit<ConsentQuestion, 'after' | 'atMost'>) {
  const { ids, status, isResearch, actors, periods, changed, company } = question;
  const asked = answeredAbout(question);
  const group = await groupOf(db, asked);
  const vendorId = company?.id ?? null;
  const research = researchPurposes.map((purpose) => purpose as string);
  const named = Prisma.sql`c.vendor_reach = 'named' and c.vendor_ids`;
  return [
    group ? Prisma.sql`c.patient_id = any(${[...group]}::uuid[])` : all,
    // As `countsFor`: a "yes" is shown under no number that it was not given for.
    asked ? Prisma.sql`(c.act <> 'permitted' or c.given_for_ids && ${[...asked]}::uuid[])` : all,
    ids ? Prisma.sql`c.id = any(${[...ids]}::uuid[])` : all,
    status ? Prisma.sql`c.has_ended = ${status === 'inactive'}` : all,
    isResearch ? Prisma.sql`c.purposes::text[] && ${research}::text[]` : all,
    // Of those that may be told of: a company's program finds nothing by the name of another one.
    actors
      ? Prisma.sql`${named} && array(select v.id from vendor v where v.slug = any(${[...actors]}::text[])
          and (${vendorId}::uuid is null or v.id = ${vendorId}::uuid))`
      : all,
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

function studiesReceived({ received }: AskingCompany, asked: readonly string[] | null): string[] {
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

/**
 * Patients' choices for a program, in the order in which they came, a page at a time. Every record that is told of leaves a read event,
 * which the patient sees; a search that names a patient leaves one also where it finds nothing.
 * @throws where that cannot be written down: then nothing is told
 */
export async function findConsents(
  world: World,
  actor: Exclude<Actor, { kind: 'system' }>,
  question: ConsentQuestion,
): Promise<FoundConsents> {
  const { db } = world;
  const now = world.clock();
  const where = [
    ...(await conditions(db, question)),
    question.after === null ? all : Prisma.sql`c.sequence > ${question.after}`,
  ];
  const rows = await db.$queryRaw<Row[]>`${choices(now)}
    select c.id, c.sequence, c.patient_id as "patientId", c.act::text as act, c.purposes::text[] as purposes,
      c.vendor_reach::text as "vendorReach", c.vendor_ids as "vendorIds", c.study_reach::text as "studyReach",
      c.study_uids as "studyUids", c.covers_deidentified as "coversDeidentified", c.effective_from as "effectiveFrom",
      c.recorded_at as "recordedAt", c.recorded_by_id as "recordedById", c.wording_version as "wordingVersion",
      c.ends_at as "endsAt", c.has_ended as "hasEnded", c.changed_at as "changedAt"
    from choice c where ${Prisma.join(where, ' and ')}
    order by c.sequence limit ${question.atMost + 1}`;
  const page = rows.slice(0, question.atMost);
  const facts = await factsOf(db, page, question);
  await recordFhirSearch(world, {
    actor,
    resource: 'Consent',
    list: 'choices',
    asked: question.patientIds ?? [],
    page,
  });
  return { facts, next: rows.length > page.length ? (page.at(-1)?.sequence ?? null) : null };
}

/** How many there are, told without their content; of a patient who was named it is a read all the same. */
export async function countConsents(
  world: World,
  actor: Exclude<Actor, { kind: 'system' }>,
  question: Omit<ConsentQuestion, 'after' | 'atMost'>,
): Promise<number> {
  const where = await conditions(world.db, question);
  const [row] = await world.db.$queryRaw<{ count: number }[]>`${choices(world.clock())}
    select count(*)::int as count from choice c where ${Prisma.join(where, ' and ')}`;
  await recordFhirSearch(world, {
    actor,
    resource: 'Consent',
    list: 'choices',
    asked: question.patientIds ?? [],
    page: [],
  });
  return row?.count ?? 0;
}

/** The records that a choice counts for, its own first; none where there is no such choice. Tells nothing of what it says. */
export async function recordsOfChoice(db: Db, id: string): Promise<string[]> {
  const row = await db.optOut.findUnique({
    where: { id },
    select: { patientId: true, act: true, givenForIds: true },
  });
  if (!row) return [];
  const group = (await recordGroups(db, [row.patientId])).get(row.patientId) ?? [row.patientId];
  return group.filter((one) => countsFor(row.act, row.givenForIds, one));
}

async function groupOf(db: Db, patientIds: readonly string[] | null): Promise<string[] | null> {
  return patientIds && [...new Set([...(await recordGroups(db, patientIds)).values()].flat())];
}

async function factsOf(
  db: Db,
  rows: readonly Row[],
  question: Pick<ConsentQuestion, 'patientIds' | 'company'>,
): Promise<ConsentFacts[]> {
  if (rows.length === 0) return [];
  const { company } = question;
  const asked = company && answeredAbout(question);
  const studies = company && new Set(studiesReceived(company, asked));
  const [facility, vendors, people, identifiers, groups] = await Promise.all([
    theFacility(db),
    db.vendor.findMany({
      where: { id: { in: company ? [company.id] : [...new Set(rows.flatMap((row) => row.vendorIds))] } },
      select: { id: true, slug: true, name: true },
    }),
    db.user.findMany({
      where: { id: { in: [...new Set(rows.map((row) => row.recordedById))] } },
      select: { id: true, role: true, patientId: true },
    }),
    db.patientIdentifier.findMany({
      where: { patientId: { in: [...new Set(asked ?? rows.map((row) => row.patientId))] } },
      orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
      select: { patientId: true, issuer: true, value: true },
    }),
    recordGroups(
      db,
      rows.map((row) => row.patientId),
    ),
  ]);
  const numberOf = (patientId: string) => {
    const own = identifiers.filter((one) => one.patientId === patientId);
    const found = own.find(({ issuer }) => issuer === facility.issuer) ?? own[0];
    return found ? { issuer: found.issuer, value: found.value } : null;
  };
  const [only, ...others] = asked ?? [];
  const chooserOf = ({ recordedById, patientId }: Row): ConsentFacts['chosenBy'] => {
    const person = people.find(({ id }) => id === recordedById);
    if (person?.role !== 'patient') return 'onPaper';
    const isOwn = person.patientId !== null && groups.get(patientId)?.includes(person.patientId);
    return isOwn ? 'patient' : 'representative';
  };
  return rows.map((row) => ({
    id: row.id,
    act: row.act,
    purposes: row.purposes,
    // Companies that are not among the ones read are not named: a company's program reads of itself alone.
    vendors: row.vendorReach === 'all' ? 'all' : vendors.filter(({ id }) => row.vendorIds.includes(id)),
    // Studies that went to others alone are not a company's to learn of.
    studies: row.studyReach === 'all' ? 'all' : row.studyUids.filter((uid) => studies?.has(uid) ?? true),
    coversDeidentified: row.coversDeidentified,
    effectiveFrom: row.effectiveFrom,
    endsAt: row.endsAt,
    hasEnded: row.hasEnded,
    recordedAt: row.recordedAt,
    changedAt: row.changedAt,
    wordingVersion: row.wordingVersion,
    chosenBy: chooserOf(row),
    // A company has one number, which came with the images; by an id of ours two companies could join what they have.
    patient: company
      ? { id: null, identifier: only && others.length === 0 ? numberOf(only) : null }
      : { id: row.patientId, identifier: numberOf(row.patientId) },
  }));
}
