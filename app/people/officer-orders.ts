import type { Role } from '#app/audit/actor.ts';
import { can, capabilityNames, machineScopes, type MachineScope } from './can.ts';

/** How long an order waits for its second officer. */
export const officerOrderFor = 72 * 60 * 60_000;

export type FacilityRole = Exclude<Role, 'patient'>;

/** What one officer cannot give alone. */
export type OfficerOrderContent =
  | { kind: 'role'; userId: string; from: FacilityRole; to: FacilityRole }
  | { kind: 'invite'; name: string; role: FacilityRole }
  | {
      kind: 'key';
      name: string;
      scopes: MachineScope[];
      vendorId: string | null;
      days: number;
      networks: string[];
      /** Which it may report for; empty: any. */
      sources: string[];
    };

export type OfficerOrderRefusal =
  | 'notFound'
  /** Somebody decided it already, or its time is over. */
  | 'notWaiting'
  /** Who asked cannot be the second officer. */
  | 'asker'
  /** Nobody decides about their own account. */
  | 'subject'
  /** Who asked is no officer any more. */
  | 'askerGone'
  /** There is nobody who could confirm. */
  | 'noSecondOfficer'
  | 'waitingAlready'
  /** The account, the role or the company is another one by now. */
  | 'changedMeanwhile'
  | 'lastOfficer'
  | 'nameTaken'
  | 'vendorScopes';

/** Whether a change of role lets somebody do what they could not do before. Taking away needs no second officer. */
export function givesMore(from: Role, to: Role): boolean {
  return capabilityNames.some((capability) => can(to, capability) && !can(from, capability));
}

/** What of an order says who may decide it. */
export interface OrderInWaiting {
  state: 'waiting' | 'done' | 'refused';
  expiresAt: Date;
  askedById: string;
  askedBy: { role: Role; disabledAt: Date | null };
  userId: string | null;
}

type Decider = { id: string; role: Role };

/** Why somebody cannot be the second officer of an order; null when they can. */
export function refusalToConfirm(
  order: OrderInWaiting,
  decider: Decider,
  now: Date,
): Extract<OfficerOrderRefusal, 'notFound' | 'notWaiting' | 'asker' | 'subject' | 'askerGone'> | null {
  const refusal = refusalToRefuse(order, decider, now);
  if (refusal) return refusal;
  if (decider.id === order.askedById) return 'asker';
  return order.askedBy.disabledAt || !can(order.askedBy.role, 'officerOrders.decide') ? 'askerGone' : null;
}

/** Why somebody cannot say no to an order. Who asked can: that takes it back. Whom it is about cannot. */
export function refusalToRefuse(
  order: OrderInWaiting,
  decider: Decider,
  now: Date,
): Extract<OfficerOrderRefusal, 'notFound' | 'notWaiting' | 'subject'> | null {
  if (!can(decider.role, 'officerOrders.decide')) return 'notFound';
  if (order.state !== 'waiting' || order.expiresAt <= now) return 'notWaiting';
  return decider.id === order.userId ? 'subject' : null;
}

/** An order's content as its row keeps it. */
export interface OrderRow {
  kind: OfficerOrderContent['kind'];
  userId: string | null;
  fromRole: Role | null;
  role: Role | null;
  name: string | null;
  scopes: string[];
  vendorId: string | null;
  days: number | null;
  networks: string[];
  sources: string[];
}

const emptyRow = {
  userId: null,
  fromRole: null,
  role: null,
  name: null,
  scopes: [],
  vendorId: null,
  days: null,
  networks: [],
  sources: [],
};

export function rowOf(content: OfficerOrderContent): OrderRow {
  switch (content.kind) {
    case 'role': {
      const { kind, userId, from: fromRole, to: role } = content;
      return { ...emptyRow, kind, userId, fromRole, role };
    }
    case 'invite':
    case 'key':
      return { ...emptyRow, ...content };
  }
}

/** @throws where the row is not one that `rowOf` made */
export function contentOf(row: OrderRow): OfficerOrderContent {
  const { kind, userId, fromRole, role, name, vendorId, days, networks, sources } = row;
  if (kind === 'role' && userId && isOfFacility(fromRole) && isOfFacility(role))
    return { kind, userId, from: fromRole, to: role };
  if (kind === 'invite' && name && isOfFacility(role)) return { kind, name, role };
  const scopes = machineScopes.filter((scope) => row.scopes.includes(scope));
  if (kind === 'key' && name && days && scopes.length === row.scopes.length)
    return { kind, name, scopes, vendorId, days, networks, sources };
  throw new Error('an order of officers is not whole');
}

const isOfFacility = (role: Role | null): role is FacilityRole => role !== null && role !== 'patient';
