import type { Db, Tx } from '#app/db/client.server.ts';

export interface FacilityRecord {
  name: string;
  issuer: string;
  timeZone: string;
  phone: string;
  email: string;
  address: string;
}

/** The facility this installation serves. @throws when the installation has none: it was never set up */
export async function theFacility(db: Db | Tx): Promise<FacilityRecord> {
  return db.facility.findFirstOrThrow({
    where: { id: 1 },
    select: { name: true, issuer: true, timeZone: true, phone: true, email: true, address: true },
  });
}

/** Days on which the facility does not work, as `YYYY-MM-DD`, between two dates. */
export async function holidaysBetween(db: Db | Tx, from: Date, to: Date): Promise<string[]> {
  const rows = await db.holiday.findMany({
    where: { onDate: { gte: from, lte: to } },
    orderBy: { onDate: 'asc' },
  });
  return rows.map((row) => row.onDate.toISOString().slice(0, 10));
}

export interface FacilitySettings extends FacilityRecord {
  jurisdiction: string;
}

/** Every setting of the facility; null before it is set up. */
export async function facilitySettings(db: Db | Tx): Promise<FacilitySettings | null> {
  return db.facility.findUnique({
    where: { id: 1 },
    select: {
      name: true,
      issuer: true,
      timeZone: true,
      jurisdiction: true,
      phone: true,
      email: true,
      address: true,
    },
  });
}

/** Writes the facility's settings, whole. Call it in the transaction that also appends the audit event. */
export async function writeFacility(tx: Tx, settings: FacilitySettings): Promise<void> {
  await tx.facility.upsert({
    where: { id: 1 },
    create: { id: 1, ...settings },
    update: settings,
    select: { id: true },
  });
}
