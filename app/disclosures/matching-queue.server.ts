import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import { endpointRegister } from '#app/vendors/vendors.server.ts';
import type { Reading } from './ingest/dicom-audit/reading.ts';
import { habitsOf } from './ingest/known.server.ts';
import { groupOf, groupKinds, type Group, type GroupKey, type GroupKind, type HeldAs } from './matching.ts';

export function groupIdOf({ kind, key }: Group): string {
  const sorted = Object.entries(key).sort(([a], [b]) => (a < b ? -1 : 1));
  return sha256Hex(JSON.stringify([kind, sorted]));
}

export { holdRegisters, lockRegisters } from '#app/vendors/register-lock.server.ts';

export interface HeldRecord extends HeldAs {
  recordId: string;
  reading: Reading;
  receivedAt: Date;
}

/** The groups that held records wait in, by record, as the registers stand. */
export async function groupsOf(tx: Tx, held: readonly HeldRecord[]): Promise<Map<string, Group>> {
  const transfers = held.flatMap(({ reading }) => (reading.outcome === 'transfer' ? [reading.transfer] : []));
  const needsEndpoints = held.some(({ reason }) => reason.startsWith('recipient'));
  const [habits, endpointsAt] = await Promise.all([
    habitsOf(
      tx,
      transfers.map(({ auditSourceId }) => auditSourceId),
    ),
    needsEndpoints ? endpointRegister(tx) : () => [],
  ]);
  return new Map(
    held.map(({ recordId, reading, ...as }) => {
      const transfer = reading.outcome === 'transfer' ? reading.transfer : null;
      return [
        recordId,
        groupOf(reading, as, {
          endpoints: transfer ? endpointsAt(transfer.occurredAt) : [],
          defaultIssuer: (transfer && habits.get(transfer.auditSourceId)?.defaultIssuer) ?? null,
        }),
      ];
    }),
  );
}

/** Lets held records wait for a person; one of a group that was set aside for good is set aside at once. */
export async function placeInQueue(tx: Tx, held: readonly HeldRecord[], now: Date): Promise<void> {
  if (held.length === 0) return;
  const groups = await groupsOf(tx, held);
  const placed = held.map(({ recordId, receivedAt }) => {
    const { kind, key } = groups.get(recordId)!;
    return { recordId, receivedAt, groupId: groupIdOf({ kind, key }), groupKind: kind, groupKey: { ...key } };
  });
  const standing = await setAsideForGood(
    tx,
    placed.map(({ groupId }) => groupId),
  );
  const waits = placed.filter(({ groupId }) => !standing.has(groupId));
  const settled = placed.filter(({ groupId }) => standing.has(groupId));
  if (settled.length > 0) {
    await tx.recordSettlement.createMany({
      data: settled.map(({ recordId, groupId }) => ({
        id: newRowId(now),
        recordId,
        decisionId: standing.get(groupId)!,
        state: 'setAside' as const,
        settledAt: now,
      })),
    });
  }
  if (waits.length > 0) await tx.waitingRecord.createMany({ data: waits, skipDuplicates: true });
}

async function setAsideForGood(tx: Tx, groupIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await tx.matchingDecision.findMany({
    where: {
      groupId: { in: [...new Set(groupIds)] },
      kind: 'setAside',
      // What is wrong with one message's content says nothing of the next one's.
      groupKind: { not: 'quarantined' satisfies GroupKind },
      undoneAt: null,
    },
    select: { id: true, groupId: true },
  });
  return new Map(rows.map(({ id, groupId }) => [groupId, id]));
}

/** Messages that could not be assigned: what waits for a person, and what the sender was asked about. */
export async function countUnmatched(db: Db | Tx, window?: { from: Date; until: Date }): Promise<number> {
  const within = window
    ? { record: { OR: [{ occurredAt: null }, { occurredAt: { gte: window.from, lt: window.until } }] } }
    : {};
  const [waiting, asked] = await Promise.all([
    db.waitingRecord.count({ where: within }),
    db.recordSettlement.count({
      where: { state: 'setAside', decision: { kind: 'askSender', undoneAt: null }, ...within },
    }),
  ]);
  return waiting + asked;
}

export interface WaitingGroup {
  id: string;
  kind: GroupKind;
  key: GroupKey;
  count: number;
  oldest: Date;
  newest: Date;
}

interface GroupRow {
  id: string;
  kind: string;
  key: unknown;
  count: number;
  oldest: Date;
  newest: Date;
}

function waitingGroup({ kind, key, ...row }: GroupRow): WaitingGroup {
  return { ...row, kind: groupKindOf(kind), key: groupKeyOf(key) };
}

export function groupKindOf(kind: string): GroupKind {
  return groupKinds.find((one) => one === kind) ?? 'quarantined';
}

export function groupKeyOf(key: unknown): GroupKey {
  return key !== null && typeof key === 'object' ? (key as GroupKey) : {};
}

const groupsAPage = 20;

/** @param after the last group of the page before */
export async function waitingGroups(
  db: Db,
  { kind, after }: { kind?: GroupKind | undefined; after?: { oldest: Date; id: string } | undefined },
): Promise<{ groups: WaitingGroup[]; hasMore: boolean }> {
  const ofKind = kind ? Prisma.sql`where group_kind = ${kind}` : Prisma.empty;
  const later = after
    ? Prisma.sql`having (min(received_at), group_id) > (${after.oldest.toISOString()}::timestamptz, ${after.id})`
    : Prisma.empty;
  const rows = await db.$queryRaw<GroupRow[]>`
    select group_id as id, min(group_kind) as kind, (array_agg(group_key))[1] as key, count(*)::int as count,
           min(received_at) as oldest, max(received_at) as newest
    from waiting_record ${ofKind} group by group_id ${later}
    order by min(received_at), group_id limit ${groupsAPage + 1}`;
  return { groups: rows.slice(0, groupsAPage).map(waitingGroup), hasMore: rows.length > groupsAPage };
}

export async function waitingTotals(db: Db): Promise<{ kind: GroupKind; groups: number; records: number }[]> {
  const rows = await db.$queryRaw<{ kind: string; groups: number; records: number }[]>`
    select group_kind as kind, count(distinct group_id)::int as groups, count(*)::int as records
    from waiting_record group by group_kind`;
  return rows.map((row) => ({ ...row, kind: groupKindOf(row.kind) }));
}

export async function waitingGroupById(db: Db | Tx, id: string): Promise<WaitingGroup | null> {
  const [row] = await db.$queryRaw<GroupRow[]>`
    select group_id as id, min(group_kind) as kind, (array_agg(group_key))[1] as key, count(*)::int as count,
           min(received_at) as oldest, max(received_at) as newest
    from waiting_record where group_id = ${id} group by group_id`;
  return row ? waitingGroup(row) : null;
}

/** When the first of the transfers that wait in a group happened, as they tell; null where none tells. */
export async function earliestEventIn(db: Db, groupId: string): Promise<Date | null> {
  const found = await db.auditRecord.aggregate({
    where: { waiting: { groupId } },
    _min: { occurredAt: true },
  });
  return found._min.occurredAt;
}
