import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { undoableFor, type GroupKind } from './matching.ts';
import { groupKeyOf, lockRegisters } from './matching-queue.server.ts';

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
    const { count } = await tx.patientIdentifier.deleteMany({ where: { issuer, value, patientId } });
    if (count > 0)
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
    // Another one that was set since stays.
    const { count } = await tx.auditSource.updateMany({
      where: { auditSourceId: source, defaultIssuer: issuer },
      data: { defaultIssuer: null },
    });
    if (count > 0)
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
