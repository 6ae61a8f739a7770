import { Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import { withLongText } from '#app/db/long-texts.server.ts';
import { rowsAsJson } from '#app/db/rows-as-json.ts';
import { actorId } from './actor.ts';
import type { AuditEntry } from './events.ts';

/**
 * Writes an event in the transaction of the change it tells of: both are kept, or neither. It takes its place in the chain once it is
 * committed (app/audit/seal.server.ts), so that writers do not wait for each other.
 */
export async function appendEvent(tx: Tx, entry: AuditEntry): Promise<void> {
  await appendEvents(tx, [entry]);
}

/** The same for an event that a letter tells of. @returns its id */
export async function appendEventToTell(tx: Tx, entry: AuditEntry): Promise<bigint> {
  const [row] = await tx.$queryRaw<{ id: bigint }[]>`${insertOf(rowsAsJson([rowOf(entry)]))} returning id`;
  return row!.id;
}

/** The same for many, in their order. */
export async function appendEvents(tx: Tx, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await withLongText(rowsAsJson(entries.map(rowOf)), (json) => tx.$executeRaw(insertOf(json)));
}

const insertOf = (json: string) => Prisma.sql`
    insert into audit_event (at, type, actor_kind, actor_id, actor_name, on_behalf_of, subject_kind, subject_id, patient_id, request_id,
                             shown_patient_ids, before, after, reason, visible_to_patient)
    select at, type, actor_kind, actor_id, actor_name, on_behalf_of, subject_kind, subject_id, patient_id, request_id,
           shown_patient_ids, before, after, reason, visible_to_patient
      from json_populate_recordset(null::audit_event, ${json}::json)`;

function rowOf(entry: AuditEntry) {
  const { actor } = entry;
  return {
    at: entry.at,
    type: entry.type,
    actor_kind: actor.kind === 'person' ? actor.role : actor.kind,
    actor_id: actorId(actor),
    actor_name: actor.name,
    on_behalf_of: actor.kind === 'person' ? actor.onBehalfOf?.name : undefined,
    subject_kind: entry.subject.kind,
    subject_id: entry.subject.id,
    patient_id: entry.patientId,
    request_id: entry.requestId,
    shown_patient_ids: [...(entry.shownPatientIds ?? [])],
    before: entry.before,
    after: entry.after,
    reason: entry.reason,
    visible_to_patient: entry.visibleToPatient,
  };
}

export interface RequestEvent {
  id: bigint;
  at: Date;
  type: string;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  onBehalfOf: string | null;
  before: Prisma.JsonValue;
  after: Prisma.JsonValue;
  reason: string | null;
  visibleToPatient: boolean;
}

/** The history of one request, oldest first. */
export function eventsOfRequest(
  db: Db,
  requestId: string,
  only?: 'visibleToPatient',
): Promise<RequestEvent[]> {
  return db.auditEvent.findMany({
    where: { requestId, ...(only ? { visibleToPatient: true } : {}) },
    orderBy: { id: 'asc' },
    select: {
      id: true,
      at: true,
      type: true,
      actorKind: true,
      actorId: true,
      actorName: true,
      onBehalfOf: true,
      before: true,
      after: true,
      reason: true,
      visibleToPatient: true,
    },
  });
}

const trailFields = {
  id: true,
  at: true,
  type: true,
  actorKind: true,
  actorId: true,
  actorName: true,
  onBehalfOf: true,
  subjectKind: true,
  subjectId: true,
  patientId: true,
  requestId: true,
  before: true,
  after: true,
  reason: true,
  visibleToPatient: true,
  recordedAt: true,
  shownPatientIds: true,
  seal: { select: { sequence: true, hash: true } },
} as const satisfies Prisma.AuditEventSelect;

/** An event as an auditor reads it: with its place in the chain and its hash. */
export interface TrailEvent extends RequestEvent {
  subjectKind: string;
  subjectId: string;
  patientId: string | null;
  /** When it was written down, by the database's own clock; null for one from before that was kept. */
  recordedAt: Date | null;
  shownPatientIds: string[];
  /** Of the request that it belongs to; null also for one that is not kept any more. */
  reference: string | null;
  kind: string | null;
  /** Its place in the chain; null until it is sealed, moments after its commit. */
  seal: { sequence: bigint; hash: string } | null;
}

type TrailRow = Prisma.AuditEventGetPayload<{ select: typeof trailFields }>;

/** Events with the references and kinds of their requests. */
async function trailEvents(db: Db, rows: TrailRow[]): Promise<TrailEvent[]> {
  const ids = [...new Set(rows.flatMap(({ requestId }) => requestId ?? []))];
  const requests =
    ids.length === 0
      ? []
      : await db.privacyRequest.findMany({
          where: { id: { in: ids } },
          select: { id: true, reference: true, kind: true },
        });
  const found = new Map(requests.map((request) => [request.id, request]));
  return rows.map((row) => {
    const { reference = null, kind = null } = found.get(row.requestId ?? '') ?? {};
    return { ...row, reference, kind };
  });
}

/** The audit trail of one request, oldest first, for those who read the audit: also what its patient does not see. */
export async function trailOfRequest(db: Db, requestId: string): Promise<TrailEvent[]> {
  const rows = await db.auditEvent.findMany({
    where: { requestId },
    orderBy: { id: 'asc' },
    select: trailFields,
  });
  return trailEvents(db, rows);
}

export const trailPageSize = 50;

/**
 * All events, newest first, a page at a time. @param before only events with a lower id; null begins with the newest
 * @returns `olderBefore`: what to give as `before` for the next page; null on the last one
 */
export async function newestEvents(
  db: Db,
  before: bigint | null,
): Promise<{ events: TrailEvent[]; olderBefore: bigint | null }> {
  const rows = await db.auditEvent.findMany({
    where: before === null ? {} : { id: { lt: before } },
    orderBy: { id: 'desc' },
    take: trailPageSize + 1,
    select: trailFields,
  });
  const events = await trailEvents(db, rows.slice(0, trailPageSize));
  const last = events.at(-1);
  return { events, olderBefore: rows.length > trailPageSize && last ? last.id : null };
}
