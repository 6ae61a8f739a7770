import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { changeCredentials, type CredentialRefusal } from './credentials.server.ts';
import { codesInSet, issueCodes, newCodes } from './one-time-codes.server.ts';

/**
 * Makes a person's recovery codes, in place of those they had. @returns the codes, to be shown once, and the session's new id
 * @throws Busy
 */
export async function makeRecoveryCodes(
  world: World,
  { person, session }: { person: Person; session: { id: string } },
): Promise<{ ok: true; texts: string[]; sessionId: string } | { ok: false; refusal: CredentialRefusal }> {
  const { texts, rows } = await newCodes(codesInSet.recovery);
  const changed = await changeCredentials(world, { person, session }, async (tx, now) => {
    await issueCodes(tx, { userId: person.id, kind: 'recovery', rows, now });
    return { type: 'recoveryCodes.issued', notice: 'recoveryCodesMade', after: { count: texts.length } };
  });
  return changed.ok ? { ...changed, texts } : changed;
}
