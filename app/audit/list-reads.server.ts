import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { actorId, type Actor } from './actor.ts';
import { appendEvent } from './audit.server.ts';
import type { ReadList } from './read-lists.ts';

/** A record that a list named is not named again for the same person and list within this many milliseconds: turning pages back is no second look. */
const oneNamingFor = 10 * 60_000;

export interface ListRead {
  /** A person of the facility, one of its programs, or whoever works at the command line, whose every command is a look of its own. */
  actor: Actor;
  list: ReadList;
  /** The records whose name or number it shows. */
  patientIds: readonly string[];
}

/**
 * Writes into the chain which records somebody at the facility was shown in a list; each patient reads it in their activity. One event a
 * page, which holds those that were not named to the same person in that list in the last ten minutes, and none where there are none.
 * Await it before the page is sent: what cannot be written down is not shown.
 */
export async function recordListRead(world: World, { actor, list, patientIds }: ListRead): Promise<void> {
  const shown = [...new Set(patientIds)].sort();
  if (shown.length === 0) return;
  const reader = actorId(actor);
  const fresh = async (db: Db | Tx, now: Date) => {
    if (reader === null) return shown;
    const named = await namedTo(db, reader, list, new Date(now.getTime() - oneNamingFor));
    return shown.filter((id) => !named.has(id));
  };
  // A page that was shown a moment ago is told without a lock: entries do not go away.
  if ((await fresh(world.db, world.clock())).length === 0) return;
  await inTransaction(world.db, async (tx) => {
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`listed:${reader ?? actor.name}:${list}`}, 0))`;
    const now = world.clock();
    const shownPatientIds = await fresh(tx, now);
    if (shownPatientIds.length === 0) return;
    await appendEvent(tx, {
      type: 'records.listed',
      actor,
      at: now,
      subject: { kind: 'list', id: list },
      shownPatientIds,
      after: { list, shown: shownPatientIds.length },
      visibleToPatient: true,
    });
  });
}

async function namedTo(db: Db | Tx, actorId: string, list: ReadList, since: Date): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    select distinct unnest(shown_patient_ids)::text as id from audit_event
     where type = 'records.listed' and actor_id = ${actorId} and subject_id = ${list} and at > ${since}::timestamptz`;
  return new Set(rows.map(({ id }) => id));
}

export interface Listed {
  /** The newest of the events that it stands for. */
  id: bigint;
  times: number;
}

/**
 * In which lists a patient's name was seen, newest first: one for each day, name of a list and kind of reader, however often. Lists that
 * have one name are one: how many there are under it is not to be read from the page (45 CFR 164.528(a)(2)).
 * @param group all records of the patient @param names what the patient is told of each list
 * @param timeZone of the day @param before only those whose newest event has a lower id
 */
export async function listsNaming(
  db: Db,
  group: readonly string[],
  {
    names,
    before,
    most,
    timeZone,
  }: { names: Readonly<Record<ReadList, string>>; before: bigint | null; most: number; timeZone: string },
): Promise<Listed[]> {
  if (group.length === 0) return [];
  return db.$queryRaw<Listed[]>`
    select max(id) as id, count(*)::int as times
      from audit_event
      left join unnest(${Object.keys(names)}::text[], ${Object.values(names)}::text[]) as told (list, name)
        on told.list = audit_event.subject_id
     where type = 'records.listed' and visible_to_patient and shown_patient_ids && ${group}::uuid[]
     group by (at at time zone ${timeZone})::date, coalesce(told.name, subject_id), actor_kind
    having ${before}::bigint is null or max(id) < ${before}::bigint
     order by 1 desc limit ${most}`;
}

/**
 * Writes into the chain that a program searched, how much it found, and whose records it was shown.
 * @param search.asked the records that it asked about by number @param search.page what it found
 */
export async function recordFhirSearch(
  world: World,
  search: {
    actor: Exclude<Actor, { kind: 'system' }>;
    resource: 'AuditEvent' | 'Consent';
    list: ReadList;
    asked: readonly string[];
    page: readonly { patientId: string }[];
  },
): Promise<void> {
  const { actor, resource, list, asked, page } = search;
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor,
      at: world.clock(),
      subject: { kind: 'fhirSearch', id: resource },
      after: { found: page.length },
      visibleToPatient: false,
    }),
  );
  await recordListRead(world, { actor, list, patientIds: [...asked, ...page.map((row) => row.patientId)] });
}
