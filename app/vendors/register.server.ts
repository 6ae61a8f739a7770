import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { enqueue, inTransaction, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { agreementFields, agreementOf, type Agreement } from './agreements.server.ts';
import type { EndpointKind } from './match-endpoint.ts';
import { lockRegisters } from './register-lock.server.ts';
import {
  mayAdd,
  mayEnd,
  slugOf,
  type AddRefusal,
  type EndRefusal,
  type RegisteredEndpoint,
  type VendorRelationship,
} from './register.ts';

export interface VendorFacts {
  name: string;
  relationship: VendorRelationship;
  address: string | null;
  contact: string | null;
}

export interface RegisteredVendor extends VendorFacts {
  id: string;
  slug: string;
  endpoints: RegisteredEndpoint[];
  agreements: Agreement[];
}

const endpointFields = {
  id: true,
  vendorId: true,
  kind: true,
  value: true,
  validFrom: true,
  validTo: true,
} as const;
const endpointOrder: Prisma.VendorEndpointOrderByWithRelationInput[] = [
  { kind: 'asc' },
  { value: 'asc' },
  { validFrom: 'asc' },
];
const vendorFields = {
  id: true,
  slug: true,
  name: true,
  relationship: true,
  address: true,
  contact: true,
  endpoints: { orderBy: endpointOrder, select: endpointFields },
  agreements: { orderBy: { validFrom: 'desc' }, select: agreementFields },
} satisfies Prisma.VendorSelect;

/** Every vendor, by name, with all endpoints and agreements there ever were. */
export async function vendorRegister(db: Db): Promise<RegisteredVendor[]> {
  const rows = await db.vendor.findMany({
    orderBy: { name: 'asc' },
    select: vendorFields,
  });
  return rows.map((row) => ({ ...row, agreements: row.agreements.map(agreementOf) }));
}

export async function registeredVendor(db: Db | Tx, id: string): Promise<RegisteredVendor | null> {
  const row = await db.vendor.findUnique({
    where: { id },
    select: vendorFields,
  });
  return row && { ...row, agreements: row.agreements.map(agreementOf) };
}

/** The facility's own endpoints: what goes there has not left the house. */
export function ownEndpoints(db: Db): Promise<RegisteredEndpoint[]> {
  return db.vendorEndpoint.findMany({
    where: { vendorId: null },
    orderBy: endpointOrder,
    select: endpointFields,
  });
}

export async function addVendor(
  world: World,
  { facts, actor, reason }: { facts: VendorFacts; actor: Person; reason: string },
): Promise<{ ok: true; id: string } | { ok: false; refusal: 'nameless' | 'thereAlready' }> {
  const now = world.clock();
  const slug = slugOf(facts.name);
  if (slug === '') return { ok: false, refusal: 'nameless' };
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    const there = await tx.vendor.findFirst({
      where: { OR: [{ slug }, { name: facts.name }] },
      select: { id: true },
    });
    if (there) return { ok: false, refusal: 'thereAlready' };
    const id = newRowId(now);
    await tx.vendor.create({ data: { id, slug, ...facts, createdAt: now }, select: { id: true } });
    await appendEvent(tx, {
      type: 'vendor.added',
      actor,
      at: now,
      subject: { kind: 'vendor', id },
      after: { slug, ...facts },
      reason,
      visibleToPatient: false,
    });
    return { ok: true, id };
  });
}

/** Who the vendor is, and where it is reached. Its slug stays: programs name it so. */
export function changeVendor(
  world: World,
  change: { id: string; facts: VendorFacts; actor: Person; reason: string },
): Promise<{ ok: true } | { ok: false; refusal: 'gone' | 'nothingChanged' | 'thereAlready' }> {
  const { id, facts, actor, reason } = change;
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    const before = await registeredVendor(tx, id);
    if (!before) return { ok: false, refusal: 'gone' };
    const was = factsOf(before);
    if (JSON.stringify(was) === JSON.stringify(factsOf(facts)))
      return { ok: false, refusal: 'nothingChanged' };
    const other = await tx.vendor.findFirst({
      where: { name: facts.name, id: { not: id } },
      select: { id: true },
    });
    if (other) return { ok: false, refusal: 'thereAlready' };
    await tx.vendor.update({ where: { id }, data: factsOf(facts), select: { id: true } });
    await appendEvent(tx, {
      type: 'vendor.changed',
      actor,
      at: world.clock(),
      subject: { kind: 'vendor', id },
      before: was,
      after: factsOf(facts),
      reason,
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

const factsOf = ({ name, relationship, address, contact }: VendorFacts) => ({
  name,
  relationship,
  address,
  contact,
});

export interface NewEndpoint {
  /** Null: the facility's own. */
  vendorId: string | null;
  kind: EndpointKind;
  /** As `normalEndpoint` made it. */
  value: string;
  validFrom: Date;
  reason: string;
  actor: Person;
}

/** Adds where a vendor receives from an instant on, and queues the settling of reports that wait for it. */
export function addEndpoint(
  world: World,
  { vendorId, kind, value, validFrom, reason, actor }: NewEndpoint,
): Promise<{ ok: true } | { ok: false; refusal: AddRefusal | 'gone'; ownerId?: string | null }> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    if (vendorId !== null && !(await registeredVendor(tx, vendorId))) return { ok: false, refusal: 'gone' };
    const alike = await tx.vendorEndpoint.findMany({ where: { kind, value }, select: endpointFields });
    const may = mayAdd(alike, { vendorId, kind, value, validFrom });
    if (!may.ok) return may;
    const id = newRowId(now);
    await tx.vendorEndpoint.create({
      data: { id, vendorId, kind, value, validFrom },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'endpoint.added',
      actor,
      at: now,
      subject: { kind: 'vendorEndpoint', id },
      after: { vendorId, kind, value, validFrom: validFrom.toISOString() },
      reason,
      visibleToPatient: false,
    });
    await settleWhatWaited(tx, id, actor);
    return { ok: true };
  });
}

function settleWhatWaited(tx: Tx, endpointId: string, { id: byId }: Person): Promise<void> {
  return enqueue(tx, 'settle-waiting', { endpointId, byId }, `settle-waiting:endpoint:${endpointId}`);
}

export type Ended = { ok: true } | { ok: false; refusal: EndRefusal | 'gone' };

/** Ends an endpoint at an instant. What was matched by it stays; the row stays to be read. What two owners had may be one's from then on. */
export function endEndpoint(
  world: World,
  { id, at, reason, actor }: { id: string; at: Date; reason: string; actor: Person },
): Promise<Ended> {
  return inTransaction(world.db, async (tx) => {
    await lockRegisters(tx);
    const before = await tx.vendorEndpoint.findUnique({ where: { id }, select: endpointFields });
    if (!before) return { ok: false, refusal: 'gone' };
    const may = mayEnd(before, at);
    if (!may.ok) return may;
    await tx.vendorEndpoint.update({ where: { id }, data: { validTo: at }, select: { id: true } });
    const { vendorId, kind, value, validFrom, validTo } = before;
    await appendEvent(tx, {
      type: 'endpoint.ended',
      actor,
      at: world.clock(),
      subject: { kind: 'vendorEndpoint', id },
      before: {
        vendorId,
        kind,
        value,
        validFrom: validFrom.toISOString(),
        validTo: validTo?.toISOString() ?? null,
      },
      after: { validTo: at.toISOString() },
      reason,
      visibleToPatient: false,
    });
    await settleWhatWaited(tx, id, actor);
    return { ok: true };
  });
}
