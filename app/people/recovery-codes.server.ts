import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { changeCredentials, type CredentialChange } from './credentials.server.ts';
import { codesInSet, issueCodes, newCodes } from './one-time-codes.server.ts';

/**
 * Makes a person new recovery codes for their own drawer; the old ones stop. The codes are in the answer and nowhere else.
 * @throws Busy
 */
export async function makeRecoveryCodes(
  world: World,
  who: { person: Person; session: { id: string } },
): Promise<
  (Extract<CredentialChange, { ok: true }> & { codes: string[] }) | Extract<CredentialChange, { ok: false }>
> {
  const { texts, rows } = await newCodes(codesInSet.recovery);
  const made = await changeCredentials(world, who, async (tx, now) => {
    await issueCodes(tx, { userId: who.person.id, kind: 'recovery', rows, now });
    return { type: 'recoveryCodes.issued', notice: 'recoveryCodesMade', after: { codes: rows.length } };
  });
  return made.ok ? { ...made, codes: texts } : made;
}
