import type { Role } from '#app/audit/actor.ts';
import type { AuditEventType } from '#app/audit/events.ts';
import { listsNaming, type Listed } from '#app/audit/list-reads.server.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import { recordGroup } from './records.server.ts';

export interface PatientEvent {
  id: bigint;
  at: Date;
  type: string;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  onBehalfOf: string | null;
  subjectId: string;
  requestId: string | null;
  after: Prisma.JsonValue;
  /** Of a list that the name was seen in: how often that day, where it stands for more than one look. */
  times?: number;
}

const fields = {
  id: true,
  at: true,
  type: true,
  actorKind: true,
  actorId: true,
  actorName: true,
  onBehalfOf: true,
  subjectId: true,
  requestId: true,
  after: true,
} as const satisfies Prisma.AuditEventSelect;

/** Leaves out what is about releases that the patient may not know of now (45 CFR 164.528(a)(2)). */
function tellable(hidden: readonly string[]): Prisma.AuditEventWhereInput {
  return hidden.length === 0 ? {} : { NOT: { subjectKind: 'disclosure', subjectId: { in: [...hidden] } } };
}

/**
 * The newest events of some kinds in a patient's history (in all records that are theirs) that the patient may see, newest first.
 * @param hidden ids of releases that the patient may not know of now
 */
export async function eventsOfPatient(
  db: Db,
  patientId: string,
  types: readonly AuditEventType[],
  { most, hidden }: { most: number; hidden: readonly string[] },
): Promise<PatientEvent[]> {
  return db.auditEvent.findMany({
    where: {
      patientId: { in: await recordGroup(db, patientId) },
      visibleToPatient: true,
      type: { in: [...types] },
      ...tellable(hidden),
    },
    orderBy: { id: 'desc' },
    take: most,
    select: fields,
  });
}

const activityPageSize = 30;

export interface ActivityQuestion {
  /** The record whose history is asked for, with what of it, and which releases (ids) are not told of; null for none. */
  record: { patientId: string; types: readonly AuditEventType[]; hidden: readonly string[] } | null;
  /** The account whose sign-ins and security are asked for; null for none. */
  account: { userId: string; types: readonly AuditEventType[] } | null;
  /** Lists that the patient's name was seen in (`listsNamingPatient`), newest first; none without a record. */
  listed: readonly Listed[];
  /** Only events with a lower id; null begins with the newest. */
  before: bigint | null;
}

/**
 * In which lists somebody of the facility saw a patient's name, for a page of activity. Asked with the facility's own eyes, before the
 * wall: an event of a list holds whom else it named.
 */
export async function listsNamingPatient(
  db: Db,
  patientId: string,
  told: Pick<Parameters<typeof listsNaming>[2], 'names' | 'before' | 'timeZone'>,
): Promise<Listed[]> {
  const group = await recordGroup(db, patientId);
  return listsNaming(db, group, { ...told, most: activityPageSize + 1 });
}

/** Who looked at or changed a patient's records, and what happened to an account, newest first, a page at a time. */
export async function activityOf(
  db: Db,
  { record, account, listed, before }: ActivityQuestion,
): Promise<{ events: PatientEvent[]; olderBefore: bigint | null }> {
  const older = before === null ? {} : { id: { lt: before } };
  const page = { orderBy: { id: 'desc' }, take: activityPageSize + 1, select: fields } as const;
  const group = record ? await recordGroup(db, record.patientId) : [];
  const [ofRecord, ofAccount, ofLists] = await Promise.all([
    record
      ? db.auditEvent.findMany({
          where: {
            ...older,
            patientId: { in: group },
            visibleToPatient: true,
            type: { in: [...record.types] },
            ...tellable(record.hidden),
          },
          ...page,
        })
      : [],
    account
      ? db.auditEvent.findMany({
          where: {
            ...older,
            type: { in: [...account.types] },
            subjectKind: 'user',
            subjectId: account.userId,
          },
          ...page,
        })
      : [],
    listed.length > 0
      ? db.auditEvent.findMany({
          where: { id: { in: listed.map(({ id }) => id) }, type: 'records.listed', visibleToPatient: true },
          select: fields,
        })
      : [],
  ]);
  const times = new Map(listed.map((one) => [one.id, one.times]));
  const looks = ofLists.map((event): PatientEvent => ({ ...event, times: times.get(event.id) ?? 1 }));
  const byId = new Map<bigint, PatientEvent>(
    [...ofRecord, ...ofAccount, ...looks].map((event) => [event.id, event]),
  );
  const sorted = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  const events = sorted.slice(0, activityPageSize);
  const last = events.at(-1);
  return { events, olderBefore: sorted.length > activityPageSize && last ? last.id : null };
}

export interface RecordReader {
  id: string;
  at: Date;
  actorName: string;
  role: Role;
}

/** Who at the facility looked at some records, the newest ten. */
export async function readersOf(db: Db, group: readonly string[]): Promise<RecordReader[]> {
  const rows = await db.auditEvent.findMany({
    where: {
      patientId: { in: [...group] },
      type: { in: ['records.read', 'request.read'] },
      actorKind: { in: ['staff', 'privacyOfficer', 'auditor'] },
    },
    orderBy: { id: 'desc' },
    take: 10,
    select: { id: true, at: true, actorName: true, actorKind: true },
  });
  return rows.map(({ id, actorKind, ...row }) => ({ ...row, id: id.toString(), role: actorKind as Role }));
}
