import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { lockAccount, traceCredentials } from './credentials.server.ts';
import { codesInSet, issueCodes, newCodes } from './one-time-codes.server.ts';
import { endSessionsOf } from './sessions.server.ts';

/**
 * Makes a person new recovery codes for their own drawer; the old ones stop, and their other sessions end. This session keeps its id: the
 * page that shows the codes is the answer to the request that came with it. @returns the codes, which are nowhere else
 * @throws Busy
 */
export async function makeRecoveryCodes(
  world: World,
  { person, session }: { person: Person; session: { id: string } },
): Promise<string[]> {
  const { texts, rows } = await newCodes(codesInSet.recovery);
  const now = world.clock();
  await inTransaction(world.db, async (tx) => {
    await lockAccount(tx, person.id);
    await issueCodes(tx, { owner: { userId: person.id }, kind: 'recovery', rows, now });
    const after = { codes: rows.length };
    await traceCredentials(
      tx,
      person,
      { type: 'recoveryCodes.issued', notice: 'recoveryCodesMade', after },
      now,
    );
    await endSessionsOf(tx, person.id, session.id);
  });
  return texts;
}
