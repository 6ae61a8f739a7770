import type { Db } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import type { OptOutPurpose } from '../purposes.ts';
import { dayOf, wordsOf, type ListedNotice } from './reading.server.ts';
import {
  noticeInstants,
  stateOfVendorNotice,
  type VendorDeed,
  type VendorNoticeKind,
  type VendorNoticeState,
} from './states.ts';

/** What became of one choice at one vendor, for the patient. */
export interface VendorChain {
  noticeId: string;
  kind: VendorNoticeKind;
  /** Why it was owed, by what was known then. */
  ground: ListedNotice['ground'];
  optOutId: string | null;
  requestId: string;
  vendor: { id: string; slug: string; name: string };
  state: VendorNoticeState;
  owedAt: Date;
  sentAt: Date | null;
  acknowledgedAt: Date | null;
  /** Of one that was narrowed. */
  endedPurposes: OptOutPurpose[];
  stillPurposes: OptOutPurpose[];
  /** Newest last. */
  answers: {
    at: Date;
    deeds: VendorDeed[];
    sinceOn: string | null;
    text: string | null;
    hasProof: boolean;
  }[];
  /** Questions about this vendor that were answered no because of this choice, and lists for it that left the patient out. */
  blocked: { count: number; lastAt: Date } | null;
}

/** Every notice about the choices and recalls of a patient. @param group all records of the patient */
export async function chainsOf(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  group: readonly string[],
): Promise<VendorChain[]> {
  const rows = await db.vendorNotice.findMany({
    where: { patientId: { in: [...group] } },
    orderBy: { id: 'asc' },
    select: {
      ...noticeInstants,
      id: true,
      ground: true,
      optOutId: true,
      requestId: true,
      vendorId: true,
      endedPurposes: true,
      stillPurposes: true,
      events: {
        where: { type: 'answered' },
        orderBy: [{ at: 'asc' }, { id: 'asc' }],
        select: {
          id: true,
          at: true,
          deeds: true,
          sinceOn: true,
          textSealed: true,
          proof: { select: { id: true } },
        },
      },
    },
  });
  const [vendors, blocked] = await Promise.all([
    db.vendor.findMany({
      where: { id: { in: [...new Set(rows.map(({ vendorId }) => vendorId))] } },
      select: { id: true, slug: true, name: true },
    }),
    blockedBy(db, group),
  ]);
  return rows.flatMap(({ id, events, vendorId, ...row }): VendorChain[] => {
    const vendor = vendors.find((one) => one.id === vendorId);
    if (!vendor) return [];
    const { kind, ground, optOutId, requestId, owedAt, sentAt, acknowledgedAt } = row;
    const { endedPurposes, stillPurposes } = row;
    return [
      {
        ...{ noticeId: id, kind, ground, optOutId, requestId, vendor, owedAt, sentAt, acknowledgedAt },
        ...{ endedPurposes, stillPurposes },
        state: stateOfVendorNotice(row),
        answers: events.map(({ textSealed, sinceOn, proof, ...answer }) => ({
          at: answer.at,
          deeds: answer.deeds,
          sinceOn: dayOf(sinceOn),
          text: wordsOf(keys, answer.id, textSealed),
          hasProof: proof !== null,
        })),
        blocked: blocked.find((one) => one.optOutId === optOutId && one.vendorId === vendorId) ?? null,
      },
    ];
  });
}

/** How often checks answered no, and lists left the patient out, because of a "no", by vendor. A question about the past stopped nothing. */
function blockedBy(
  db: Db,
  group: readonly string[],
): Promise<{ optOutId: string; vendorId: string; count: number; lastAt: Date }[]> {
  return db.$queryRaw`
    with refused as (
      select i.opt_out_id, c.vendor_id, c.id, c.checked_at
        from export_check_item i join export_check c on c.id = i.check_id
       where i.patient_id = any(${[...group]}::uuid[]) and i.opt_out_id is not null and i.decision = 'deny' and c.as_of_at is null and c.vendor_id is not null
      union all
      select distinct d.opt_out_id, l.vendor_id, l.id, l.checked_at
        from cohort_denial d join cohort_check l on l.id = d.cohort_check_id
       where d.opt_out_id in (select id from opt_out where patient_id = any(${[...group]}::uuid[])) and l.vendor_id is not null
    )
    select opt_out_id::text as "optOutId", vendor_id::text as "vendorId", count(*)::int as count, max(checked_at) as "lastAt"
      from refused group by 1, 2`;
}
