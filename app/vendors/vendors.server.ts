import type { Db, Tx } from '#app/db/client.server.ts';
import type { Endpoint } from './match-endpoint.ts';

/** All endpoints that were valid at an instant, the facility's own among them. */
export function endpointsAt(db: Db | Tx, at: Date): Promise<Endpoint[]> {
  return db.vendorEndpoint.findMany({
    where: { validFrom: { lte: at }, OR: [{ validTo: null }, { validTo: { gt: at } }] },
    select: { vendorId: true, kind: true, value: true },
  });
}

/**
 * The vendor that an export gateway names: by slug, or by one endpoint value that is valid at the instant. Null when nobody or more
 * than one answers to it.
 */
export async function findRecipient(db: Db | Tx, name: string, at: Date): Promise<string | null> {
  const bySlug = await db.vendor.findUnique({ where: { slug: name }, select: { id: true } });
  const owners = new Set(
    (await endpointsAt(db, at))
      .filter((endpoint) => endpoint.value === name.trim())
      .map((endpoint) => endpoint.vendorId),
  );
  if (bySlug) owners.add(bySlug.id);
  const [owner, ...others] = owners;
  return others.length > 0 ? null : (owner ?? null);
}

export interface ReleaseRuleInForce {
  id: string;
  version: number;
  purpose: string;
  legalBasis: string;
  legallyRequired: boolean;
  exclusionReason: string | null;
}

/**
 * What a transfer to a vendor at an instant is for, and on what basis. Null when no rule was in force, or several: then nothing is
 * known, and the law's list is where the transfer belongs until somebody says otherwise.
 */
export async function releaseRuleAt(
  db: Db | Tx,
  vendorId: string,
  at: Date,
): Promise<ReleaseRuleInForce | null> {
  const rules = await db.releaseRule.findMany({
    where: { vendorId, validFrom: { lte: at }, OR: [{ validTo: null }, { validTo: { gt: at } }] },
    select: {
      id: true,
      version: true,
      purpose: true,
      legalBasis: true,
      legallyRequired: true,
      exclusionReason: true,
    },
    take: 2,
  });
  return rules.length === 1 ? (rules[0] ?? null) : null;
}

export interface VendorName {
  id: string;
  slug: string;
  name: string;
}

export function allVendors(db: Db | Tx): Promise<VendorName[]> {
  return db.vendor.findMany({ orderBy: { name: 'asc' }, select: { id: true, slug: true, name: true } });
}
