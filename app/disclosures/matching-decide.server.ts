import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { patientsReferredTo } from './ingest/known.server.ts';
import { decisionsOf, mayDecide, undoableFor, type GroupKey } from './matching.ts';
import { addEndpoints } from './matching-endpoints.server.ts';
import {
  holdRegisters,
  lockRegisters,
  waitingGroupById,
  type WaitingGroup,
} from './matching-queue.server.ts';
import { firstId, settleBatch } from './matching-settle.server.ts';

export type Choice =
  | { kind: 'vendorEndpoint'; vendorId: string; validFrom: Date }
  | { kind: 'ownEndpoint'; validFrom: Date }
  | { kind: 'patientIdentifier'; patientId: string }
  | { kind: 'sourceIssuer'; issuer: string }
  | { kind: 'setAside' | 'askSender' };

export type DecideRefusal =
  | 'gone'
  | 'notForThisGroup'
  /** The role may not change the register that it changes. */
  | 'notAllowed'
  | 'noSuchVendor'
  | 'noSuchPatient'
  | 'numberOfAnother'
  /** Somebody else is registered with the address at that time. */
  | 'addressOfAnother'
  | 'issuerSetAlready';

export interface Decision {
  actor: Person;
  groupId: string;
  choice: Choice;
  reason: string;
}

export type DecideAnswer = { ok: true; decisionId: string } | { ok: false; refusal: DecideRefusal };

/** Decides a group: writes the decision, what it changes in the registers, its events, and queues the settling of all that waits. */
export function decideGroup(world: World, decision: Decision): Promise<DecideAnswer> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    const made = await apply(tx, decision, now);
    if (made.ok)
      await enqueue(tx, 'settle-held', { decisionId: made.decisionId }, `settle:${made.decisionId}`);
    return made;
  });
}

/** A decision that is only looked at: its transaction is taken back. */
class TakenBack extends Error {
  override name = 'TakenBack';
  constructor(readonly effect: PreviewAnswer) {
    super('looked at, and taken back');
  }
}

export interface Effect {
  /** Messages that wait in the group. */
  waiting: number;
  /** How many of them were tried. */
  tried: number;
  settled: number;
  /** New disclosures. */
  added: number;
}
export type PreviewAnswer = { ok: true; effect: Effect } | { ok: false; refusal: DecideRefusal };

const triedInPreview = 50;

