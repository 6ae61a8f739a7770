import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { recordGroup, recordGroups } from '#app/people/records.server.ts';
import type { Locale } from '#app/words/locales.ts';
import type { OptOutRecord } from './decide.ts';
import type { OptOutPurpose } from './purposes.ts';

/** What a patient chose, as their form was checked. */
export interface OptOutChoice {
  purposes: OptOutPurpose[];
  vendors: 'all' | string[];
  studies: 'all' | string[];
  coversDeidentified: boolean;
}

interface Filing {
  actor: Person;
  patientId: string;
  requestId: string;
  now: Date;
  wording: { version: string; locale: Locale };
}

/** Writes a "no". In force for export checks from the commit of `tx`. @returns the record's id */
export async function recordDenial(tx: Tx, filing: Filing, choice: OptOutChoice): Promise<string> {
  const { id } = await tx.optOut.create({
    data: {
      ...rowOf(filing),
      act: 'denied',
      purposes: choice.purposes,
      vendorReach: choice.vendors === 'all' ? 'all' : 'named',
      vendorIds: choice.vendors === 'all' ? [] : choice.vendors,
      studyReach: choice.studies === 'all' ? 'all' : 'named',
      studyUids: choice.studies === 'all' ? [] : choice.studies,
      coversDeidentified: choice.coversDeidentified,
    },
    select: { id: true },
  });
  await appendOptOutEvent(tx, filing, 'optOut.filed', id, { ...choice });
  return id;
}

export type WithdrawalRefusal = 'notFound' | 'alreadyWithdrawn';

/**
 * Writes the withdrawal of an earlier "no" as a record of its own, under the patient's record. The earlier one stays as it was, in
 * whichever record of the group it was filed for: were the records parted again, it would count there as before, since the withdrawal
 * stays with the other.
 */
export async function recordWithdrawal(
  tx: Tx,
  filing: Filing,
  deniedId: string,
): Promise<string | WithdrawalRefusal> {
  const group = await recordGroup(tx, filing.patientId);
  const denied = await tx.optOut.findFirst({
    where: {
      id: deniedId,
      patientId: { in: group },
      act: 'denied',
      // Whoever may file but not see reaches only what they filed themselves.
      ...(filing.actor.onBehalfOf?.scope === 'file' ? { recordedById: filing.actor.id } : {}),
    },
    select: {
      purposes: true,
      vendorReach: true,
      vendorIds: true,
      studyReach: true,
      studyUids: true,
      coversDeidentified: true,
      supersededBy: { where: { patientId: { in: group } }, select: { id: true } },
    },
  });
  if (!denied) return 'notFound';
  const { supersededBy, ...scope } = denied;
  if (supersededBy.length > 0) return 'alreadyWithdrawn';
  const { id } = await tx.optOut.create({
    data: { ...rowOf(filing), ...scope, act: 'withdrawn', supersedesId: deniedId },
    select: { id: true },
  });
  await appendOptOutEvent(tx, filing, 'optOut.withdrawn', id, { withdraws: deniedId });
  return id;
}

function rowOf(filing: Filing) {
  return {
    patientId: filing.patientId,
    requestId: filing.requestId,
    recordedById: filing.actor.id,
    effectiveFrom: filing.now,
    recordedAt: filing.now,
    wordingVersion: filing.wording.version,
    wordingLocale: filing.wording.locale,
  };
}

function appendOptOutEvent(
  tx: Tx,
  filing: Filing,
  type: 'optOut.filed' | 'optOut.withdrawn',
  id: string,
  after: Record<string, string | boolean | string[]>,
) {
  return appendEvent(tx, {
    type,
    actor: filing.actor,
    at: filing.now,
    subject: { kind: 'optOut', id },
    patientId: filing.patientId,
    requestId: filing.requestId,
    after: { ...after, wordingVersion: filing.wording.version, wordingLocale: filing.wording.locale },
    visibleToPatient: true,
  });
}

