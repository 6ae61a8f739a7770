import type { Person } from '#app/audit/actor.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { unmergeRecords } from '#app/people/merging.server.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { reopenDuplicate } from './requests.server.ts';

/**
 * Parts two records, and opens again what was closed as the same as a request that turns out to be somebody else's, in one transaction:
 * nobody's request is answered with another person's.
 */
export function partRecords(
  world: World,
  asked: { actor: Person; mergeId: string; reason: string },
): ReturnType<typeof unmergeRecords> {
  return unmergeRecords(world, asked, async (tx, { survivorId, mergedId }) => {
    const [one, other] = [await recordGroup(tx, survivorId), await recordGroup(tx, mergedId)];
    for (const id of await closedAcross(tx, one, other))
      await reopenDuplicate(tx, world, id, 'otherIsNotTheirs');
  });
}

/** How many requests parting would open again. @param ids the survivor, and the record that was merged into it */
export async function reopenedByParting(
  db: Db,
  { survivorId, mergedId }: { survivorId: string; mergedId: string },
): Promise<number> {
  const both = await recordGroup(db, mergedId);
  const below = await recordsBelow(db, mergedId);
  if (!both.includes(survivorId)) return 0;
  const rest = both.filter((id) => !below.includes(id));
  return (await closedAcross(db, below, rest)).length;
}

/** The record and all that were merged into it: what parting takes away together. */
async function recordsBelow(db: Db, id: string): Promise<string[]> {
  const found = [id];
  for (let level = [id]; level.length > 0;) {
    const rows = await db.patient.findMany({ where: { mergedIntoId: { in: level } }, select: { id: true } });
    level = rows.map((row) => row.id).filter((one) => !found.includes(one));
    found.push(...level);
  }
  return found;
}

/** Requests of one person that were closed as the same as one of another's, either way. */
async function closedAcross(db: Db | Tx, one: string[], other: string[]): Promise<string[]> {
  const closed = await db.privacyRequest.findMany({
    where: {
      resolution: 'duplicate',
      OR: [
        { patientId: { in: one }, duplicateOf: { patientId: { in: other } } },
        { patientId: { in: other }, duplicateOf: { patientId: { in: one } } },
      ],
    },
    orderBy: { id: 'asc' },
    select: { id: true },
  });
  return closed.map(({ id }) => id);
}