/** What a decision would do, found by doing it to the first messages of the group, and taking it back. */
export async function previewDecision(world: World, decision: Decision): Promise<PreviewAnswer> {
  const now = world.clock();
  try {
    return await inTransaction(world.db, async (tx) => {
      await holdRegisters(tx);
      const group = await waitingGroupById(tx, decision.groupId);
      const made = await apply(tx, decision, now);
      if (!made.ok || !group) return { ok: false, refusal: made.ok ? 'gone' : made.refusal };
      const batch = await settleBatch(
        tx,
        world,
        { id: made.decisionId, kind: decision.choice.kind, groupId: decision.groupId },
        { actor: decision.actor, now, after: firstId, atMost: triedInPreview },
      );
      const { seen, settled, added } = batch;
      throw new TakenBack({ ok: true, effect: { waiting: group.count, tried: seen, settled, added } });
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.effect;
    throw error;
  }
}

async function apply(tx: Tx, { actor, groupId, choice, reason }: Decision, now: Date): Promise<DecideAnswer> {
  if (!mayDecide(actor.role, choice.kind)) return { ok: false, refusal: 'notAllowed' };
  const group = await waitingGroupById(tx, groupId);
  if (!group) return { ok: false, refusal: 'gone' };
  if (!decisionsOf[group.kind].includes(choice.kind)) return { ok: false, refusal: 'notForThisGroup' };
  const changed = await changeRegisters(tx, { actor, group, choice, reason, now });
  if ('refusal' in changed) return { ok: false, refusal: changed.refusal };
  const decisionId = newRowId(now);
  await tx.matchingDecision.create({
    data: {
      id: decisionId,
      kind: choice.kind,
      groupId,
      groupKind: group.kind,
      groupKey: { ...group.key },
      reason,
      decidedById: actor.id,
      decidedAt: now,
      ...changed,
    },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'matching.decided',
    actor,
    at: now,
    subject: { kind: 'matchingDecision', id: decisionId },
    ...(choice.kind === 'patientIdentifier' ? { patientId: choice.patientId } : {}),
    before: { waiting: group.count, group: group.kind, key: inTrail(group.key) },
    after: { ...inEvent(choice), endpoints: changed.endpointIds?.length ?? 0 },
    reason,
    visibleToPatient: false,
  });
  return { ok: true, decisionId };
}

/** Without what was said of a patient: the trail keeps numbers, and no names. */
function inTrail({ said: _, ...key }: GroupKey) {
  return key;
}

function inEvent(choice: Choice) {
  return 'validFrom' in choice ? { ...choice, validFrom: choice.validFrom.toISOString() } : { ...choice };
}

interface Change {
  actor: Person;
  group: WaitingGroup;
  choice: Choice;
  reason: string;
  now: Date;
}

type Changed =
  | { vendorId?: string; patientId?: string; endpointIds?: string[]; issuer?: string }
  | { refusal: DecideRefusal };

async function changeRegisters(tx: Tx, change: Change): Promise<Changed> {
  const { group, choice } = change;
  switch (choice.kind) {
    case 'vendorEndpoint': {
      const vendor = await tx.vendor.findUnique({ where: { id: choice.vendorId }, select: { id: true } });
      if (!vendor) return { refusal: 'noSuchVendor' };
      const added = await addEndpoints(tx, change, { vendorId: vendor.id, validFrom: choice.validFrom });
      return { vendorId: vendor.id, ...added };
    }
    case 'ownEndpoint':
      return addEndpoints(tx, change, { vendorId: null, validFrom: choice.validFrom });
    case 'patientIdentifier':
      return addNumber(tx, change, choice.patientId);
    case 'sourceIssuer':
      return setIssuer(tx, change, choice.issuer);
    case 'setAside':
    case 'askSender':
      return group.count > 0 ? {} : { refusal: 'gone' };
  }
}

async function addNumber(tx: Tx, { actor, group, reason, now }: Change, patientId: string): Promise<Changed> {
  const { number: value } = group.key;
  // A reference says no issuer: it is a number of the facility's own.
  const issuer = [group.key.issuer ?? (await facilitySettings(tx))?.issuer].flat()[0];
  if (!issuer || typeof value !== 'string') return { refusal: 'notForThisGroup' };
  const patient = await tx.patient.findUnique({ where: { id: patientId }, select: { id: true } });
  if (!patient) return { refusal: 'noSuchPatient' };
  const isReference = group.key.issuer === undefined;
  const holder = await holderOf(tx, { issuer, value, isReference });
  // Nothing is added: of a contradiction the decision itself says of whom it is said; else somebody entered the number meanwhile.
  if (holder && (await recordGroup(tx, patientId)).includes(holder)) return { patientId: holder };
  if (holder || group.kind === 'patientContradicted') return { refusal: 'numberOfAnother' };
  await tx.patientIdentifier.create({
    data: { patientId, issuer, value, recordedAt: now },
    select: { id: true },
  });
  await appendEvent(tx, {
    type: 'patient.identifierAdded',
    actor,
    at: now,
    subject: { kind: 'patient', id: patientId },
    patientId,
    after: { issuer, value },
    reason,
    visibleToPatient: true,
  });
  return { patientId, issuer };
}

/** The record that reports find by this number. */
async function holderOf(
  tx: Tx,
  { issuer, value, isReference }: { issuer: string; value: string; isReference: boolean },
): Promise<string | undefined> {
  const referred = isReference
    ? (await patientsReferredTo(tx, [{ id: value, issuer: null, name: null, isReference: true }])).get(value)
    : undefined;
  if (referred) return referred;
  const row = await tx.patientIdentifier.findUnique({
    where: { issuer_value: { issuer, value } },
    select: { patientId: true },
  });
  return row?.patientId;
}

async function setIssuer(tx: Tx, { actor, group, reason, now }: Change, issuer: string): Promise<Changed> {
  const { source } = group.key;
  if (typeof source !== 'string') return { refusal: 'notForThisGroup' };
  const before = await tx.auditSource.findUnique({
    where: { auditSourceId: source },
    select: { defaultIssuer: true },
  });
  if (before?.defaultIssuer === issuer) return {};
  if (before?.defaultIssuer) return { refusal: 'issuerSetAlready' };
  await tx.auditSource.upsert({
    where: { auditSourceId: source },
    create: { auditSourceId: source, defaultIssuer: issuer },
    update: { defaultIssuer: issuer },
    select: { auditSourceId: true },
  });
  await appendEvent(tx, {
    type: 'sourceIssuer.set',
    actor,
    at: now,
    subject: { kind: 'auditSource', id: source },
    before: { defaultIssuer: null },
    after: { defaultIssuer: issuer },
    reason,
    visibleToPatient: false,
  });
  return { issuer };
}

/** Decisions that can be undone still, or were lately; newest first. */
export function recentDecisions(world: World, atMost = 50) {
  return world.db.matchingDecision.findMany({
    where: { decidedAt: { gt: new Date(world.clock().getTime() - undoableFor) } },
    orderBy: [{ decidedAt: 'desc' }, { id: 'desc' }],
    take: atMost,
    select: {
      id: true,
      kind: true,
      groupKind: true,
      groupKey: true,
      issuer: true,
      reason: true,
      decidedAt: true,
      settledAt: true,
      undoneAt: true,
      undoReason: true,
      vendor: { select: { name: true } },
      patient: { select: { givenName: true, familyName: true } },
      decidedBy: { select: { displayName: true } },
      _count: { select: { settlements: { where: { state: { not: 'waiting' } } } } },
    },
  });
}
