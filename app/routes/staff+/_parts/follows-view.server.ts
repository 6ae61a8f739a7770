import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { colleagues } from '#app/requests/assign.server.ts';
import type { RequestState } from '#app/requests/request-state.ts';
import type { FollowsAs } from '#app/requests/follows.ts';
import { isOpenStatus } from '#app/requests/moves.ts';
import { readStatement } from '#app/requests/statement.server.ts';

export interface FollowsView {
  as: FollowsAs;
  /** The answered request that it is about. */
  id: string;
  reference: string;
  /** Why, in the words of whoever asked. */
  reason: string;
  /** Of an open appeal whose reader had a part in the answer that it is about: who may decide it; null: they had none. */
  others: string[] | null;
}

/** What a request asks to have looked at again; null where it does not. */
export async function followsView(
  world: World,
  { id, state, person }: { id: string; state: RequestState; person: Person },
): Promise<FollowsView | null> {
  const row = await world.db.privacyRequest.findUnique({
    where: { id },
    select: { followsAs: true, follows: { select: { id: true, reference: true } } },
  });
  if (!row?.follows || !row.followsAs) return null;
  const took = state.appealedFrom ?? [];
  const mayNot = took.includes(person.id) && isOpenStatus(state.status);
  const [{ reason = '' }, people] = await Promise.all([
    readStatement(world, id),
    mayNot ? colleagues(world.db) : [],
  ]);
  return {
    ...row.follows,
    as: row.followsAs,
    reason,
    others: mayNot ? people.filter((one) => !took.includes(one.id)).map(({ name }) => name) : null,
  };
}
