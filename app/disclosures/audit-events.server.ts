import type { Actor } from '#app/audit/actor.ts';
import { recordFhirSearch } from '#app/audit/list-reads.server.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { issuerAsSystem } from '#app/people/issuer-system.ts';
import { recordGroups } from '#app/people/records.server.ts';
import { factsOf, releaseEvent } from './accounting-fhir.ts';

export interface AuditEventQuestion {
  /** The records of these patients, with all that are one person with them, but for a company's program; null: everybody's. */
  patientIds: readonly string[] | null;
  ids: readonly string[] | null;
  /** When images were sent, and when that was recorded: from (inclusive) and until (exclusive). */
  sent: readonly Stretch[];
  recorded: readonly Stretch[];
  /** Slugs of the recipients; null: all. */
  recipients: readonly string[] | null;
  studyUids: readonly string[] | null;
  after: EventPlace | null;
  atMost: number;
  /** The one recipient that may be told of, where a company's own program asks. */
  vendorId: string | null;
}

interface Stretch {
  from: Date | null;
  until: Date | null;
}

/** Where an event stands in the order of the ledger. */
export interface EventPlace {
  occurredAt: Date;
  id: string;
}

const fields = {
  id: true,
  patientId: true,
  occurredAt: true,
  assumedTimeZone: true,
  timeOfDayKnown: true,
  recordedAt: true,
  studyUid: true,
  modality: true,
  studyOn: true,
  instanceCount: true,
  sourceAeTitle: true,
  destination: true,
  anonymized: true,
  purpose: true,
  vendor: { select: { slug: true, name: true } },
} as const satisfies Prisma.DisclosureSelect;
type Row = Prisma.DisclosureGetPayload<{ select: typeof fields }>;

export interface FoundEvents {
  events: { resource: ReturnType<typeof releaseEvent>; changedAt: Date }[];
  next: EventPlace | null;
}

/**
 * Releases as AuditEvents for a program, the earliest first, a page at a time: what stands, as the patient may know it now. What an agency's
 * statement suspends (45 CFR 164.528(a)(2)) is not among them, and nothing tells that it is not: a program may be the patient's window.
 * Every record that is told of leaves a read event, which the patient sees; a search that names a patient also where it finds nothing.
 * @throws where that cannot be written down: then nothing is told
 */
export async function findAuditEvents(
  world: World,
  actor: Exclude<Actor, { kind: 'system' }>,
  question: AuditEventQuestion,
): Promise<FoundEvents> {
  const { db } = world;
  const { after, atMost, patientIds, vendorId } = question;
  const rows = await db.disclosure.findMany({
    where: {
      AND: [
        ...(await conditions(db, question, world.clock())),
        ...(after
          ? [
              {
                OR: [
                  { occurredAt: { gt: after.occurredAt } },
                  { occurredAt: after.occurredAt, id: { gt: after.id } },
                ],
              },
            ]
          : []),
      ],
    },
    orderBy: [{ occurredAt: 'asc' }, { id: 'asc' }],
    take: atMost + 1,
    select: fields,
  });
  const page = rows.slice(0, atMost);
  const events = await eventsOf(db, page, vendorId);
  await recordFhirSearch(world, {
    actor,
    resource: 'AuditEvent',
    list: 'ledger',
    asked: patientIds ?? [],
    page,
  });
  const last = page.at(-1);
  return { events, next: rows.length > atMost && last ? last : null };
}

/** How many there are, told without their content; of a patient who was named it is a read all the same. */
export async function countAuditEvents(
  world: World,
  actor: Exclude<Actor, { kind: 'system' }>,
  question: Omit<AuditEventQuestion, 'after' | 'atMost'>,
): Promise<number> {
  const where = { AND: await conditions(world.db, question, world.clock()) };
  const count = await world.db.disclosure.count({ where });
  await recordFhirSearch(world, {
    actor,
    resource: 'AuditEvent',
    list: 'ledger',
    asked: question.patientIds ?? [],
    page: [],
  });
  return count;
}

