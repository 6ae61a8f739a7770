import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { oweNotice } from '#app/notices/owe.server.ts';
import { newInvitationCode, inviteColleagueWithin } from './invitations.server.ts';
import { createMachineClientWithin, MachineClientRefused, newMachineKey } from './machine-clients.server.ts';
import { vendorScopes } from './machine-keys.ts';
import { officerOrderById, otherOfficers, type OfficerOrder } from './officer-orders-reading.server.ts';
import {
  contentOf,
  officerOrderFor,
  refusalToConfirm,
  refusalToRefuse,
  rowOf,
  type FacilityRole,
  type OfficerOrderContent,
  type OfficerOrderRefusal,
} from './officer-orders.ts';
import { changeRoleWithin } from './people-admin.server.ts';

type Refused = { ok: false; refusal: OfficerOrderRefusal };
const refused = (refusal: OfficerOrderRefusal): Refused => ({ ok: false, refusal });

/** What the events of an order say about it. */
const factsOf = (id: string, content: OfficerOrderContent): AuditFacts => ({ order: id, ...content });

const subjectOf = (id: string, content: OfficerOrderContent) =>
  content.kind === 'role' ? { kind: 'user', id: content.userId } : { kind: 'officerOrder', id };

/**
 * First officer: asks for a role, an invitation or a key. Nothing is given yet; every other officer is told by mail. Refused where nobody
 * could confirm: then two people do it at the server's command line.
 */
