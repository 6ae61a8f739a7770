import type { Db, Prisma } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { clockFields, dateText, keptClock } from './kept-clock.server.ts';
import type { RequestKind } from './kinds/kind.ts';
import type { RequestResolution, RequestStatus } from './moves.ts';
import type { KeptClock } from './request-clock.ts';

export interface RequestSummary extends KeptClock {
  id: string;
  reference: string;
  kind: RequestKind;
  status: RequestStatus;
  resolution: RequestResolution | null;
  dueOn: string;
}

const summaryFields = {
  ...clockFields,
  id: true,
  reference: true,
  kind: true,
  status: true,
  resolution: true,
  dueOn: true,
} as const satisfies Prisma.PrivacyRequestSelect;

type SummaryRow = Prisma.PrivacyRequestGetPayload<{ select: typeof summaryFields }>;

function summary<Row extends SummaryRow>(row: Row) {
  return { ...row, ...keptClock(row), dueOn: dateText(row.dueOn) };
}

/**
 * A patient's requests, in all records that are theirs, newest first.
 * @param filedById only what this person filed, for a representative who may file but not see
 */
export async function requestsOfPatient(
  db: Db,
  patientId: string,
  filedById?: string,
): Promise<RequestSummary[]> {
  const rows = await db.privacyRequest.findMany({
    where: {
      patientId: { in: await recordGroup(db, patientId) },
      ...(filedById === undefined ? {} : { filedById }),
    },
    orderBy: { receivedAt: 'desc' },
    select: summaryFields,
  });
  return rows.map(summary);
}

export const queuePageSize = 20;

/** Requests that somebody still has to do something about. A draft has not been sent to the facility yet. */
const isOpen = {
  status: { notIn: ['draft', 'responded', 'closed'] },
} as const satisfies Prisma.PrivacyRequestWhereInput;

export interface RequestDetail extends RequestSummary {
  patientId: string;
  details: Prisma.JsonValue;
  channel: string;
  version: number;
  /** `isPatient`: by the patient, not on their behalf. */
  filedBy: { id: string; name: string; isPatient: boolean };
  assignee: { name: string } | null;
}

/**
 * One request. @param patientId whose it has to be (in any record that is theirs); null for staff, who see all. A stranger's request is
 * as absent as one that does not exist.
 */
export async function findRequest(
  db: Db,
  id: string,
  patientId: string | null,
): Promise<RequestDetail | null> {
  const row = await db.privacyRequest.findFirst({
    where: { id, ...(patientId === null ? {} : { patientId: { in: await recordGroup(db, patientId) } }) },
    select: {
      ...summaryFields,
      patientId: true,
      details: true,
      channel: true,
      version: true,
      filedBy: { select: { id: true, displayName: true, patientId: true } },
      assignee: { select: { displayName: true } },
    },
  });
  if (!row) return null;
  const { filedBy } = row;
  const group = filedBy.patientId ? await recordGroup(db, row.patientId) : [];
  return {
    ...summary(row),
    filedBy: {
      id: filedBy.id,
      name: filedBy.displayName,
      isPatient: filedBy.patientId !== null && group.includes(filedBy.patientId),
    },
    assignee: row.assignee && { name: row.assignee.displayName },
  };
}

export interface OpenWork {
  kind: RequestKind;
  open: number;
  /** Of them, those whose last day has passed. */
  late: number;
  /** The earliest last day among them. */
  earliestDueOn: string;
}

/**
 * What waits for an answer, by kind, the most urgent kind first, and the one request to begin with.
 * @param todayOn the facility's local date: a last day before it is late
 */
export async function openWork(
  db: Db,
  todayOn: string,
): Promise<{ work: OpenWork[]; mostUrgent: { id: string; reference: string } | null }> {
  const [kinds, late, mostUrgent] = await Promise.all([
    db.privacyRequest.groupBy({ by: ['kind'], where: isOpen, _count: true, _min: { dueOn: true } }),
    db.privacyRequest.groupBy({
      by: ['kind'],
      where: { ...isOpen, dueOn: { lt: new Date(`${todayOn}T00:00:00Z`) } },
      _count: true,
    }),
    db.privacyRequest.findFirst({
      where: isOpen,
      orderBy: [{ dueOn: 'asc' }, { receivedAt: 'asc' }, { id: 'asc' }],
      select: { id: true, reference: true },
    }),
  ]);
  const work = kinds.map(({ kind, _count, _min }) => ({
    kind,
    open: _count,
    late: late.find((one) => one.kind === kind)?._count ?? 0,
    earliestDueOn: dateText(_min.dueOn!),
  }));
  return { work: work.sort((a, b) => (a.earliestDueOn < b.earliestDueOn ? -1 : 1)), mostUrgent };
}

export interface DueRequest {
  id: string;
  reference: string;
  /** Facility-local last day. */
  dueOn: string;
  ruleId: string;
  ruleVersion: number;
}

/** Open requests whose last day is on or before a date, late ones too, earliest first. */
export async function openDueBy(db: Db, lastOn: string): Promise<DueRequest[]> {
  const rows = await db.privacyRequest.findMany({
    where: { ...isOpen, dueOn: { lte: new Date(`${lastOn}T00:00:00Z`) } },
    orderBy: [{ dueOn: 'asc' }, { receivedAt: 'asc' }, { id: 'asc' }],
    select: { id: true, reference: true, dueOn: true, ruleId: true, ruleVersion: true },
  });
  return rows.map((row) => ({ ...row, dueOn: dateText(row.dueOn) }));
}

/** Answered requests, the newest answer first. Those that were withdrawn have no answer and are not among them. */
export async function answeredRequests(
  db: Db,
  page: number,
): Promise<{ rows: RequestSummary[]; total: number }> {
  const where: Prisma.PrivacyRequestWhereInput = { status: 'responded' };
  const [rows, total] = await Promise.all([
    db.privacyRequest.findMany({
      where,
      orderBy: [{ respondedAt: 'desc' }, { id: 'asc' }],
      skip: (page - 1) * queuePageSize,
      take: queuePageSize,
      select: summaryFields,
    }),
    db.privacyRequest.count({ where }),
  ]);
  return { rows: rows.map(summary), total };
}

/** Whose request a reference number is; null when there is no such number. */
export function findByReference(
  db: Db,
  reference: string,
): Promise<{ id: string; reference: string; kind: RequestKind; patientId: string } | null> {
  return db.privacyRequest.findUnique({
    where: { reference },
    select: { id: true, reference: true, kind: true, patientId: true },
  });
}
