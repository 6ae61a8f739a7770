import type { Db, Tx } from '#app/db/client.server.ts';

/**
 * All records that were found to be one person: the survivor and everything that was merged into it, from whichever of them is asked.
 * Reading takes the whole group; writing stays with the one record. Alone in it is a record that was never merged.
 */
export async function recordGroup(db: Db | Tx, patientId: string): Promise<string[]> {
  return (await recordGroups(db, [patientId])).get(patientId) ?? [patientId];
}

/** The same for many records in one query. Every id that was asked for has its group in the answer, itself among it. */
export async function recordGroups(
  db: Db | Tx,
  patientIds: readonly string[],
): Promise<Map<string, string[]>> {
  const asked = [...new Set(patientIds)];
  const groups = new Map(asked.map((id) => [id, [id]]));
  if (asked.length === 0) return groups;
  // Up to the survivor, then down to all that were merged into it. `union` ends even where a cycle should not be. Of hundreds that are asked
  // for nearly all were never merged: these are left out by two indexes, or both ways would be walked for each of them.
  const others = await db.$queryRaw<{ asked: string; id: string }[]>`
    with recursive up as (
      select id as asked, id, merged_into_id from patient where id in (
        select id from patient where id = any(${asked}::uuid[]) and merged_into_id is not null
        union all
        select merged_into_id from patient where merged_into_id = any(${asked}::uuid[]))
      union
      select up.asked, above.id, above.merged_into_id from patient above join up on above.id = up.merged_into_id
    ), members as (
      select asked, id from up
      union
      select members.asked, below.id from patient below join members on below.merged_into_id = members.id
    )
    select asked, id from members where id <> asked`;
  for (const { asked: of, id } of others) groups.get(of)?.push(id);
  return groups;
}

/** The record that stands for a group: the one that was merged into no other. */
export async function survivorOf(db: Db | Tx, patientId: string): Promise<string | null> {
  const group = await recordGroup(db, patientId);
  const survivor = await db.patient.findFirst({
    where: { id: { in: group }, mergedIntoId: null },
    select: { id: true },
  });
  return survivor?.id ?? null;
}