const recordFields = {
  id: true,
  sequence: true,
  patientId: true,
  act: true,
  purposes: true,
  vendorReach: true,
  vendorIds: true,
  studyReach: true,
  studyUids: true,
  coversDeidentified: true,
  effectiveFrom: true,
  expiresAt: true,
  recordedAt: true,
  supersedesId: true,
} as const;

/**
 * All records of some patients, ready for `decideExport`: also those of records that are one person with them, so that a "no" in any of
 * them counts for all. A withdrawal ends only the denial that it names.
 */
export async function optOutRecordsOf(
  db: Db | Tx,
  patientIds: string[],
): Promise<Map<string, OptOutRecord[]>> {
  const byPatient = new Map<string, OptOutRecord[]>();
  if (patientIds.length === 0) return byPatient;
  const groups = await recordGroups(db, patientIds);
  const rows = await db.optOut.findMany({
    where: { patientId: { in: [...new Set([...groups.values()].flat())] } },
    select: recordFields,
    orderBy: { sequence: 'asc' },
  });
  const askedBy = new Map<string, string[]>();
  for (const [asked, group] of groups)
    for (const member of group) askedBy.set(member, [...(askedBy.get(member) ?? []), asked]);
  for (const { patientId, vendorReach, vendorIds, studyReach, studyUids, ...row } of rows) {
    const record: OptOutRecord = {
      ...row,
      vendors: vendorReach === 'all' ? 'all' : vendorIds,
      studies: studyReach === 'all' ? 'all' : studyUids,
    };
    for (const asked of askedBy.get(patientId) ?? [])
      byPatient.set(asked, [...(byPatient.get(asked) ?? []), record]);
  }
  return byPatient;
}

export interface OptOutInHistory {
  id: string;
  /** The record that it was filed for; another one where records were merged. */
  patientId: string;
  /** Who filed it: the patient, or somebody on their behalf. */
  recordedById: string;
  act: OptOutRecord['act'];
  purposes: OptOutPurpose[];
  vendorIds: string[] | 'all';
  coversDeidentified: boolean;
  effectiveFrom: Date;
  reference: string;
  requestId: string;
  /** When it was withdrawn, if it was. */
  withdrawnAt: Date | null;
  /** Times an export was refused because of it, and the last of them. */
  blocked: number;
  lastBlockedAt: Date | null;
}

/** What a patient decided, in all records that are theirs, newest first, and what it stopped. */
export async function optOutHistory(db: Db, patientId: string): Promise<OptOutInHistory[]> {
  const group = await recordGroup(db, patientId);
  const rows = await db.optOut.findMany({
    where: { patientId: { in: group }, act: 'denied' },
    orderBy: { sequence: 'desc' },
    select: {
      ...recordFields,
      recordedById: true,
      requestId: true,
      request: { select: { reference: true } },
      supersededBy: { where: { patientId: { in: group } }, select: { effectiveFrom: true }, take: 1 },
      // A question about the past ("was it allowed on 3 May?") stopped nothing.
      _count: { select: { blocked: { where: { check: { asOfAt: null } } } } },
      blocked: {
        where: { check: { asOfAt: null } },
        select: { check: { select: { checkedAt: true } } },
        orderBy: { check: { checkedAt: 'desc' } },
        take: 1,
      },
    },
  });
  return rows.map((row) => ({
    id: row.id,
    patientId: row.patientId,
    recordedById: row.recordedById,
    act: row.act,
    purposes: row.purposes,
    vendorIds: row.vendorReach === 'all' ? 'all' : row.vendorIds,
    coversDeidentified: row.coversDeidentified,
    effectiveFrom: row.effectiveFrom,
    reference: row.request.reference,
    requestId: row.requestId,
    withdrawnAt: row.supersededBy[0]?.effectiveFrom ?? null,
    blocked: row._count.blocked,
    lastBlockedAt: row.blocked[0]?.check.checkedAt ?? null,
  }));
}
