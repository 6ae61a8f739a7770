import type { Tx } from '#app/db/client.server.ts';

/**
 * Locks a patient record for binding an account to it: whoever binds next waits, and then sees it. @returns why it cannot be bound to:
 * there is no such record, it was merged into another one, or an account is bound to it or to a record that is the same person
 */
export async function refusalToBind(
  tx: Tx,
  patientId: string,
): Promise<'notFound' | 'mergedAway' | 'hasAccount' | null> {
  const [row] = await tx.$queryRaw<{ merged: boolean }[]>`
    select merged_into_id is not null as merged from patient where id = ${patientId}::uuid for no key update`;
  if (!row) return 'notFound';
  if (row.merged) return 'mergedAway';
  const [found] = await tx.$queryRaw<{ bound: boolean }[]>`
    with recursive same(id) as (
      select ${patientId}::uuid
      union
      select patient.id from patient join same on patient.merged_into_id = same.id
    )
    select exists (select 1 from user_account where patient_id in (select id from same)) as bound`;
  return found?.bound ? 'hasAccount' : null;
}
