import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from './can.ts';
import {
  onlyOfYes,
  orderFor,
  refusalToDecide,
  type AccountOrderKind,
  type OrderKind,
  type OrderRefusal,
} from './credential-orders.ts';
import { codeSheetFor, giveNewFactors, type HandedOut } from './new-factors.server.ts';
import { lockAccount } from './credentials.server.ts';
import { giveInvitedSheet, lockInvitation } from './invited-sheets.server.ts';

export interface OrderAsked {
  actor: Person;
  userId: string;
  kind: AccountOrderKind;
  /** How the asking person made sure who it is. */
  identityCheck: string;
  reason: string;
  /** The address to change to, when the old one is lost too. */
  newEmail?: string;
}

export type AskedOrder =
  | { ok: true; id: string }
  | {
      ok: false;
      refusal:
        | 'notFound'
        | 'self'
        | 'subjectDisabled'
        | 'waitingAlready'
        | 'emailTaken'
        | 'sameEmail'
        | 'emailNeedsReset';
    };

/** Whom staff would help. No fact of a record is in it. */
export function helpedPerson(db: Db, which: { id: string } | { email: string }) {
  const where = 'id' in which ? { id: which.id } : { email: which.email.trim().toLowerCase() };
  return db.user.findUnique({
    where,
    select: { id: true, displayName: true, email: true, role: true, disabledAt: true },
  });
}

/** First person: asks for help with somebody's sign-in. Nothing changes yet. One order an account waits at a time. */
export function askOrder(world: World, asked: OrderAsked): Promise<AskedOrder> {
  const { actor, userId, kind, identityCheck, reason } = asked;
  const newEmail = asked.newEmail?.trim().toLowerCase() || null;
  if (actor.id === userId) return Promise.resolve({ ok: false, refusal: 'self' });
  if (newEmail && kind !== 'resetFactors') return Promise.resolve({ ok: false, refusal: 'emailNeedsReset' });
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await lockAccount(tx, userId);
    const user = await tx.user.findUnique({ where: { id: userId }, select: subjectFields });
    if (!user) return { ok: false, refusal: 'notFound' };
    if (user.disabledAt) return { ok: false, refusal: 'subjectDisabled' };
    if (newEmail === user.email) return { ok: false, refusal: 'sameEmail' };
    if (newEmail && (await tx.user.count({ where: { email: newEmail } })) > 0)
      return { ok: false, refusal: 'emailTaken' };
    const waiting = { userId, state: 'waiting' as const, expiresAt: { gt: now } };
    if ((await tx.credentialOrder.count({ where: waiting })) > 0)
      return { ok: false, refusal: 'waitingAlready' };
    const { id } = await tx.credentialOrder.create({
      data: {
        userId,
        kind,
        state: 'waiting',
        identityCheck,
        reason,
        newEmail,
        askedById: actor.id,
        askedAt: now,
        expiresAt: new Date(now.getTime() + orderFor),
      },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'credentialOrder.asked',
      actor,
      at: now,
      subject: { kind: 'user', id: userId },
      ...(user.patientId ? { patientId: user.patientId } : {}),
      after: { order: id, kind, changesEmail: newEmail !== null },
      reason,
      visibleToPatient: user.role === 'patient',
    });
    return { ok: true, id };
  });
}

const subjectFields = {
  id: true,
  displayName: true,
  email: true,
  role: true,
  locale: true,
  patientId: true,
  disabledAt: true,
} as const satisfies Prisma.UserSelect;

const orderFields = {
  id: true,
  kind: true,
  state: true,
  identityCheck: true,
  reason: true,
  newEmail: true,
  askedAt: true,
  expiresAt: true,
  decidedAt: true,
  refusal: true,
  askedById: true,
  user: { select: subjectFields },
  invitation: {
    select: {
      id: true,
      displayName: true,
      role: true,
      patientId: true,
      invitedById: true,
      usedAt: true,
      revokedAt: true,
      expiresAt: true,
    },
  },
  askedBy: { select: { displayName: true, role: true, disabledAt: true } },
  decidedBy: { select: { displayName: true } },
} as const satisfies Prisma.CredentialOrderSelect;
export type Order = Prisma.CredentialOrderGetPayload<{ select: typeof orderFields }>;

/** Whom an order is about: an account, or somebody who is invited to make one. */
export function subjectOf({ user, invitation }: Pick<Order, 'user' | 'invitation'>) {
  if (user) return { kind: 'user' as const, ...user };
  // The database holds that it is one of the two.
  if (!invitation) throw new Error('an order is about an account or an invitation');
  const { id, displayName, role, patientId } = invitation;
  return { kind: 'invitation' as const, id, displayName, email: null, role, patientId };
}

/** What the events of an order have in common. Its owner sees those of an account; an invitation's are nobody's to see yet. */
function aboutOf(order: Order) {
  const { kind, id, role, patientId } = subjectOf(order);
  return {
    subject: { kind, id },
    ...(patientId ? { patientId } : {}),
    visibleToPatient: kind === 'user' && role === 'patient',
  };
}

/** Orders that wait for a second person, oldest first. */
export function waitingOrders(db: Db, now: Date): Promise<Order[]> {
  return db.credentialOrder.findMany({
    where: { state: 'waiting', expiresAt: { gt: now } },
    orderBy: { askedAt: 'asc' },
    select: orderFields,
  });
}

