import type { Actor } from '#app/audit/actor.ts';
import { recordFhirSearch } from '#app/audit/list-reads.server.ts';
import { Prisma, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import type { ConsentFacts } from './consent-fhir.ts';
import {
  all,
  answeredAbout,
  choices,
  conditions,
  studiesReceived,
  type ConsentQuestion,
} from './consent-question.server.ts';
import { countsFor } from './decide.ts';
import type { OptOutPurpose } from './purposes.ts';

export interface FoundConsents {
  facts: ConsentFacts[];
  /** The last one, where there are more. Its number would tell a company how many of everybody's lie between two of its own. */
  next: string | null;
}

interface Row {
  id: string;
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
    question.after === null
      ? all
      : Prisma.sql`c.sequence > (select o.sequence from opt_out o where o.id = ${question.after}::uuid)`,
  ];
  const rows = await db.$queryRaw<Row[]>`${choices(now)}
    select c.id, c.patient_id as "patientId", c.act::text as act, c.purposes::text[] as purposes,
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
  return { facts, next: rows.length > page.length ? (page.at(-1)?.id ?? null) : null };
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
    // A company's program reads of itself alone: neither who else is named, nor that it is everybody.
    vendors: company
      ? vendors
      : row.vendorReach === 'all'
        ? 'all'
        : vendors.filter(({ id }) => row.vendorIds.includes(id)),
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
