import type { Db, Tx } from '#app/db/client.server.ts';
import type { FollowsAs } from './follows.ts';

interface Hands {
  draftedById: string | null;
  sentById: string | null;
}

/**
 * Of an appeal: whoever drafted or sent an answer that it is about, the one that is appealed from and every one before that. An appeal of
 * an appeal is not looked at by who decided the first time (45 CFR 164.524(a)(4)).
 */
export async function appealedFrom(
  db: Db | Tx,
  { followsAs, followsId }: { followsAs: FollowsAs | null; followsId: string | null },
): Promise<string[]> {
  const hands = new Set<string>();
  for (let id = followsAs === 'appeal' ? followsId : null; id !== null;) {
    const earlier: { followsId: string | null; response: Hands | null } | null =
      await db.privacyRequest.findUnique({
        where: { id },
        select: { followsId: true, response: { select: { draftedById: true, sentById: true } } },
      });
    for (const hand of [earlier?.response?.draftedById, earlier?.response?.sentById])
      if (hand) hands.add(hand);
    id = earlier?.followsId ?? null;
  }
  return [...hands];
}