/** Orders that were decided, or that nobody decided in time; newest first. */
export function endedOrders(db: Db, now: Date, most: number): Promise<Order[]> {
  return db.credentialOrder.findMany({
    where: { OR: [{ state: { not: 'waiting' } }, { expiresAt: { lte: now } }] },
    orderBy: { askedAt: 'desc' },
    take: most,
    select: orderFields,
  });
}

export function orderById(db: Db | Tx, id: string): Promise<Order | null> {
  return db.credentialOrder.findUnique({ where: { id }, select: orderFields });
}

/** Whether an order can still be decided, and by this person. */
export function refusalOf(order: Order, decider: Person, now: Date): OrderRefusal | null {
  if (order.state !== 'waiting' || order.expiresAt <= now) return 'notWaiting';
  const byPeople = refusalToDecide(decider, {
    subject: subjectOf(order),
    askedById: order.askedById,
    invitedById: order.invitation?.invitedById ?? null,
  });
  if (byPeople) return byPeople;
  if (order.askedBy.disabledAt || !can(order.askedBy.role, 'signInHelp.ask')) return 'askerGone';
  const { user, invitation } = order;
  if (invitation && (invitation.usedAt || invitation.revokedAt || invitation.expiresAt <= now))
    return 'invitationOver';
  return user?.disabledAt ? 'subjectDisabled' : null;
}

/** Second person: says no. The asking person may see why. */
export function refuseOrder(
  world: World,
  { actor, orderId, reason }: { actor: Person; orderId: string; reason: string },
): Promise<{ ok: true } | { ok: false; refusal: OrderRefusal }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const order = await orderById(tx, orderId);
    if (!order) return { ok: false, refusal: 'notFound' };
    const refusal = refusalOf(order, actor, now);
    if (refusal && !onlyOfYes.has(refusal)) return { ok: false, refusal };
    if (!(await settle(tx, order.id, { state: 'refused', refusal: reason, actor, now })))
      return { ok: false, refusal: 'notWaiting' };
    await appendEvent(tx, {
      type: 'credentialOrder.refused',
      actor,
      at: now,
      ...aboutOf(order),
      after: { order: order.id, kind: order.kind, askedBy: order.askedBy.displayName },
      reason,
    });
    return { ok: true };
  });
}

export type CarriedOut =
  | ({ ok: true; kind: OrderKind } & Omit<HandedOut, 'person'> & {
        /** `locale`: null where nobody knows the person's language yet. */
        person: { displayName: string; locale: string | null };
      })
  | { ok: false; refusal: OrderRefusal };

/** Undoes the transaction of an order that turned out not to be possible. */
class OrderStopped extends Error {
  constructor(readonly refusal: OrderRefusal) {
    super(refusal);
  }
}

/**
 * Second person: approves, which carries the order out, all of it or nothing. Of two who approve at one instant one does. The codes of
 * the new sheet are in the answer and nowhere else. @throws Busy
 */
export async function carryOutOrder(
  world: World,
  { actor, orderId }: { actor: Person; orderId: string },
): Promise<CarriedOut> {
  const now = world.clock();
  const seen = await orderById(world.db, orderId);
  if (!seen) return { ok: false, refusal: 'notFound' };
  const refusal = refusalOf(seen, actor, now);
  if (refusal) return { ok: false, refusal };
  const sheet = await codeSheetFor();
  try {
    const handedOut = await inTransaction(world.db, async (tx) => {
      if (!(await settle(tx, orderId, { state: 'done', actor, now }))) throw new OrderStopped('notWaiting');
      const { kind: subjectKind, id: subjectId } = subjectOf(seen);
      await (subjectKind === 'user' ? lockAccount : lockInvitation)(tx, subjectId);
      // Read anew under the lock: an account or a role may have changed since.
      const order = await orderById(tx, orderId);
      const late = order && refusalOf({ ...order, state: 'waiting' }, actor, now);
      if (!order || late) throw new OrderStopped(late ?? 'notFound');
      if (order.newEmail && (await tx.user.count({ where: { email: order.newEmail } })) > 0)
        throw new OrderStopped('emailTaken');
      const given = {
        sheet,
        order: { id: order.id, reason: order.reason },
        people: { askedBy: order.askedBy.displayName, approvedBy: actor.name },
        actor,
        issuedById: actor.id,
        now,
      };
      const { user, invitation, kind, newEmail } = order;
      if (invitation) return giveInvitedSheet(tx, { ...given, invitation });
      if (!user || kind === 'invitedSheet') throw new OrderStopped('notFound');
      return giveNewFactors(tx, { ...given, user, kind, newEmail });
    });
    return { ok: true, kind: seen.kind, ...handedOut };
  } catch (error) {
    if (error instanceof OrderStopped) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

async function settle(
  tx: Tx,
  id: string,
  { state, refusal, actor, now }: { state: 'done' | 'refused'; refusal?: string; actor: Person; now: Date },
): Promise<boolean> {
  const { count } = await tx.credentialOrder.updateMany({
    where: {
      id,
      state: 'waiting',
      expiresAt: { gt: now },
      askedById: { not: actor.id },
      // An order about an invitation has no account.
      OR: [{ userId: null }, { userId: { not: actor.id } }],
    },
    data: { state, decidedById: actor.id, decidedAt: now, refusal: refusal ?? null },
  });
  return count === 1;
}
