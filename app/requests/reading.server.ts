import type { Db, Prisma } from '#app/db/client.server.ts';
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

export interface QueueRow extends RequestSummary {
  patientName: string;
  assigneeName: string | null;
}

const summaryFields = {
  id: true,
  reference: true,
  kind: true,
  status: true,
  resolution: true,
  receivedAt: true,
  timeZone: true,
  ruleId: true,
  ruleVersion: true,
  holidays: true,
  dueOn: true,
  respondedAt: true,
  closedAt: true,
} as const satisfies Prisma.PrivacyRequestSelect;

type SummaryRow = Prisma.PrivacyRequestGetPayload<{ select: typeof summaryFields }>;

function summary<Row extends SummaryRow>({ holidays, dueOn, ...row }: Row) {
  return { ...row, holidays: holidays.map(isoDate), dueOn: isoDate(dueOn) };
}

function isoDate(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** A patient's own requests, newest first. */
export async function requestsOfPatient(db: Db, patientId: string): Promise<RequestSummary[]> {
  const rows = await db.privacyRequest.findMany({
    where: { patientId },
    orderBy: { receivedAt: 'desc' },
    select: summaryFields,
  });
  return rows.map(summary);
}

export const queuePageSize = 20;

/** Open requests by last day, or answered and closed ones by when they ended. */
export async function requestQueue(
  db: Db,
  filter: { standing: 'open' | 'ended'; page: number },
): Promise<{ rows: QueueRow[]; total: number }> {
  const where: Prisma.PrivacyRequestWhereInput =
    filter.standing === 'open'
      ? { status: { notIn: ['draft', 'responded', 'closed'] } }
      : { status: { in: ['responded', 'closed'] } };
  const [rows, total] = await Promise.all([
    db.privacyRequest.findMany({
      where,
      orderBy:
        filter.standing === 'open'
          ? [{ dueOn: 'asc' }, { receivedAt: 'asc' }, { id: 'asc' }]
          : [{ receivedAt: 'desc' }, { id: 'asc' }],
      skip: (filter.page - 1) * queuePageSize,
      take: queuePageSize,
      select: {
        ...summaryFields,
        patient: { select: { givenName: true, familyName: true } },
        assignee: { select: { displayName: true } },
      },
    }),
    db.privacyRequest.count({ where }),
  ]);
  return {
    total,
    rows: rows.map(({ patient, assignee, ...row }) => ({
      ...summary(row),
      patientName: `${patient.givenName} ${patient.familyName}`,
      assigneeName: assignee?.displayName ?? null,
    })),
  };
}

export interface RequestDetail extends RequestSummary {
  patientId: string;
  details: Prisma.JsonValue;
  channel: string;
  version: number;
  filedBy: { name: string };
  assignee: { name: string } | null;
}

/**
 * One request. @param patientId whose it has to be; null for staff, who see all. A stranger's request is as absent as one that
 * does not exist.
 */
export async function findRequest(
  db: Db,
  id: string,
  patientId: string | null,
): Promise<RequestDetail | null> {
  const row = await db.privacyRequest.findFirst({
    where: { id, ...(patientId === null ? {} : { patientId }) },
    select: {
      ...summaryFields,
      patientId: true,
      details: true,
      channel: true,
      version: true,
      filedBy: { select: { displayName: true } },
      assignee: { select: { displayName: true } },
    },
  });
  if (!row) return null;
  return {
    ...summary(row),
    filedBy: { name: row.filedBy.displayName },
    assignee: row.assignee && { name: row.assignee.displayName },
  };
}
