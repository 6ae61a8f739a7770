import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { recordGroup, recordGroups } from '#app/people/records.server.ts';
import { contentOfNotice } from './content.server.ts';
import { beginDelivery } from './deliveries.server.ts';
import { writeHappening } from './happenings.server.ts';
import { inLedger, joined, learnt, type Look } from './ledger.server.ts';
import { lockNotice } from './locking.server.ts';

/** @param only null: all of them */
type Find = (db: Db | Tx, now: Date, only: string | null, of?: readonly string[]) => Promise<string[]>;

/**
 * Hands a notice over once more, whole, where it named nothing when it last went out and names something now: because images were reported
 * late, or because an agency's statement has ended that hid what the company has (45 CFR 164.528(a)(2)). It does not say why: that there was
 * a statement stays between the agency and the facility.
 * @param since looks at what the ledger learnt after it; null: at all of it
 */
export async function completeShort(world: World, since: Date | null): Promise<void> {
  const lateNotices: Find = (db, now, only, of) =>
    lateIn({ since, ...(of ? { of } : {}) }, { db, now, only });
  for (const find of [lateNotices, hiddenNotices])
    for (const id of await find(world.db, world.clock(), null))
      await inTransaction(world.db, async (tx) => {
        const now = world.clock();
        const notice = await lockNotice(tx, id);
        if (!notice) return;
        const of = await recordGroup(tx, notice.patientId);
        if ((await find(tx, now, id, of)).length === 0) return;
        const { identifiers, studyUids } = await contentOfNotice(tx, id, now);
        if (identifiers.length + studyUids.length === 0) return;
        if (!(await beginDelivery(tx, world, { noticeId: id, vendorId: notice.vendorId, now }))) return;
        await writeHappening(tx, { id, notice }, { event: 'sentAgain', at: now });
      });
}

/**
 * Open notices, answered ones too, that named nothing when they last went out, of whose images the ledger knows now. What a webhook says is
 * read when it is tried; the page behind a mail when it is opened, which is not before it was sent. @param only null: all of them
 */
async function lateIn(
  look: Look,
  { db, now, only }: { db: Db | Tx; now: Date; only: string | null },
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    with recursive ${joined},
    learnt as materialized (select * from ${learnt(look)} d where ${inLedger(now)}),
    whose as (
      select distinct l.person, l.vendor_id, coalesce(j.id, l.person) as patient_id
        from learnt l left join joined j on j.person = l.person
    ),
    told as (
      select n.id, n.vendor_id, w.person,
             coalesce(o.study_reach, 'all') as study_reach, coalesce(o.study_uids, '{}') as study_uids,
             max(coalesce(v.tried_at, v.sent_at)) filter (where v.sent_at is not null) as at
        from whose w join vendor_notice n on n.patient_id = w.patient_id and n.vendor_id = w.vendor_id
        join vendor_delivery v on v.notice_id = n.id left join opt_out o on o.id = n.opt_out_id
       where n.closed_at is null and n.kind not in ('ended', 'narrowed') and (${only}::uuid is null or n.id = ${only}::uuid)
       group by n.id, w.person, o.id
      having count(v.sent_at) > 0 and bool_and(v.sent_at is not null or v.dead_at is not null)
    )
    select distinct told.id::text
      from told join learnt d on d.person = told.person and d.vendor_id = told.vendor_id
     where d.recorded_at > told.at
       and (told.study_reach = 'all' or d.study_uid is null or d.study_uid = any(told.study_uids))
       and not exists (
         select from whose mine join disclosure k on k.patient_id = mine.patient_id
          where mine.person = told.person and mine.vendor_id = told.vendor_id and k.vendor_id = told.vendor_id and k.recorded_at <= told.at and not k.retracted
            and not exists (select from disclosure c where c.corrects_id = k.id and c.recorded_at <= told.at)
            and (told.study_reach = 'all' or k.study_uid is null or k.study_uid = any(told.study_uids)))
     order by 1`;
  return rows.map(({ id }) => id);
}

/** Open notices handed over during a statement that has ended, and not since. @param only null: all of them */
async function hiddenNotices(db: Db | Tx, now: Date, only: string | null): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string; patientId: string; hiddenId: string }[]>`
    select n.id::text, n.patient_id::text as "patientId", s.patient_id::text as "hiddenId"
      from vendor_notice n join accounting_suspension s on s.vendor_id = n.vendor_id
     where n.closed_at is null and (${only}::uuid is null or n.id = ${only}::uuid)
       and least(s.ended_at, s.hidden_until) <= ${now}
       and exists (select 1 from vendor_delivery d where d.notice_id = n.id
                      and d.sent_at >= s.recorded_at and d.sent_at < least(s.ended_at, s.hidden_until))
       and not exists (select 1 from vendor_delivery d where d.notice_id = n.id
                          and (d.made_at >= least(s.ended_at, s.hidden_until) or d.sent_at >= least(s.ended_at, s.hidden_until)
                               or (d.sent_at is null and d.dead_at is null)))
     order by n.id`;
  const groups = await recordGroups(
    db,
    rows.map(({ patientId }) => patientId),
  );
  const short = rows.filter(({ patientId, hiddenId }) => groups.get(patientId)?.includes(hiddenId));
  return [...new Set(short.map(({ id }) => id))];
}
