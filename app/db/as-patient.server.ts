import { inTransaction, type Db } from './client.server.ts';
import { patientRole, wallSettings } from './wall.ts';
import type { World } from './world.ts';

/** Whose page it is: the record that it is about, none where there is none, and the account that looks at it. */
export interface Reader {
  patientId: string | null;
  accountId: string;
}

/**
 * Reads as a patient's page reads: in one transaction, which writes nothing, as the role whose policies (wall.ts) let through the rows of
 * this record and those joined with it, whatever a query forgot to ask for. Role and settings end with the transaction, so that nobody
 * finds them on the pooled connection. One statement sets them all; the group of joined records is read in it, before the role changes.
 * @param work gets a world that reaches the database through this transaction alone; what writes, or takes long, comes after it
 */
export function asPatient<T>(
  world: World,
  { patientId, accountId }: Reader,
  work: (walledWorld: World) => Promise<T>,
): Promise<T> {
  return inTransaction(world.db, async (tx) => {
    await tx.$queryRaw`
      with recursive up as (
        select id, merged_into_id from patient where id = ${patientId}::uuid
        union
        select above.id, above.merged_into_id from patient above join up on above.id = up.merged_into_id
      ), members as (
        select id from up
        union
        select below.id from patient below join members on below.merged_into_id = members.id
      ), whose as materialized (
        select coalesce(array_agg(id)::text, '') as records from members
      )
      select set_config(${wallSettings.records}, records, true), set_config(${wallSettings.account}, ${accountId}, true),
        set_config('transaction_read_only', 'on', true), set_config('role', ${patientRole}, true)
      from whose`;
    const walledWorld: World = {
      ...world,
      // A `$transaction` in here is a part of this one, behind the same wall.
      db: tx as Db,
      get database(): never {
        throw new Error('a page behind the wall does not reach for the pool');
      },
    };
    return work(walledWorld);
  });
}
