import type { Db, Prisma } from '#app/db/client.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { clockFields, dateText, keptClock } from './kept-clock.server.ts';
import type { RequestKind } from './kinds/registry.ts';
import { openStatuses, type RequestResolution, type RequestStatus } from './moves.ts';
import type { KeptClock } from './request-clock.ts';
import { answeredCount } from './tallies.server.ts';

export interface RequestSummary extends KeptClock {
  id: string;
  reference: string;
  kind: RequestKind;
  status: RequestStatus;
  resolution: RequestResolution | null;
  /** False where only the day of `receivedAt` is known. */
  receivedTimeKnown: boolean;
  dueOn: string;
  /** The patient was told a cost and has not chosen yet: nothing is done before. */
  feeWaits: boolean;
}

const summaryFields = {
  ...clockFields,
  id: true,
  reference: true,
  kind: true,
  status: true,
  resolution: true,
  receivedTimeKnown: true,
  dueOn: true,
  feeNotice: { select: { choice: true } },
} as const satisfies Prisma.PrivacyRequestSelect;

type SummaryRow = Prisma.PrivacyRequestGetPayload<{ select: typeof summaryFields }>;

function summary<Row extends SummaryRow>({ feeNotice, ...row }: Row) {
  return { ...row, ...keptClock(row), dueOn: dateText(row.dueOn), feeWaits: feeWaits(row.status, feeNotice) };
}

export const feeWaits = (status: RequestStatus, fee: { choice: unknown } | null): boolean =>
  openStatuses.some((one) => one === status) && fee !== null && fee.choice === null;

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

export interface RequestDetail extends RequestSummary {
  patientId: string;
  /** Whose law it is answered by, whatever the facility sets since it came. */
  jurisdiction: string;
  details: Prisma.JsonValue;
  channel: string;
  version: number;
  /** `isPatient`: by the patient, not on their behalf. */
  filedBy: { id: string; name: string; isPatient: boolean };
  assignee: { name: string } | null;
  /** Of an answer that was sent: the ground of its "no"; null where it is none. */
  ground: string | null;
  /** The request that is answered for this one too, where they are the same. */
  duplicateOf: { id: string; reference: string; status: RequestStatus } | null;
  /** References of requests that were closed because this one is answered for them too. */
  answersToo: string[];
}

/** In whose record a request is. */
export async function patientOfRequest(db: Db, id: string): Promise<string | null> {
  const row = await db.privacyRequest.findUnique({ where: { id }, select: { patientId: true } });
  return row?.patientId ?? null;
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
      jurisdiction: true,
      details: true,
      channel: true,
      version: true,
      filedBy: { select: { id: true, displayName: true, patientId: true } },
      assignee: { select: { displayName: true } },
      duplicates: { where: { resolution: 'duplicate' }, select: { reference: true } },
      duplicateOf: { select: { id: true, reference: true, status: true } },
      response: { select: { ground: true, sentAt: true } },
    },
  });
  if (!row) return null;
  const { filedBy, response, duplicates, ...rest } = row;
  const group = filedBy.patientId ? await recordGroup(db, row.patientId) : [];
  return {
    ...summary(rest),
    answersToo: duplicates.map(({ reference }) => reference).sort(),
    ground: response?.sentAt ? response.ground : null,
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
  /** The earliest last day among them; null: all their clocks stand still. */
  earliestDueOn: string | null;
}

/** Answered requests, the newest answer first. Those that were withdrawn have no answer and are not among them. */
export async function answeredRequests(
  db: Db,
  page: number,
): Promise<{ rows: RequestSummary[]; total: number }> {
  const [rows, total] = await Promise.all([
    db.privacyRequest.findMany({
      where: { status: 'responded' },
      // The one status is named too, so that the index is read in its order: see docs/decisions/022-row-level-security.md.
      orderBy: [{ status: 'asc' }, { respondedAt: 'desc' }, { id: 'asc' }],
      skip: (page - 1) * queuePageSize,
      take: queuePageSize,
      select: summaryFields,
    }),
    answeredCount(db),
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
