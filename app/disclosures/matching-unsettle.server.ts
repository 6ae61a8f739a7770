import type { Actor } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, Prisma, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import type { HeldReason } from './ingest/dicom-audit/reading.ts';
import { knownTo } from './ingest/known.server.ts';
import { resolveTransfer, type Resolved } from './ingest/resolve.ts';
import { namesGroup, type GroupKind } from './matching.ts';
import {
  groupIdOf,
  groupKeyOf,
  groupKindOf,
  groupsOf,
  holdRegisters,
  type HeldRecord,
} from './matching-queue.server.ts';
import { readKept, type KeptRecord } from './matching-records.server.ts';
import {
  asHeld,
  firstId,
  personOf,
  recordsABatch,
  settleKept,
  settlementOf,
  writeSettlements,
  type SettledRecord,
} from './matching-settle.server.ts';

/**
 * After an undoing: what the decision settled, and what it let in since, goes once more through the step that everything that arrives goes
 * through: it waits again, or is in the ledger under whom the registers name now. Disclosures that nothing proves any more are corrected by
 * a row that says so. May be run again after it was stopped half-way.
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
      await holdRegisters(tx);
      const touched = await touchedBy(tx, decision, from);
      const records = await readKept(
        tx,
        world.keys,
        touched.map(({ id }) => id),
      );
      const settledByIt = new Set(touched.flatMap(({ id, isSettled }) => (isSettled ? [id] : [])));
      const group = { kind: groupKindOf(decision.groupKind), key: groupKeyOf(decision.groupKey) };
      await unsettleRecords(
        tx,
        world,
        records.filter(({ id, reading }) => settledByIt.has(id) || namesGroup(group, reading)),
        { decision, actor, now: world.clock() },
      );
      return touched.length === recordsABatch ? (touched.at(-1)?.id ?? null) : null;
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
  groupKind: true,
  groupKey: true,
  vendorId: true,
  patientId: true,
  issuer: true,
  decidedAt: true,
  undoReason: true,
} as const satisfies Prisma.MatchingDecisionSelect;
type Undone = Prisma.MatchingDecisionGetPayload<{ select: typeof undone }>;

/** Records that the decision settled, and those that came since and may have been let in by it, if they name its group. */
function touchedBy(tx: Tx, decision: Undone, after: string) {
  return tx.$queryRaw<{ id: string; isSettled: boolean }[]>`
    select id, bool_or(is_settled) as "isSettled" from (
      select record_id as id, true as is_settled from record_settlement where decision_id = ${decision.id}::uuid
      union all select id, false from (${letInBy(decision)}) as let_in
    ) as touched where id > ${after}::uuid group by id order by id limit ${recordsABatch}`;
}

/** Also of a decision that found the register right already, and changed nothing in it. */
const nothing = Prisma.sql`select null::uuid as id where false`;

function letInBy({ kind, groupKind, groupKey, vendorId, patientId, issuer, decidedAt }: Undone): Prisma.Sql {
  const since = Prisma.sql`r.received_at >= ${decidedAt.toISOString()}::timestamptz`;
  const proving = Prisma.sql`select r.id from audit_record r join disclosure_evidence e on e.audit_record_id = r.id
    join disclosure d on d.id = e.disclosure_id where ${since}`;
  switch (kind) {
    case 'vendorEndpoint':
      return Prisma.sql`${proving} and d.vendor_id = ${vendorId}::uuid`;
    case 'patientIdentifier':
      return issuer || groupKind === ('patientContradicted' satisfies GroupKind)
        ? Prisma.sql`${proving} and d.patient_id = ${patientId}::uuid`
        : nothing;
    case 'sourceIssuer':
      if (!issuer) return nothing;
      return Prisma.sql`${proving} and r.audit_source_id = ${String(groupKeyOf(groupKey).source)}`;
    case 'ownEndpoint':
      return Prisma.sql`select r.id from audit_record r
        where ${since} and r.state = 'ignored' and r.reason = 'internalDestination'`;
    case 'setAside':
    case 'askSender':
      return nothing;
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
  const standing = await standingStates(tx, records);
  await retractUnproved(tx, world, records, await resolvedNow(tx, records), undoing);
  const refused = records.filter((record) => isRefused(record, standing.get(record.id)));
  const open = records.filter((record) => !refused.includes(record) && !standsByItself(record));
  const seen = await settleKept(tx, open, undoing);
  const held = [...seen.flatMap(asHeld), ...refused.map(asRefused)];
  const again = await waitAgain(tx, held);
  await tx.waitingRecord.deleteMany({
    where: { recordId: { in: seen.flatMap((one) => (asHeld(one).length > 0 ? [] : [one.record.id])) } },
  });
  await writeSettlements(
    tx,
    [
      ...again.map(({ recordId, reason }) => ({
        recordId,
        state: 'waiting' as const,
        reason,
        disclosureIds: [],
      })),
      ...seen
        .filter((one) => asHeld(one).length === 0 && endsElsewhere(one, standing.get(one.record.id)))
        .map(settlementOf),
    ],
    {
      decisionId: undoing.decision.id,
      actor: undoing.actor,
      now: undoing.now,
      why: undoing.decision.undoReason ?? '',
    },
  );
}

const refusal: HeldReason = 'notSettled';

/** What the database refused, and nobody settled since: only a person tries it again, or one report would keep all others from being through. */
function isRefused({ arrivedAs }: KeptRecord, state: string | undefined): boolean {
  return arrivedAs.reason === refusal && state !== 'accepted' && state !== 'duplicate' && state !== 'ignored';
}

function asRefused({ id: recordId, reading, receivedAt }: KeptRecord): HeldRecord {
  return { recordId, reading, receivedAt, state: 'quarantined', reason: refusal };
}

/** What staff entered as a release of its own, or in the place of another row: brought again, it would be a second one. */
function standsByItself({ reading }: KeptRecord): boolean {
  return reading.outcome === 'transfer' && Boolean(reading.transfer.standsAlone ?? reading.transfer.corrects);
}

/** Puts them into the queue. @returns those that were not there */
async function waitAgain(tx: Tx, held: readonly HeldRecord[]): Promise<HeldRecord[]> {
  const there = new Set(
    (
      await tx.waitingRecord.findMany({
        where: { recordId: { in: held.map(({ recordId }) => recordId) } },
        select: { recordId: true },
      })
    ).map(({ recordId }) => recordId),
  );
  const groups = await groupsOf(tx, held);
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
  return held.filter(({ recordId }) => !there.has(recordId));
}

/** What the newest settlement of each says, or its arrival. */
async function standingStates(tx: Tx, records: readonly KeptRecord[]): Promise<Map<string, string>> {
  const rows = await tx.$queryRaw<{ id: string; state: string }[]>`
    select distinct on (s.record_id) s.record_id as id, s.state::text as state from record_settlement s
     where s.record_id = any(${records.map(({ id }) => id)}::uuid[]) order by s.record_id, s.id desc`;
  return new Map([
    ...records.map(({ id, arrivedAs }): [string, string] => [id, arrivedAs.state]),
    ...rows.map(({ id, state }): [string, string] => [id, state]),
  ]);
}

/** A report that is in the ledger is found there again as its own duplicate. */
function endsElsewhere({ outcome }: SettledRecord, before: string | undefined): boolean {
  const inLedger = (state: string | undefined) => (state === 'duplicate' ? 'accepted' : state);
  return outcome.proofs.some(({ role }) => role === 'report') || inLedger(outcome.state) !== inLedger(before);
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
