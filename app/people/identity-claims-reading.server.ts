import type { Db, Prisma, Tx } from '#app/db/client.server.ts';
import {
  agreeing,
  agreementOf,
  comparable,
  type Agreement,
  type ClaimedIdentity,
} from './identity-claims.ts';
import { recordGroups } from './records.server.ts';

export const claimFields = {
  id: true,
  givenName: true,
  familyName: true,
  bornOn: true,
  issuer: true,
  value: true,
  state: true,
  claimedAt: true,
  patientId: true,
  decidedAt: true,
  decidedBy: { select: { displayName: true } },
  reason: true,
  user: { select: { id: true, displayName: true, email: true, createdAt: true, disabledAt: true } },
} as const satisfies Prisma.IdentityClaimSelect;

export interface StoredClaim extends ClaimedIdentity {
  id: string;
  state: 'pending' | 'verified' | 'failed' | 'overtaken';
  claimedAt: Date;
  patientId: string | null;
  decidedAt: Date | null;
  decidedBy: { displayName: string } | null;
  reason: string | null;
  /** Whose account it is. */
  user: { id: string; displayName: string; email: string; createdAt: Date; disabledAt: Date | null };
}

export function stored(row: Prisma.IdentityClaimGetPayload<{ select: typeof claimFields }>): StoredClaim {
  return { ...row, bornOn: dateText(row.bornOn) };
}

/** Claims that wait for staff, oldest first. */
export async function openClaims(db: Db, most = 100): Promise<StoredClaim[]> {
  const rows = await db.identityClaim.findMany({
    where: { state: 'pending' },
    orderBy: [{ claimedAt: 'asc' }, { id: 'asc' }],
    take: most,
    select: claimFields,
  });
  return rows.map(stored);
}

/** How many wait, and since when the oldest one. */
export async function openClaimsCount(db: Db): Promise<{ count: number; oldest: Date | null }> {
  const { _count, _min } = await db.identityClaim.aggregate({
    where: { state: 'pending' },
    _count: true,
    _min: { claimedAt: true },
  });
  return { count: _count, oldest: _min.claimedAt };
}

/** The newest claim of a person, as they may see it: what they typed and how it was decided. Nothing of a record. */
export async function newestClaimOf(
  db: Db,
  userId: string,
): Promise<Pick<StoredClaim, 'id' | 'state' | 'claimedAt' | 'decidedAt' | 'reason'> | null> {
  return db.identityClaim.findFirst({
    where: { userId },
    orderBy: [{ claimedAt: 'desc' }, { id: 'desc' }],
    select: { id: true, state: true, claimedAt: true, decidedAt: true, reason: true },
  });
}

export interface Candidate {
  patientId: string;
  givenName: string;
  familyName: string;
  bornOn: string;
  identifiers: { issuer: string; value: string }[];
  agreement: Agreement;
  /** An account is bound to it already: this claim cannot be. */
  hasAccount: boolean;
}

/** A claim with the records it may be about, best first. @returns null when there is no such claim */
export async function claimForStaff(
  db: Db,
  claimId: string,
): Promise<{ claim: StoredClaim; candidates: Candidate[] } | null> {
  const row = await db.identityClaim.findUnique({ where: { id: claimId }, select: claimFields });
  if (!row) return null;
  const claim = stored(row);
  return { claim, candidates: await candidatesFor(db, claim) };
}

/**
 * Records with the number that was typed, and those of the same birth date with a name that agrees. One that was merged stands for the
 * record it was merged into, with the numbers of both.
 */
export async function candidatesFor(db: Db | Tx, claim: ClaimedIdentity): Promise<Candidate[]> {
  const found = await db.patient.findMany({
    where: {
      OR: [
        { identifiers: { some: { issuer: claim.issuer, value: claim.value } } },
        { bornOn: new Date(`${claim.bornOn}T00:00:00Z`) },
      ],
    },
    orderBy: { id: 'asc' },
    take: 500,
    select: {
      id: true,
      givenName: true,
      familyName: true,
      identifiers: { where: { issuer: claim.issuer, value: claim.value }, select: { id: true } },
    },
  });
  const near = found.filter(
    (record) =>
      record.identifiers.length > 0 ||
      comparable(record.familyName) === comparable(claim.familyName) ||
      comparable(record.givenName) === comparable(claim.givenName),
  );
  const groups = await recordGroups(
    db,
    near.map(({ id }) => id),
  );
  const survivors = await db.patient.findMany({
    where: { id: { in: [...groups.values()].flat() }, mergedIntoId: null },
    select: { id: true, givenName: true, familyName: true, bornOn: true },
  });
  const candidates: Candidate[] = [];
  for (const { id: patientId, bornOn, ...names } of survivors) {
    const group = [...groups.values()].find((ids) => ids.includes(patientId)) ?? [patientId];
    const identifiers = await db.patientIdentifier.findMany({
      where: { patientId: { in: group } },
      orderBy: { recordedAt: 'asc' },
      select: { issuer: true, value: true },
    });
    const bound = await db.user.findFirst({ where: { patientId: { in: group } }, select: { id: true } });
    const facts = { ...names, bornOn: dateText(bornOn), identifiers };
    const agreement = agreementOf(claim, facts);
    candidates.push({ patientId, ...facts, agreement, hasAccount: bound !== null });
  }
  return candidates.sort((a, b) => agreeing(b.agreement) - agreeing(a.agreement));
}

function dateText(date: Date): string {
  return date.toISOString().slice(0, 10);
}
