import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { lockAccount, traceCredentials } from './credentials.server.ts';
import { codesInSet, issueCodes, newCodes } from './one-time-codes.server.ts';
import { endSessionsOf } from './sessions.server.ts';

/**
 * Makes a person's recovery codes, in place of those they had, and ends their other sessions. This one keeps its id: the answer to the form
 * is the page with the codes, and without script its loaders still come with the old cookie. @returns the codes, to be shown once
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
    await issueCodes(tx, { userId: person.id, kind: 'recovery', rows, now });
    await endSessionsOf(tx, person.id, session.id);
    const made = {
      type: 'recoveryCodes.issued',
      notice: 'recoveryCodesMade',
      after: { count: texts.length },
    } as const;
    await traceCredentials(tx, person, made, now);
  });
  return texts;
}
