import type { Db, Prisma, Tx } from '#app/db/client.server.ts';

const orderFields = {
  id: true,
  kind: true,
  state: true,
  reason: true,
  userId: true,
  fromRole: true,
  role: true,
  name: true,
  scopes: true,
  vendorId: true,
  days: true,
  networks: true,
  sources: true,
  askedById: true,
  askedAt: true,
  expiresAt: true,
  decidedAt: true,
  refusal: true,
  user: { select: { displayName: true, role: true } },
  vendor: { select: { name: true } },
  askedBy: { select: { displayName: true, role: true, disabledAt: true } },
  decidedBy: { select: { displayName: true } },
} as const satisfies Prisma.OfficerOrderSelect;
export type OfficerOrder = Prisma.OfficerOrderGetPayload<{ select: typeof orderFields }>;

/** Orders that wait for a second officer, oldest first. */
export function waitingOfficerOrders(db: Db, now: Date): Promise<OfficerOrder[]> {
  return db.officerOrder.findMany({
    where: { state: 'waiting', expiresAt: { gt: now } },
    orderBy: { askedAt: 'asc' },
    select: orderFields,
  });
}

/** Orders that were decided, or that nobody decided in time; newest first. */
export function endedOfficerOrders(db: Db, now: Date, most: number): Promise<OfficerOrder[]> {
  return db.officerOrder.findMany({
    where: { OR: [{ state: { not: 'waiting' } }, { expiresAt: { lte: now } }] },
    orderBy: { askedAt: 'desc' },
    take: most,
    select: orderFields,
  });
}

export function officerOrderById(db: Db | Tx, id: string): Promise<OfficerOrder | null> {
  return db.officerOrder.findUnique({ where: { id }, select: orderFields });
}

/** Open officers besides this one. */
export function otherOfficers(db: Db | Tx, than: string): Promise<{ id: string }[]> {
  return db.user.findMany({
    where: { role: 'privacyOfficer', disabledAt: null, id: { not: than } },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
}

/** Whether somebody besides this officer could confirm. */
export async function hasSecondOfficer(db: Db, officerId: string): Promise<boolean> {
  return (await otherOfficers(db, officerId)).length > 0;
}
