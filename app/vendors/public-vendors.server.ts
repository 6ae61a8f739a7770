import type { Db } from '#app/db/client.server.ts';
import { agreementFields, agreementOf, type Agreement } from './agreements.server.ts';
import type { VendorRelationship } from './register.ts';

/** What of a vendor's entry everybody may read. Where it receives is nobody's business but the facility's. */
export interface PublicVendorFacts {
  id: string;
  slug: string;
  name: string;
  relationship: VendorRelationship;
  contact: string | null;
  agreements: Agreement[];
}

const fields = {
  id: true,
  slug: true,
  name: true,
  relationship: true,
  contact: true,
  agreements: { orderBy: { validFrom: 'desc' as const }, select: agreementFields },
};

export async function publicVendorFacts(db: Db): Promise<PublicVendorFacts[]> {
  const rows = await db.vendor.findMany({ orderBy: { name: 'asc' }, select: fields });
  return rows.map((row) => ({ ...row, agreements: row.agreements.map(agreementOf) }));
}

/** @returns null for no vendor, and for what cannot be the slug of one */
export async function publicVendorFactsOf(
  db: Db,
  slug: string | undefined,
): Promise<PublicVendorFacts | null> {
  if (!slug || !/^[a-z0-9-]{1,60}$/.test(slug)) return null;
  const row = await db.vendor.findUnique({ where: { slug }, select: fields });
  return row && { ...row, agreements: row.agreements.map(agreementOf) };
}
