import type { Actor, Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, Prisma, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { knownTo } from './ingest/known.server.ts';
import { resolveTransfer, type Resolved } from './ingest/resolve.ts';
import { undoableFor, type GroupKind } from './matching.ts';
import { groupIdOf, groupKeyOf, groupsOf, lockRegisters, type HeldRecord } from './matching-queue.server.ts';
import { readKept, type KeptRecord } from './matching-records.server.ts';
import { firstId, personOf, recordsABatch, writeSettlements } from './matching-settle.server.ts';

export type UndoRefusal = 'notFound' | 'undoneAlready' | 'tooLate';

/** Takes back what a decision changed in the registers, and queues the unsettling of what it settled. */
export function undoDecision(
  world: World,
  { actor, decisionId, reason }: { actor: Person; decisionId: string; reason: string },
): Promise<{ ok: true } | { ok: false; refusal: UndoRefusal }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    await tx.$queryRaw`select id from matching_decision where id = ${decisionId}::uuid for update`;
    const decision = await tx.matchingDecision.findUnique({
      where: { id: decisionId },
      select: {
        kind: true,
        groupKind: true,
        groupKey: true,
        patientId: true,
        issuer: true,
        endpointIds: true,
        decidedAt: true,
        undoneAt: true,
      },
    });
    if (!decision) return { ok: false, refusal: 'notFound' };
    if (decision.undoneAt) return { ok: false, refusal: 'undoneAlready' };
    if (now.getTime() - decision.decidedAt.getTime() > undoableFor) return { ok: false, refusal: 'tooLate' };
    await takeBack(tx, decision, { actor, reason, now });
    await tx.matchingDecision.update({
      where: { id: decisionId },
      data: { undoneAt: now, undoneById: actor.id, undoReason: reason },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'matching.undone',
      actor,
      at: now,
      subject: { kind: 'matchingDecision', id: decisionId },
      ...(decision.patientId ? { patientId: decision.patientId } : {}),
      before: { kind: decision.kind, decidedAt: decision.decidedAt.toISOString() },
      after: { undone: true },
      reason,
      visibleToPatient: false,
    });
    await enqueue(tx, 'unsettle', { decisionId }, `unsettle:${decisionId}`);
    return { ok: true };
  });
}

interface TakenBack {
  kind: string;
  groupKind: string;
  groupKey: unknown;
  patientId: string | null;
  issuer: string | null;
  endpointIds: string[];
}

async function takeBack(
  tx: Tx,
  { kind, groupKind, groupKey, patientId, issuer, endpointIds }: TakenBack,
  { actor, reason, now }: { actor: Person; reason: string; now: Date },
): Promise<void> {
  const by = { actor, at: now, reason };
  for (const id of endpointIds) {
    const before = await tx.vendorEndpoint.findUnique({
      where: { id },
      select: { vendorId: true, kind: true, value: true, validFrom: true },
    });
    if (!before) continue;
    // Valid at no instant, and still there to be read.
    await tx.vendorEndpoint.update({
      where: { id },
      data: { validTo: before.validFrom },
      select: { id: true },
    });
    const { validFrom, ...facts } = before;
    await appendEvent(tx, {
      ...by,
      type: 'endpoint.ended',
      subject: { kind: 'vendorEndpoint', id },
      before: { ...facts, validFrom: validFrom.toISOString() },
      after: { validTo: validFrom.toISOString() },
      visibleToPatient: false,
    });
  }
  const { number: value, source } = groupKeyOf(groupKey);
  const gaveNumber =
    kind === 'patientIdentifier' && groupKind !== ('patientContradicted' satisfies GroupKind);
  if (gaveNumber && patientId && issuer && typeof value === 'string') {
    await tx.patientIdentifier.deleteMany({ where: { issuer, value, patientId } });
    await appendEvent(tx, {
      ...by,
      type: 'patient.identifierRemoved',
      subject: { kind: 'patient', id: patientId },
      patientId,
      before: { issuer, value },
      visibleToPatient: true,
    });
  }
  if (kind === 'sourceIssuer' && issuer && typeof source === 'string') {
    await tx.auditSource.updateMany({
      where: { auditSourceId: source, defaultIssuer: issuer },
      data: { defaultIssuer: null },
    });
    await appendEvent(tx, {
      ...by,
      type: 'sourceIssuer.set',
      subject: { kind: 'auditSource', id: source },
      before: { defaultIssuer: issuer },
      after: { defaultIssuer: null },
      visibleToPatient: false,
    });
  }
}

