import { plainview } from '#app/audit/actor.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { lockRecords } from '#app/people/record-account.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { holdersOf, owe, oweUntoldEnds, type Owed } from './owe.server.ts';

/**
 * Owes what companies are to be told after two records were joined, or parted again. Joined: each "no" in force of the one, to those that
 * have images of the other. Parted: each "no" that is in force again, because it was the other that took it back, replaced it or was asked about it, to
 * those that were told of it; and ends that only a "no" of the other kept back. Running it twice owes nothing twice.
 */
export function oweAfterJoining(world: World, mergeId: string): Promise<void> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    const { survivorId, mergedId } = await tx.patientMerge.findUniqueOrThrow({
      where: { id: mergeId },
      select: { survivorId: true, mergedId: true },
    });
    await lockRecords(tx, [survivorId, mergedId]);
    const { mergedAt, unmergedAt } = await tx.patientMerge.findUniqueOrThrow({
      where: { id: mergeId },
      select: { mergedAt: true, unmergedAt: true },
    });
    const group = await recordGroup(tx, survivorId);
    const lower = unmergedAt ? await recordGroup(tx, mergedId) : await mergedInto(tx, mergedId);
    const upper = group.filter((id) => !lower.includes(id));
    for (const [own, others] of [
      [upper, lower],
      [lower, upper],
    ] as const)
      if (unmergedAt) await oweBroughtBack(tx, { own, others, since: unmergedAt, now });
      else await oweToHolders(tx, { own, others, since: mergedAt, now });
  });
}

interface Sides {
  own: readonly string[];
  others: readonly string[];
  since: Date;
  now: Date;
}

async function oweToHolders(tx: Tx, { own, others, since, now }: Sides): Promise<void> {
  const group = [...own, ...others];
  const holders = await holdersOf(tx, { group, of: others, now });
  const noes = await tx.optOut.findMany({
    where: {
      ...{ patientId: { in: [...own] }, act: 'denied' },
      ...{ supersededBy: { none: { patientId: { in: group } } }, ...notEnded(group, now) },
    },
    orderBy: { sequence: 'asc' },
    select: { id: true, patientId: true, requestId: true, vendorReach: true, vendorIds: true },
  });
  for (const { id, patientId, requestId, vendorReach, vendorIds } of noes) {
    const newest = await newestStops(tx, id);
    const owed = holders.filter(({ vendorId }) => {
      const before = newest.find((one) => one.vendorId === vendorId);
      // What has not gone out yet goes out with all that the company has.
      const isTold =
        before && (before.owedAt >= since || (before.sentAt === null && before.closedAt === null));
      return !isTold && (vendorReach === 'all' || vendorIds.includes(vendorId));
    });
    await owe(tx, { actor: plainview, patientId, requestId, now }, { kind: 'stop', optOutId: id, owed });
  }
}

async function oweBroughtBack(tx: Tx, { own, others, since, now }: Sides): Promise<void> {
  const noes = await tx.optOut.findMany({
    where: {
      ...{ patientId: { in: [...own] }, act: 'denied', ...notEnded(own, now) },
      supersededBy: { none: { patientId: { in: [...own] } } },
      OR: [
        { supersededBy: { some: { patientId: { in: [...others] } } } },
        { asks: { some: { patientId: { in: [...others] }, endsAt: { lte: now } } } },
      ],
    },
    orderBy: { sequence: 'asc' },
    select: { id: true, patientId: true, requestId: true },
  });
  for (const { id, patientId, requestId } of noes) {
    const owed = (await newestStops(tx, id)).filter(
      ({ owedAt, closedAt }) => closedAt !== null && owedAt < since,
    );
    await owe(tx, { actor: plainview, patientId, requestId, now }, { kind: 'stop', optOutId: id, owed });
  }
  const [patientId] = own;
  if (patientId) await oweUntoldEnds(tx, { actor: plainview, patientId, now });
}

/** A "no" ends by itself only once its patient was asked, under a record that is joined with its own. */
const notEnded = (group: readonly string[], now: Date) => ({
  asks: { none: { patientId: { in: [...group] }, endsAt: { lte: now } } },
});

/** The newest notice of a "no" to each company. */
function newestStops(
  tx: Tx,
  optOutId: string,
): Promise<(Owed & { owedAt: Date; sentAt: Date | null; closedAt: Date | null })[]> {
  return tx.vendorNotice.findMany({
    where: { optOutId, kind: 'stop' },
    orderBy: [{ vendorId: 'asc' }, { owedAt: 'desc' }],
    distinct: ['vendorId'],
    select: { vendorId: true, ground: true, owedAt: true, sentAt: true, closedAt: true },
  });
}

/** A record and all that were merged into it. */
async function mergedInto(tx: Tx, id: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ id: string }[]>`
    with recursive below as (
      select ${id}::uuid as id
      union
      select under.id from patient under join below on under.merged_into_id = below.id
    )
    select id::text from below`;
  return rows.map((row) => row.id);
}
