import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { recordListRead } from '#app/audit/list-reads.server.ts';
import { recordRead } from '#app/audit/reads.server.ts';
import { inTransaction, type Db, type Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { startOfLocalDate } from '#app/facility/local-date.ts';
import { can } from '#app/people/can.ts';
import { closedRecords } from '#app/people/record-looks.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import { daysAfter } from './suspension-rules.ts';
import { suspendedRecipients } from './suspensions.server.ts';

export interface LedgerQuestion {
  /** A patient number, whoever gave it; empty for any patient. */
  number: string;
  /** Null: any recipient. */
  vendorId: string | null;
  /** Study UID or accession number; empty for any. */
  study: string;
  /** Facility-local dates `YYYY-MM-DD`, both included; empty: open. */
  from: string;
  to: string;
  /** A legal basis, `none` for one that nobody knows, empty for any. */
  basis: string;
  /** Whether the law lists it; null: both. */
  required: boolean | null;
  /** The last row of the page before; null begins with the newest. */
  after: string | null;
}

const fields = {
  id: true,
  patientId: true,
  vendorId: true,
  occurredAt: true,
  assumedTimeZone: true,
  timeOfDayKnown: true,
  recordedAt: true,
  studyUid: true,
  accessionNumber: true,
  modality: true,
  studyOn: true,
  instanceCount: true,
  anonymized: true,
  destination: true,
  purpose: true,
  legalBasis: true,
  legallyRequired: true,
  exclusionReason: true,
  releaseRuleId: true,
  releaseRuleVersion: true,
  correctsId: true,
  correctionReason: true,
  retracted: true,
  correctedBy: { select: { id: true } },
  patient: { select: { givenName: true, familyName: true } },
  vendor: { select: { name: true } },
  evidence: {
    select: {
      role: true,
      auditRecord: {
        select: {
          id: true,
          format: true,
          sha256: true,
          receivedAt: true,
          batch: { select: { channel: true } },
        },
      },
    },
    take: 10,
  },
  _count: { select: { evidence: true } },
} as const satisfies Prisma.DisclosureSelect;

export interface LedgerEntry extends Prisma.DisclosureGetPayload<{ select: typeof fields }> {
  /** An agency's statement keeps it from the patient now. */
  suspended: boolean;
  /** It went out while a "no" was in force. */
  againstNo: boolean;
}

const ledgerPageSize = 25;

/**
 * Searches the whole ledger, what was corrected too, the newest release first, a page at a time. One event tells that there was a search
 * and how many rows it showed, and of a search for one patient a read of their records; what was typed is not kept.
 */
export async function searchLedger(
  world: World,
  actor: Person,
  question: LedgerQuestion,
): Promise<{ entries: LedgerEntry[]; next: string | null }> {
  const { db } = world;
  const patients = question.number === '' ? null : await patientsWithNumber(db, question.number);
  // A record that is closed to staff is not found here either, whoever has opened it for an hour.
  const closed = can(actor.role, 'records.seeClosed') ? [] : await closedRecords(db);
  const where = {
    AND: [await whereOf(db, question, patients), { patientId: { notIn: closed } }],
  };
  const { after } = question;
  const known = after !== null && (await db.disclosure.count({ where: { id: after } })) > 0;
  const rows = await db.disclosure.findMany({
    where,
    orderBy: [{ occurredAt: 'desc' }, { id: 'desc' }],
    ...(known ? { cursor: { id: after }, skip: 1 } : {}),
    take: ledgerPageSize + 1,
    select: fields,
  });
  const page = rows.slice(0, ledgerPageSize);
  const now = world.clock();
  await inTransaction(db, (tx) =>
    appendEvent(tx, {
      type: 'records.read',
      actor,
      at: now,
      subject: { kind: 'ledgerSearch', id: actor.id },
      after: { found: page.length },
      visibleToPatient: false,
    }),
  );
  for (const id of patients?.found ?? [])
    await recordRead(world, {
      type: 'records.read',
      actor,
      subject: { kind: 'patient', id },
      patientId: id,
    });
  await recordListRead(world, {
    actor,
    list: 'ledger',
    patientIds: page.map(({ patientId }) => patientId),
  });
  const last = page.at(-1);
  return {
    entries: await withMarks(db, page, now),
    next: rows.length > ledgerPageSize && last ? last.id : null,
  };
}

async function patientsWithNumber(db: Db, number: string): Promise<{ found: string[]; all: string[] }> {
  const rows = await db.patientIdentifier.findMany({
    where: { value: number },
    distinct: ['patientId'],
    select: { patientId: true },
  });
  const found = rows.map(({ patientId }) => patientId);
  return { found, all: [...(await recordGroups(db, found)).values()].flat() };
}

async function whereOf(
  db: Db,
  { vendorId, study, from, to, basis, required }: LedgerQuestion,
  patients: { all: string[] } | null,
): Promise<Prisma.DisclosureWhereInput> {
  const { timeZone } = await theFacility(db);
  return {
    ...(patients ? { patientId: { in: patients.all } } : {}),
    ...(vendorId ? { vendorId } : {}),
    ...(study ? { OR: [{ studyUid: study }, { accessionNumber: study }] } : {}),
    ...(from || to
      ? {
          occurredAt: {
            ...(from ? { gte: startOfLocalDate(from, timeZone) } : {}),
            ...(to ? { lt: startOfLocalDate(daysAfter(to, 1), timeZone) } : {}),
          },
        }
      : {}),
    ...(basis ? { legalBasis: basis === 'none' ? null : basis } : {}),
    ...(required === null ? {} : { legallyRequired: required }),
  };
}

async function withMarks(
  db: Db,
  rows: readonly Prisma.DisclosureGetPayload<{ select: typeof fields }>[],
  now: Date,
): Promise<LedgerEntry[]> {
  const groups = await recordGroups(
    db,
    rows.map(({ patientId }) => patientId),
  );
  const hidden = new Map<string, string[]>();
  for (const [id, group] of groups) hidden.set(id, await suspendedRecipients(db, group, now));
  const alerts = await db.optOutAlert.findMany({
    where: { disclosureId: { in: rows.map(({ id }) => id) } },
    select: { disclosureId: true },
  });
  return rows.map((row) => ({
    ...row,
    suspended: hidden.get(row.patientId)?.includes(row.vendorId) ?? false,
    againstNo: alerts.some(({ disclosureId }) => disclosureId === row.id),
  }));
}