/**
 * After an undoing: what the decision settled, and what it let in since, waits again where the registers say so now; disclosures that
 * nothing proves any more are corrected by a row that says so. May be run again after it was stopped half-way.
 */
export async function unsettle(world: World, decisionId: string): Promise<void> {
  const decision = await world.db.matchingDecision.findUnique({
    where: { id: decisionId },
    select: { ...undone, undoneBy: { select: { id: true, displayName: true, role: true } } },
  });
  if (!decision?.undoneBy) return;
  const actor = personOf(decision.undoneBy);
  for (let after: string | null = firstId; after !== null;) {
    const from: string = after;
    after = await inTransaction(world.db, async (tx) => {
      const ids = await touchedBy(tx, decision, from);
      const records = await readKept(tx, world.keys, ids);
      await unsettleRecords(tx, world, records, { decision, actor, now: world.clock() });
      return ids.length === recordsABatch ? (ids.at(-1) ?? null) : null;
    });
  }
  await world.db.matchingDecision.updateMany({
    where: { id: decisionId, unsettledAt: null },
    data: { unsettledAt: world.clock() },
  });
}

const undone = {
  id: true,
  kind: true,
  groupKey: true,
  vendorId: true,
  patientId: true,
  decidedAt: true,
  undoReason: true,
} as const satisfies Prisma.MatchingDecisionSelect;
type Undone = Prisma.MatchingDecisionGetPayload<{ select: typeof undone }>;

