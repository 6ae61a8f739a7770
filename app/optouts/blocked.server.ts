import type { Db } from '#app/db/client.server.ts';

/** How many lists for companies each "no" kept its patient out of, and when it last did. */
export async function listsThatLeftOut(
  db: Db,
  optOutIds: string[],
): Promise<Map<string, { lists: number; lastAt: Date }>> {
  if (optOutIds.length === 0) return new Map();
  const rows = await db.$queryRaw<{ id: string; lists: number; lastAt: Date }[]>`
    select denial.opt_out_id::text as id, count(distinct denial.cohort_check_id)::int as lists, max(list.checked_at) as "lastAt"
      from cohort_denial denial join cohort_check list on list.id = denial.cohort_check_id
     where denial.opt_out_id = any(${optOutIds}::uuid[]) group by 1`;
  return new Map(rows.map(({ id, ...left }) => [id, left]));
}

export function later(one: Date | undefined, other: Date | undefined): Date | null {
  if (!one || !other) return one ?? other ?? null;
  return one > other ? one : other;
}
