import { plainview } from '#app/audit/actor.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { lockRecordGroup } from '#app/people/record-account.server.ts';
import { countedAsks } from '../counted-asks.server.ts';
import { inLedger, joined, learnt, type Look } from './ledger.server.ts';
import { owe } from './owe.server.ts';

const atOnce = 200;

interface Unheard {
  id: string;
  patientId: string;
  requestId: string;
  vendorIds: string[];
}

/**
 * Owes each "no" in force to the companies in its reach that have images in its reach by now and were owed no notice of it: reports come
 * late, and companies come later. Whoever was owed one, also one that was closed, is owed none again.
 * @param since looks at what the ledger learnt after it; null: at all of it
 */
export async function oweToLateHolders(world: World, since: Date | null): Promise<void> {
  const { db } = world;
  for (let after: string | null = null; ;) {
    const found = await lateHolders(db, { now: world.clock(), look: { since }, after });
    for (const { id, patientId } of found)
      await inTransaction(db, async (tx) => {
        const look = { since, of: await lockRecordGroup(tx, patientId) };
        const now = world.clock();
        for (const { requestId, vendorIds } of await lateHolders(tx, { now, look, only: id }))
          await owe(
            tx,
            { actor: plainview, patientId, requestId, now },
            {
              kind: 'stop',
              optOutId: id,
              owed: vendorIds.map((vendorId) => ({ vendorId, ground: 'hasImages' })),
            },
          );
      });
    if (found.length < atOnce) return;
    after = found.at(-1)?.id ?? null;
  }
}

function lateHolders(
  db: Db | Tx,
  {
    now,
    look,
    only = null,
    after = null,
  }: { now: Date; look: Look; only?: string | null; after?: string | null },
): Promise<Unheard[]> {
  return db.$queryRaw<Unheard[]>`
    with recursive ${joined},
    no as (
      select o.*, coalesce(j.person, o.patient_id) as person
        from opt_out o left join joined j on j.id = o.patient_id
       where o.act = 'denied' and o.effective_from <= ${now}
         and (${only}::uuid is null or o.id = ${only}::uuid) and (${after}::uuid is null or o.id > ${after}::uuid)
         and not (o.id in (select early.opt_out_id from opt_out_ask early where early.ends_at <= ${now}) and exists (select ${countedAsks} and ask.ends_at <= ${now}))
    )
    select no.id::text, no.patient_id::text as "patientId", no.request_id::text as "requestId",
           array_agg(distinct d.vendor_id::text) as "vendorIds"
      from no join ${learnt(look)} d on d.person = no.person
     where (no.vendor_reach = 'all' or d.vendor_id = any(no.vendor_ids))
       and (no.study_reach = 'all' or d.study_uid is null or d.study_uid = any(no.study_uids))
       and not exists (select from vendor_notice n where n.opt_out_id = no.id and n.vendor_id = d.vendor_id and n.kind = 'stop')
       and not exists (
         select from opt_out s left join joined j on j.id = s.patient_id
          where s.supersedes_id = no.id and coalesce(j.person, s.patient_id) = no.person)
       and ${inLedger(now)}
     group by no.id, no.patient_id, no.request_id
     order by no.id limit ${atOnce}`;
}