export function askOfficerOrder(
  world: World,
  { actor, content, reason }: { actor: Person; content: OfficerOrderContent; reason: string },
): Promise<{ ok: true; id: string } | Refused> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    // One order after the other: of two for one person or name, the second sees the first.
    await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended('officer_order', 0))`;
    const others = await otherOfficers(tx, actor.id);
    const able = content.kind === 'role' ? others.filter(({ id }) => id !== content.userId) : others;
    if (able.length === 0) return refused('noSecondOfficer');
    const refusal = (await refusalOfContent(tx, actor, content)) ?? (await refusalOfSame(tx, content, now));
    if (refusal) return refused(refusal);
    const { id } = await tx.officerOrder.create({
      data: {
        ...rowOf(content),
        state: 'waiting',
        reason,
        askedById: actor.id,
        askedAt: now,
        expiresAt: new Date(now.getTime() + officerOrderFor),
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'officerOrder.asked',
      actor,
      at: now,
      subject: subjectOf(id, content),
      after: factsOf(id, content),
      reason,
      visibleToPatient: false,
    });
    for (const { id: userId } of able) await oweNotice(tx, { kind: 'officerOrderAsked', userId, now });
    return { ok: true, id };
  });
}

/** Why what is asked for cannot be given as things are, when it is asked for and again when it is confirmed. */
async function refusalOfContent(
  tx: Tx,
  actor: Person,
  content: OfficerOrderContent,
): Promise<OfficerOrderRefusal | null> {
  switch (content.kind) {
    case 'role': {
      if (content.userId === actor.id) return 'subject';
      const user = await tx.user.findUnique({
        where: { id: content.userId },
        select: { role: true, disabledAt: true },
      });
      if (!user || user.role === 'patient') return 'notFound';
      // A shut account gets no role in passing: it is opened first, and then asked for.
      return user.role !== content.from || user.disabledAt ? 'changedMeanwhile' : null;
    }
    case 'invite':
      return null;
    case 'key': {
      if (content.vendorId && content.scopes.some((scope) => !vendorScopes.includes(scope)))
        return 'vendorScopes';
      if (content.vendorId && (await tx.vendor.count({ where: { id: content.vendorId } })) === 0)
        return 'changedMeanwhile';
      return (await tx.machineClient.count({ where: { name: content.name } })) > 0 ? 'nameTaken' : null;
    }
  }
}

/** One order at a time about one account, and for one program. */
async function refusalOfSame(
  tx: Tx,
  content: OfficerOrderContent,
  now: Date,
): Promise<'waitingAlready' | null> {
  if (content.kind === 'invite') return null;
  const about = content.kind === 'role' ? { userId: content.userId } : { name: content.name };
  const where = { kind: content.kind, ...about, state: 'waiting', expiresAt: { gt: now } } as const;
  return (await tx.officerOrder.count({ where })) > 0 ? 'waitingAlready' : null;
}

/** Second officer, or the one who asked: says no, and nothing is given. */
export function refuseOfficerOrder(
  world: World,
  { actor, orderId, reason }: { actor: Person; orderId: string; reason: string },
): Promise<{ ok: true } | Refused> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const order = await lockOrder(tx, orderId);
    const refusal = order ? refusalToRefuse(order, actor, now) : 'notFound';
    if (!order || refusal) return refused(refusal ?? 'notFound');
    await settle(tx, order, { state: 'refused', actor, now, reason });
    return { ok: true };
  });
}

/** What came of a confirmed order. A code or a key is in here and nowhere else. */
export type Given =
  | { kind: 'role'; userId: string }
  | { kind: 'invite'; name: string; role: FacilityRole; code: string; expiresAt: Date }
  | { kind: 'key'; name: string; key: string; expiresAt: Date };

/** Undoes the transaction of an order that turned out not to be possible. */
class OrderStopped extends Error {
  constructor(readonly refusal: OfficerOrderRefusal) {
    super(refusal);
  }
}

/**
 * Second officer: confirms, which carries the order out, all of it or nothing. Of two who confirm at one instant one does. @throws Busy
 */
export async function confirmOfficerOrder(
  world: World,
  { actor, orderId }: { actor: Person; orderId: string },
): Promise<{ ok: true; given: Given } | Refused> {
  const now = world.clock();
  const seen = await officerOrderById(world.db, orderId);
  const refusal = seen ? refusalToConfirm(seen, actor, now) : 'notFound';
  if (refusal) return refused(refusal);
  // Its hash takes its time, so it is made before the transaction.
  const code = seen?.kind === 'invite' ? await newInvitationCode() : null;
  try {
    const given = await inTransaction(world.db, async (tx): Promise<Given> => {
      const order = await lockOrder(tx, orderId);
      // Who asked may have been shut out since, and another one may have decided.
      const late = order ? refusalToConfirm(order, actor, now) : 'notFound';
      if (!order || late) throw new OrderStopped(late ?? 'notFound');
      const content = contentOf(order);
      const impossible = await refusalOfContent(tx, actor, content);
      if (impossible) throw new OrderStopped(impossible);
      await settle(tx, order, { state: 'done', actor, now });
      return carryOut(tx, { order, content, code, actor, now });
    });
    return { ok: true, given };
  } catch (error) {
    if (error instanceof OrderStopped) return refused(error.refusal);
    if (error instanceof MachineClientRefused)
      return refused(error.reason === 'vendorUnknown' ? 'changedMeanwhile' : error.reason);
    throw error;
  }
}

/** Gives what was asked for. @throws OrderStopped, MachineClientRefused */
async function carryOut(
  tx: Tx,
  confirmed: {
    order: OfficerOrder;
    content: OfficerOrderContent;
    code: Awaited<ReturnType<typeof newInvitationCode>> | null;
    actor: Person;
    now: Date;
  },
): Promise<Given> {
  const { order, content, code, actor, now } = confirmed;
  switch (content.kind) {
    case 'role': {
      const changed = await changeRoleWithin(tx, { ...content, actor, now });
      if (!changed.ok) throw new OrderStopped(changed.refusal === 'self' ? 'subject' : changed.refusal);
      return { kind: 'role', userId: content.userId };
    }
    case 'invite': {
      const { name, role } = content;
      if (!code) throw new Error('an invitation needs a code');
      const made = await inviteColleagueWithin(tx, { actor, role, displayName: name, code, now });
      return { kind: 'invite', name, role, code: made.code, expiresAt: made.expiresAt };
    }
    case 'key': {
      const { name, scopes, vendorId, days, networks, sources } = content;
      const key = newMachineKey({ now, lifeDays: days });
      await createMachineClientWithin(tx, {
        name,
        scopes,
        ...(vendorId ? { vendorId } : {}),
        networks,
        sources,
        actor,
        now,
        key,
        people: { askedBy: order.askedBy.displayName, approvedBy: actor.name },
      });
      return { kind: 'key', name, key: key.key, expiresAt: key.row.expiresAt };
    }
  }
}

/** Whoever decides an order does so alone: the second one sees what the first one did. */
async function lockOrder(tx: Tx, id: string): Promise<OfficerOrder | null> {
  await tx.$executeRaw`select 1 from officer_order where id = ${id}::uuid for update`;
  return officerOrderById(tx, id);
}

/** Writes a decision, its event, and the letter to who asked, unless they took it back themselves. */
async function settle(
  tx: Tx,
  order: OfficerOrder,
  decision: { state: 'done' | 'refused'; actor: Person; now: Date; reason?: string },
): Promise<void> {
  const { state, actor, now, reason } = decision;
  await tx.officerOrder.update({
    where: { id: order.id },
    data: { state, decidedById: actor.id, decidedAt: now, refusal: reason ?? null },
    select: { id: true },
  });
  const content = contentOf(order);
  await appendEvent(tx, {
    type: state === 'done' ? 'officerOrder.confirmed' : 'officerOrder.refused',
    actor,
    at: now,
    subject: subjectOf(order.id, content),
    after: { ...factsOf(order.id, content), askedBy: order.askedBy.displayName },
    reason: reason ?? order.reason,
    visibleToPatient: false,
  });
  if (order.askedById !== actor.id)
    await oweNotice(tx, { kind: 'officerOrderDecided', userId: order.askedById, now });
}
