import { open, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import {
  stateOfVendorNotice,
  vendorNoticeStates,
  type NoticeInstants,
  type VendorDeed,
  type VendorNoticeKind,
  type VendorNoticeState,
} from './states.ts';

/** What tells where a notice stands. */
export const noticeInstants = {
  kind: true,
  owedAt: true,
  sentAt: true,
  failedAt: true,
  acknowledgedAt: true,
  answeredAt: true,
  reminders: true,
  escalatedAt: true,
  closedAt: true,
} as const;

const listed = {
  ...noticeInstants,
  id: true,
  reference: true,
  ground: true,
  vendorId: true,
  patientId: true,
  requestId: true,
  deliveries: {
    orderBy: { id: 'desc' },
    take: 1,
    select: {
      tries: true,
      triedAt: true,
      failure: true,
      sentAt: true,
      deadAt: true,
      channel: { select: { kind: true } },
    },
  },
} as const satisfies Prisma.VendorNoticeSelect;

/** A notice and where it stands, as the facility's lists have it: nothing of the patient but their request's number. */
export interface ListedNotice extends NoticeInstants {
  id: string;
  reference: string;
  ground: 'hasImages' | 'mayGetImages' | 'named';
  state: VendorNoticeState;
  vendor: { id: string; name: string };
  patientId: string;
  /** Null once the request's six years are over. */
  request: { id: string; reference: string } | null;
  /** The newest way out; null while there was none. */
  delivery: { kind: 'mail' | 'webhook'; tries: number; triedAt: Date | null; failure: string | null } | null;
}

type Row = Prisma.VendorNoticeGetPayload<{ select: typeof listed }>;

async function named(db: Db, rows: Row[]): Promise<ListedNotice[]> {
  const [vendors, requests] = await Promise.all([
    db.vendor.findMany({
      where: { id: { in: [...new Set(rows.map(({ vendorId }) => vendorId))] } },
      select: { id: true, name: true },
    }),
    db.privacyRequest.findMany({
      where: { id: { in: [...new Set(rows.map(({ requestId }) => requestId))] } },
      select: { id: true, reference: true },
    }),
  ]);
  return rows.map(({ deliveries: [newest], vendorId, requestId, ...row }) => ({
    ...row,
    state: stateOfVendorNotice(row),
    vendor: vendors.find(({ id }) => id === vendorId) ?? { id: vendorId, name: '' },
    request: requests.find(({ id }) => id === requestId) ?? null,
    delivery: newest
      ? { kind: newest.channel.kind, tries: newest.tries, triedAt: newest.triedAt, failure: newest.failure }
      : null,
  }));
}

const unanswered = { answeredAt: null, closedAt: null };
/** The same as `stateOfVendorNotice`, for the database. */
const inState: Record<VendorNoticeState, Prisma.VendorNoticeWhereInput> = {
  answered: { answeredAt: { not: null } },
  closed: { answeredAt: null, closedAt: { not: null } },
  failed: { ...unanswered, failedAt: { not: null } },
  escalated: { ...unanswered, failedAt: null, escalatedAt: { not: null } },
  acknowledged: { ...unanswered, failedAt: null, escalatedAt: null, acknowledgedAt: { not: null } },
  silent: { ...unanswered, failedAt: null, escalatedAt: null, acknowledgedAt: null, sentAt: { not: null } },
  owed: { ...unanswered, failedAt: null, escalatedAt: null, acknowledgedAt: null, sentAt: null },
};

/** How many notices stand where. */
export async function vendorNoticeCounts(db: Db): Promise<Record<VendorNoticeState, number>> {
  const counts = await Promise.all(
    vendorNoticeStates.map((state) => db.vendorNotice.count({ where: inState[state] })),
  );
  return Object.fromEntries(vendorNoticeStates.map((state, at) => [state, counts[at] ?? 0])) as Record<
    VendorNoticeState,
    number
  >;
}

const vendorNoticePageSize = 25;

/** A page of notices in one state: those that wait the longest first, what has ended the newest first. */
export async function vendorNoticePage(
  db: Db,
  { state, after }: { state: VendorNoticeState; after: string | null },
): Promise<{ notices: ListedNotice[]; next: string | null }> {
  const newestFirst = state === 'answered' || state === 'closed';
  const rows = await db.vendorNotice.findMany({
    where: { ...inState[state], ...(after ? { id: newestFirst ? { lt: after } : { gt: after } } : {}) },
    // Ids are in the order of time.
    orderBy: { id: newestFirst ? 'desc' : 'asc' },
    take: vendorNoticePageSize + 1,
    select: listed,
  });
  const shown = rows.slice(0, vendorNoticePageSize);
  return {
    notices: await named(db, shown),
    next: rows.length > vendorNoticePageSize ? (shown.at(-1)?.id ?? null) : null,
  };
}

/** The newest notices of one vendor. */
export async function noticesOfVendor(db: Db, vendorId: string, most = 50): Promise<ListedNotice[]> {
  return named(
    db,
    await db.vendorNotice.findMany({
      where: { vendorId },
      orderBy: { id: 'desc' },
      take: most,
      select: listed,
    }),
  );
}

/** What vendors were told because of one request. */
export async function noticesOfRequest(db: Db, requestId: string): Promise<ListedNotice[]> {
  return named(
    db,
    await db.vendorNotice.findMany({ where: { requestId }, orderBy: { id: 'asc' }, select: listed }),
  );
}

export interface NoticeHappening {
  id: string;
  type: string;
  at: Date;
  /** Of the facility's people; null: the vendor, or Plainview. */
  by: string | null;
  deeds: VendorDeed[];
  sinceOn: string | null;
  text: string | null;
  proof: { id: string; fileName: string } | null;
}

/** One notice with all that happened to it, newest first. */
export async function vendorNotice(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  id: string,
): Promise<{ notice: ListedNotice; events: NoticeHappening[] } | null> {
  const row = await db.vendorNotice.findUnique({ where: { id }, select: listed });
  if (!row) return null;
  const events = await db.vendorNoticeEvent.findMany({
    where: { noticeId: id },
    orderBy: [{ at: 'desc' }, { id: 'desc' }],
    select: {
      id: true,
      type: true,
      at: true,
      byId: true,
      deeds: true,
      sinceOn: true,
      textSealed: true,
      proof: { select: { id: true, fileName: true } },
    },
  });
  const people = await db.user.findMany({
    where: { id: { in: events.flatMap(({ byId }) => byId ?? []) } },
    select: { id: true, displayName: true },
  });
  const [notice] = await named(db, [row]);
  if (!notice) return null;
  return {
    notice,
    events: events.map(({ byId, sinceOn, textSealed, ...event }) => ({
      ...event,
      by: people.find((one) => one.id === byId)?.displayName ?? null,
      sinceOn: dayOf(sinceOn),
      text: wordsOf(keys, event.id, textSealed),
    })),
  };
}

const dayOf = (date: Date | null) => date && date.toISOString().slice(0, 10);
const wordsOf = (keys: KeyRing, id: string, sealed: string | null) =>
  sealed === null ? null : open(keys, sealed, boundTo('vendor_notice_event', id)).toString();

/** What became of one choice at one vendor, for the patient. */
export interface VendorChain {
  noticeId: string;
  kind: VendorNoticeKind;
  ground: ListedNotice['ground'];
  optOutId: string | null;
  requestId: string;
  vendor: { id: string; slug: string; name: string };
  state: VendorNoticeState;
  owedAt: Date;
  sentAt: Date | null;
  acknowledgedAt: Date | null;
  /** Newest last. */
  answers: {
    at: Date;
    deeds: VendorDeed[];
    sinceOn: string | null;
    text: string | null;
    hasProof: boolean;
  }[];
  /** Transfers to this vendor that a check refused because of this choice. */
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
    return [
      {
        ...{ noticeId: id, kind, ground, optOutId, requestId, vendor, owedAt, sentAt, acknowledgedAt },
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
       where d.patient_id = any(${[...group]}::uuid[]) and l.vendor_id is not null
    )
    select opt_out_id::text as "optOutId", vendor_id::text as "vendorId", count(*)::int as count, max(checked_at) as "lastAt"
      from refused group by 1, 2`;
}
