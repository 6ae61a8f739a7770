import type { Db, Tx } from '#app/db/client.server.ts';
import type { Endpoint } from './match-endpoint.ts';

export interface ReleaseRuleInForce {
  id: string;
  version: number;
  purpose: string;
  legalBasis: string;
  legallyRequired: boolean;
  exclusionReason: string | null;
}

/** The register of endpoints, to be asked for those that were valid at an instant. */
export async function endpointRegister(db: Db | Tx): Promise<(at: Date) => Endpoint[]> {
  const endpoints = await db.vendorEndpoint.findMany({
    select: { vendorId: true, kind: true, value: true, validFrom: true, validTo: true },
  });
  return (at) => endpoints.filter((endpoint) => isValidAt(endpoint, at));
}

/**
 * The rules in force, to be asked what a transfer to a vendor at an instant is for, and on what basis. Null when no rule was in force,
 * or several: then nothing is known, and the law's list is where the transfer belongs until somebody says otherwise.
 */
export async function releaseRuleRegister(
  db: Db | Tx,
): Promise<(vendorId: string, at: Date) => ReleaseRuleInForce | null> {
  const rules = await db.releaseRule.findMany({
    select: {
      id: true,
      vendorId: true,
      version: true,
      purpose: true,
      legalBasis: true,
      legallyRequired: true,
      exclusionReason: true,
      validFrom: true,
      validTo: true,
    },
  });
  return (vendorId, at) => {
    const inForce = rules.filter((rule) => rule.vendorId === vendorId && isValidAt(rule, at));
    return inForce.length === 1 ? (inForce[0] ?? null) : null;
  };
}

function isValidAt({ validFrom, validTo }: { validFrom: Date; validTo: Date | null }, at: Date): boolean {
  return validFrom <= at && (validTo === null || validTo > at);
}

/** One change of what is known of a vendor at a time: its row stays locked until the transaction ends. @returns whether there is such a one */
export async function lockVendor(tx: Tx, vendorId: string): Promise<boolean> {
  const rows = await tx.$queryRaw<object[]>`
    select 1 as held from vendor where id = ${vendorId}::uuid for no key update`;
  return rows.length > 0;
}

export interface VendorName {
  id: string;
  slug: string;
  name: string;
}

export function allVendors(db: Db | Tx): Promise<VendorName[]> {
  return db.vendor.findMany({ orderBy: { name: 'asc' }, select: { id: true, slug: true, name: true } });
}
