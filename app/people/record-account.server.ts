import type { Tx } from '#app/db/client.server.ts';
import { recordGroup } from './records.server.ts';

export type BindRefusal = 'notFound' | 'mergedAway' | 'hasAccount';

/**
 * Locks a patient record for binding an account to it: whoever binds next waits, and then sees it. @returns why it cannot be bound to:
 * there is no such record, it was merged into another one, or an account is bound to it or to a record that is the same person: a shut
 * one too, which may be opened again
 */
export async function refusalToBind(tx: Tx, patientId: string): Promise<BindRefusal | null> {
  const group = await lockRecordGroup(tx, patientId);
  const record = await tx.patient.findUnique({ where: { id: patientId }, select: { mergedIntoId: true } });
  if (!record) return 'notFound';
  if (record.mergedIntoId) return 'mergedAway';
  return (await accountsOnRecords(tx, group)).length > 0 ? 'hasAccount' : null;
}

/**
 * Whether somebody else has an open account on the same person's records: a group of records has one at most. Hold the records first
 * (`lockRecordGroup`).
 */
export async function hasOpenAccount(tx: Tx, group: string[], but?: { userId: string }): Promise<boolean> {
  const accounts = await accountsOnRecords(tx, group);
  return accounts.some(({ id, disabledAt }) => disabledAt === null && id !== but?.userId);
}

function accountsOnRecords(tx: Tx, group: string[]) {
  return tx.user.findMany({
    where: { patientId: { in: group } },
    select: { id: true, disabledAt: true },
  });
}

/**
 * Holds all records of one person until the transaction ends. A group that was merged into another while this waited is held with the
 * other one. @returns the group, as it stands now
 */
export async function lockRecordGroup(tx: Tx, patientId: string): Promise<string[]> {
  for (let held: string[] = []; ;) {
    const group = await recordGroup(tx, patientId);
    if (group.every((id) => held.includes(id))) return group;
    await lockRecords(tx, group);
    held = group;
  }
}

/** In the order of their ids, so that two people who merge the same records do not wait for each other for ever. */
export async function lockRecords(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$queryRaw`select id from patient where id = any(${[...ids].sort()}::uuid[]) order by id for no key update`;
}
