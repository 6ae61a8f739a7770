import { isUniqueViolation, type Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

export interface SavedView {
  id: string;
  name: string;
  /** The query of the queue's address. */
  query: string;
}

/** How many views one person may keep. */
const mostViews = 30;

/** The views of one person, by name. Nobody else's are theirs to see. */
export function viewsOf(db: Db, ownerId: string): Promise<SavedView[]> {
  return db.savedView.findMany({
    where: { ownerId },
    orderBy: [{ name: 'asc' }, { id: 'asc' }],
    select: { id: true, name: true, query: true },
  });
}

/** Keeps a filter under a name. */
export async function saveView(
  world: World,
  { ownerId, name, query }: { ownerId: string; name: string; query: string },
): Promise<{ ok: true } | { ok: false; refusal: 'nameTaken' | 'tooMany' }> {
  if ((await world.db.savedView.count({ where: { ownerId } })) >= mostViews)
    return { ok: false, refusal: 'tooMany' };
  try {
    await world.db.savedView.create({
      data: { ownerId, name, query, madeAt: world.clock() },
      select: { id: true },
    });
    return { ok: true };
  } catch (error) {
    if (isUniqueViolation(error)) return { ok: false, refusal: 'nameTaken' };
    throw error;
  }
}

/** Forgets a view. One that is not this person's is as absent as one that is not there. */
export async function dropView(world: World, ownerId: string, id: string): Promise<boolean> {
  const { count } = await world.db.savedView.deleteMany({ where: { id, ownerId } });
  return count > 0;
}
