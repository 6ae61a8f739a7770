import { plainview, type Actor } from '#app/audit/actor.ts';
import { inTransaction, Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { lockRecordGroup } from '#app/people/record-account.server.ts';
import type { OptOutPurpose } from '../purposes.ts';
import { gateOf } from './deciding.server.ts';
import { inLedger, joined, learnt } from './ledger.server.ts';
import { owe } from './owe.server.ts';

interface EndedYes {
  id: string;
  patientId: string;
  requestId: string;
  vendorIds: string[];
}

/**
 * A "yes" counts no more, or covers less: each company that has images which it covered, and to which our gate now says no for want of it, is
 * told to stop. Companies that it never covered were never permitted.
 */
export async function oweEndOfYes(
  tx: Tx,
  cause: { actor: Actor; patientId: string; requestId: string; now: Date },
  yesId: string,
): Promise<void> {
  const group = await lockRecordGroup(tx, cause.patientId);
  for (const { vendorIds } of await endedYeses(tx, { now: cause.now, only: [yesId], of: group }))
    await owe(tx, cause, {
      kind: 'stop',
      optOutId: yesId,
      owed: vendorIds.map((vendorId) => ({ vendorId, ground: 'hasImages' })),
    });
}

/**
 * The same for each "yes" whose time is over. Running it twice owes nothing twice.
 * @param since looks at those alone that ended after it; null: at every one, with images that the ledger learnt of since
 */
export async function tellEndsOfYes(world: World, since: Date | null): Promise<void> {
  const { db } = world;
  const now = world.clock();
  const only = since === null ? null : await expiredYeses(db, since, now);
  if (only?.length === 0) return;
  for (const { id, ...of } of await endedYeses(db, { now, only, of: null }))
    await inTransaction(db, (tx) => oweEndOfYes(tx, { actor: plainview, ...of, now: world.clock() }, id));
}

async function expiredYeses(db: Db, since: Date, now: Date): Promise<string[]> {
  const rows = await db.optOut.findMany({
    where: { act: 'permitted', expiresAt: { gt: since, lte: now } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

interface Row extends Omit<EndedYes, 'vendorIds'> {
  purposes: OptOutPurpose[];
  vendorId: string;
  ofId: string;
  studyUid: string | null;
  identifiable: boolean;
}

/**
 * Each "yes" that has ended, with the companies that are still to be told. One that another "yes" replaced for all that a company has is told by
 * the end of that one.
 * @param only null: all @param of the records of the person, where it is one; null: of everybody
 */
async function endedYeses(
  db: Db | Tx,
  { now, only, of }: { now: Date; only: string[] | null; of: string[] | null },
): Promise<EndedYes[]> {
  const { permission } = await settingNow(db, 'choices');
  if (permission.length === 0) return [];
  const which = only ? Prisma.sql`o.id = any(${only}::uuid[])` : Prisma.sql`true`;
  const rows = await db.$queryRaw<Row[]>`
    with recursive ${joined},
    yes as (
      select o.*, coalesce(j.person, o.patient_id) as person
        from opt_out o left join joined j on j.id = o.patient_id
       where o.act = 'permitted' and o.purposes && ${[...permission]}::opt_out_purpose[] and ${which}
    )
    select distinct yes.id::text, yes.patient_id::text as "patientId", yes.request_id::text as "requestId", yes.purposes::text[],
           d.vendor_id::text as "vendorId", d.patient_id::text as "ofId", d.study_uid as "studyUid",
           d.anonymized is distinct from true as identifiable
      from yes join ${learnt({ since: null, ...(of ? { of } : {}) })} d on d.person = yes.person
     where d.patient_id = any(yes.given_for_ids)
       and (yes.vendor_reach = 'all' or d.vendor_id = any(yes.vendor_ids))
       and (yes.study_reach = 'all' or d.study_uid = any(yes.study_uids))
       and (yes.covers_deidentified or d.anonymized is distinct from true)
       and (yes.expires_at <= ${now} or exists (
         select from opt_out s left join joined j on j.id = s.patient_id
          where s.supersedes_id = yes.id and coalesce(j.person, s.patient_id) = yes.person))
       and not exists (
         select from opt_out s
          where s.supersedes_id = yes.id and s.act = 'permitted' and s.purposes @> yes.purposes
            and (s.vendor_reach = 'all' or d.vendor_id = any(s.vendor_ids))
            and (s.study_reach = 'all' or d.study_uid = any(s.study_uids))
            and (s.covers_deidentified or d.anonymized is distinct from true))
       and not exists (select from vendor_notice n where n.opt_out_id = yes.id and n.vendor_id = d.vendor_id and n.kind = 'stop')
       and ${inLedger(now)}
     order by 1`;
  const gate = await gateOf(
    db,
    rows.map(({ ofId }) => ofId),
    now,
  );
  const ended = new Map<string, EndedYes>();
  for (const { id, patientId, requestId, purposes, ofId, ...asked } of rows) {
    const isMissed = purposes.some(
      (purpose) => gate({ ...asked, patientId: ofId, purpose }).reason === 'notPermitted',
    );
    if (!isMissed) continue;
    const vendorIds = new Set([...(ended.get(id)?.vendorIds ?? []), asked.vendorId]);
    ended.set(id, { id, patientId, requestId, vendorIds: [...vendorIds] });
  }
  return [...ended.values()];
}