/** Records that the decision settled, and those that came since and may have been let in by it. */
async function touchedBy(tx: Tx, decision: Undone, after: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    select id from (
      select record_id as id from record_settlement where decision_id = ${decision.id}::uuid
      union ${letInBy(decision)}
    ) as touched where id > ${after}::uuid order by id limit ${recordsABatch}`;
  return rows.map(({ id }) => id);
}

function letInBy({ kind, groupKey, vendorId, patientId, decidedAt }: Undone): Prisma.Sql {
  const since = Prisma.sql`r.received_at >= ${decidedAt.toISOString()}::timestamptz`;
  const proving = Prisma.sql`select r.id from audit_record r join disclosure_evidence e on e.audit_record_id = r.id
    join disclosure d on d.id = e.disclosure_id where ${since}`;
  switch (kind) {
    case 'vendorEndpoint':
      return Prisma.sql`${proving} and d.vendor_id = ${vendorId}::uuid`;
    case 'patientIdentifier':
      return Prisma.sql`${proving} and d.patient_id = ${patientId}::uuid`;
    case 'sourceIssuer':
      return Prisma.sql`${proving} and r.audit_source_id = ${String(groupKeyOf(groupKey).source)}`;
    case 'ownEndpoint':
      return Prisma.sql`select r.id from audit_record r
        where ${since} and r.state = 'ignored' and r.reason = 'internalDestination'`;
    case 'setAside':
    case 'askSender':
      return Prisma.sql`select null::uuid where false`;
  }
}

interface Undoing {
  decision: Undone;
  actor: Actor;
  now: Date;
}

async function unsettleRecords(
  tx: Tx,
  world: Pick<World, 'keys'>,
  records: readonly KeptRecord[],
  undoing: Undoing,
): Promise<void> {
  if (records.length === 0) return;
  const resolved = await resolvedNow(tx, records);
  await retractUnproved(tx, world, records, resolved, undoing);
  const held = records.flatMap((record): HeldRecord[] => {
    const waits = whyItWaits(record, resolved.get(record.id) ?? null, undoing.decision.kind);
    return waits
      ? [{ recordId: record.id, reading: record.reading, receivedAt: record.receivedAt, ...waits }]
      : [];
  });
  const there = new Set(
    (
      await tx.waitingRecord.findMany({
        where: { recordId: { in: held.map(({ recordId }) => recordId) } },
        select: { recordId: true },
      })
    ).map(({ recordId }) => recordId),
  );
  const groups = await groupsOf(tx, held);
  const again = held.filter(({ recordId }) => !there.has(recordId));
  for (const { recordId, receivedAt } of held) {
    const { kind, key } = groups.get(recordId)!;
    const place = { groupId: groupIdOf({ kind, key }), groupKind: kind, groupKey: { ...key } };
    await tx.waitingRecord.upsert({
      where: { recordId },
      create: { recordId, receivedAt, ...place },
      update: place,
      select: { recordId: true },
    });
  }
  await writeSettlements(
    tx,
    again.map(({ recordId, reason }) => ({ recordId, state: 'waiting' as const, reason, disclosureIds: [] })),
    {
      decisionId: undoing.decision.id,
      actor: undoing.actor,
      now: undoing.now,
      why: undoing.decision.undoReason ?? '',
    },
  );
}

async function resolvedNow(tx: Tx, records: readonly KeptRecord[]): Promise<Map<string, Resolved>> {
  const transfers = records.flatMap(({ id, reading }) =>
    reading.outcome === 'transfer' ? [{ id, transfer: reading.transfer }] : [],
  );
  const known = await knownTo(
    tx,
    transfers.map(({ transfer }) => transfer),
  );
  return new Map(transfers.map(({ id, transfer }) => [id, resolveTransfer(transfer, known)]));
}

/** Null when it does not have to wait. What was set aside waits again in any case: nobody has settled it. */
function whyItWaits(
  { reading }: KeptRecord,
  to: Resolved | null,
  kind: Undone['kind'],
): { state: 'unmapped' | 'quarantined'; reason: string } | null {
  if (reading.outcome === 'quarantined') return { state: 'quarantined', reason: reading.reason };
  if (to?.outcome === 'held' && to.state === 'unmapped') return { state: 'unmapped', reason: to.reason };
  if (to?.outcome === 'releases' && to.unmatched) return { state: 'unmapped', reason: to.unmatched };
  return kind === 'setAside' || kind === 'askSender' ? { state: 'quarantined', reason: 'notSettled' } : null;
}

function proves(to: Resolved | undefined, of: { patientId: string; vendorId: string }): boolean {
  return (
    to?.outcome === 'releases' &&
    to.patientId === of.patientId &&
    to.toVendors.some(({ vendorId }) => vendorId === of.vendorId)
  );
}

/** Corrects, by a new row, each disclosure that no message proves as the registers stand now. */
async function retractUnproved(
  tx: Tx,
  world: Pick<World, 'keys'>,
  records: readonly KeptRecord[],
  resolved: Map<string, Resolved>,
  { decision, actor, now }: Undoing,
): Promise<void> {
  const touched = await tx.disclosure.findMany({
    where: {
      evidence: { some: { auditRecordId: { in: records.map(({ id }) => id) } } },
      correctedBy: null,
      retracted: false,
    },
    include: { evidence: { select: { auditRecordId: true } } },
  });
  const others = touched.flatMap(({ evidence }) =>
    evidence.flatMap(({ auditRecordId }) => (resolved.has(auditRecordId) ? [] : [auditRecordId])),
  );
  const elsewhere = await resolvedNow(tx, await readKept(tx, world.keys, [...new Set(others)]));
  for (const { evidence, ...row } of touched) {
    if (evidence.some(({ auditRecordId: id }) => proves(resolved.get(id) ?? elsewhere.get(id), row)))
      continue;
    const id = newRowId(now);
    await tx.disclosure.create({
      data: {
        ...row,
        id,
        recordedAt: now,
        correctsId: row.id,
        retracted: true,
        correctionReason: decision.undoReason,
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'disclosure.retracted',
      actor,
      at: now,
      subject: { kind: 'disclosure', id: row.id },
      patientId: row.patientId,
      before: { vendorId: row.vendorId, occurredAt: row.occurredAt.toISOString() },
      after: { correctedBy: id, decisionId: decision.id },
      ...(decision.undoReason ? { reason: decision.undoReason } : {}),
      visibleToPatient: true,
    });
  }
}