async function conditions(
  db: Db,
  question: Omit<AuditEventQuestion, 'after' | 'atMost'>,
  now: Date,
): Promise<Prisma.DisclosureWhereInput[]> {
  const { patientIds, ids, sent, recorded, recipients, studyUids, vendorId } = question;
  // A company's program that asks by one number is not told that another one is the same person's.
  const group = patientIds && (vendorId ? [...patientIds] : await groupsOf(db, patientIds));
  return [
    { correctedBy: null, retracted: false },
    ...(group ? [{ patientId: { in: group } }] : []),
    ...(ids ? [{ id: { in: [...ids] } }] : []),
    ...(recipients ? [{ vendor: { slug: { in: [...recipients] } } }] : []),
    ...(studyUids ? [{ studyUid: { in: [...studyUids] } }] : []),
    ...sent.map((stretch) => ({ occurredAt: within(stretch) })),
    ...recorded.map((stretch) => ({ recordedAt: within(stretch) })),
    // Whose images came to a company without an identity is not its to learn.
    ...(vendorId ? [{ vendorId, OR: [{ anonymized: null }, { anonymized: false }] }] : []),
    ...(await suspended(db, now)),
  ];
}

async function groupsOf(db: Db, patientIds: readonly string[]): Promise<string[]> {
  return [...new Set([...(await recordGroups(db, patientIds)).values()].flat())];
}

/** Which of these records' images a company received, as far as it may know, with their studies. Their groups are left out. */
export async function receivedBy(
  db: Db,
  { vendorId, patientIds, now }: { vendorId: string; patientIds: readonly string[]; now: Date },
): Promise<Map<string, string[]>> {
  const rows = await db.disclosure.findMany({
    where: { AND: await conditions(db, { ...everyEvent, vendorId, patientIds }, now) },
    distinct: ['patientId', 'studyUid'],
    select: { patientId: true, studyUid: true },
  });
  const received = new Map<string, string[]>();
  for (const { patientId, studyUid } of rows)
    received.set(patientId, [...(received.get(patientId) ?? []), ...(studyUid === null ? [] : [studyUid])]);
  return received;
}

const everyEvent = { ids: null, sent: [], recorded: [], recipients: null, studyUids: null };

function within({ from, until }: Stretch) {
  return { ...(from ? { gte: from } : {}), ...(until ? { lt: until } : {}) };
}

/** Agencies ask for silence about a few patients at a time. */
async function suspended(db: Db, now: Date): Promise<Prisma.DisclosureWhereInput[]> {
  const rows = await db.accountingSuspension.findMany({
    where: { hiddenUntil: { gt: now }, OR: [{ endedAt: null }, { endedAt: { gt: now } }] },
    select: { patientId: true, vendorId: true },
  });
  const groups = await recordGroups(
    db,
    rows.map(({ patientId }) => patientId),
  );
  return rows.map(({ patientId, vendorId }) => ({
    NOT: { vendorId, patientId: { in: groups.get(patientId) ?? [patientId] } },
  }));
}

async function eventsOf(
  db: Db,
  rows: readonly Row[],
  vendorId: string | null,
): Promise<FoundEvents['events']> {
  if (rows.length === 0) return [];
  const facility = await theFacility(db);
  const groups = await recordGroups(
    db,
    rows.map(({ patientId }) => patientId),
  );
  const numbers = await db.patientIdentifier.findMany({
    where: { patientId: { in: [...new Set([...groups.values()].flat())] } },
    orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
    select: { patientId: true, issuer: true, value: true },
  });
  const patientsOf = (patientId: string) => {
    const group = groups.get(patientId) ?? [patientId];
    // A company has the number that came with the images; which others the same person has, it does not learn.
    const known = numbers.filter((one) =>
      vendorId
        ? one.patientId === patientId && one.issuer === facility.issuer
        : group.includes(one.patientId),
    );
    // By an id of ours two companies could join what they have.
    const patient = { ...(vendorId ? {} : { reference: `Patient/${patientId}` }), type: 'Patient' };
    if (known.length === 0) return [patient];
    return known.map(({ issuer, value }) => ({
      ...patient,
      identifier: { system: issuerAsSystem(issuer), value, assigner: { display: issuer } },
    }));
  };
  return rows.map((row) => ({
    resource: releaseEvent(
      {
        disclosureId: row.id,
        occurredAt: row.occurredAt.toISOString(),
        purpose: row.purpose,
        endpoint: row.destination,
        source: row.sourceAeTitle,
        studyUid: row.studyUid,
        recipient: {
          reference: `Organization/${row.vendor.slug}`,
          type: 'Organization',
          display: row.vendor.name,
        },
        details: factsOf({
          images: row.instanceCount,
          modality: row.modality,
          studyOn: row.studyOn?.toISOString().slice(0, 10) ?? null,
          withoutIdentity: row.anonymized === true,
          timeZoneAssumed: row.assumedTimeZone,
          timeOfDayKnown: row.timeOfDayKnown,
        }),
      },
      { facilityName: facility.name, patients: patientsOf(row.patientId) },
    ),
    changedAt: row.recordedAt,
  }));
}
