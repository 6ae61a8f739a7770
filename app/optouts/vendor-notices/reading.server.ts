import { open, type KeyRing } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import type { Db, Prisma } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { holdersOf } from './owe.server.ts';
import {
  kindsOfEnds,
  noticeInstants,
  stateOfVendorNotice,
  vendorNoticeStates,
  type NoticeInstants,
  type VendorDeed,
  type VendorNoticeState,
} from './states.ts';

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

/** Something is still asked of the vendor: the same as `isOpen`, for the database. */
export const isAwaited = {
  closedAt: null,
  answeredAt: null,
  OR: [{ kind: { notIn: [...kindsOfEnds] } }, { acknowledgedAt: null }],
} satisfies Prisma.VendorNoticeWhereInput;

/** The same as `stateOfVendorNotice`, for the database. */
function whereState(db: Db, state: VendorNoticeState): Prisma.VendorNoticeWhereInput {
  const { escalatedAt } = db.vendorNotice.fields;
  const set = { not: null };
  const isSaid = { OR: [{ answeredAt: set }, { kind: { in: [...kindsOfEnds] }, acknowledgedAt: set }] };
  const isSilentAgain = { OR: [{ acknowledgedAt: null }, { acknowledgedAt: { lt: escalatedAt } }] };
  const spokeLast = { OR: [{ escalatedAt: null }, { acknowledgedAt: { gte: escalatedAt } }] };
  switch (state) {
    case 'answered':
      return isSaid;
    case 'closed':
      return { AND: { ...isAwaited, closedAt: set } };
    case 'failed':
      return { AND: isAwaited, failedAt: set };
    case 'escalated':
      return { AND: [isAwaited, isSilentAgain], failedAt: null, escalatedAt: set };
    case 'acknowledged':
      return { AND: [isAwaited, spokeLast], failedAt: null, acknowledgedAt: set };
    case 'silent':
    case 'owed':
      return {
        ...{ AND: isAwaited, failedAt: null, escalatedAt: null, acknowledgedAt: null },
        sentAt: state === 'silent' ? set : null,
      };
  }
}

/** How many notices stand where. */
export async function vendorNoticeCounts(db: Db): Promise<Record<VendorNoticeState, number>> {
  const counts = await Promise.all(
    vendorNoticeStates.map((state) => db.vendorNotice.count({ where: whereState(db, state) })),
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
    where: {
      AND: whereState(db, state),
      ...(after ? { id: newestFirst ? { lt: after } : { gt: after } } : {}),
    },
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

/** Another notice by which the same company was asked because of the same choice. */
export interface OtherAsking {
  id: string;
  reference: string;
  isNewer: boolean;
}

async function otherAskings(
  db: Db,
  { id, kind, optOutId, vendorId, owedAt }: Row & { optOutId: string | null },
): Promise<OtherAsking[]> {
  if (optOutId === null || kind !== 'stop') return [];
  const rows = await db.vendorNotice.findMany({
    where: { optOutId, vendorId, kind, id: { not: id } },
    orderBy: { owedAt: 'asc' },
    select: { id: true, reference: true, owedAt: true },
  });
  return rows.map(({ owedAt: at, ...row }) => ({ ...row, isNewer: at > owedAt }));
}

/** One notice with all that happened to it, newest first. */
export async function vendorNotice(
  { db, keys, clock }: Pick<World, 'db' | 'keys' | 'clock'>,
  id: string,
): Promise<{ notice: ListedNotice; events: NoticeHappening[]; others: OtherAsking[] } | null> {
  const found = await db.vendorNotice.findUnique({ where: { id }, select: { ...listed, optOutId: true } });
  if (!found) return null;
  const { optOutId, ...row } = found;
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
  const group = await recordGroup(db, row.patientId);
  const holders = await holdersOf(db, { group, of: group, now: clock() });
  const hasImages = holders.some(({ vendorId }) => vendorId === row.vendorId);
  return {
    // Reports come late: what was known when it was owed is not what is known now.
    notice: hasImages ? { ...notice, ground: 'hasImages' } : notice,
    others: await otherAskings(db, { ...row, optOutId }),
    events: events.map(({ byId, sinceOn, textSealed, ...event }) => ({
      ...event,
      by: people.find((one) => one.id === byId)?.displayName ?? null,
      sinceOn: dayOf(sinceOn),
      text: wordsOf(keys, event.id, textSealed),
    })),
  };
}

export const dayOf = (date: Date | null) => date && date.toISOString().slice(0, 10);
export const wordsOf = (keys: KeyRing, id: string, sealed: string | null) =>
  sealed === null ? null : open(keys, sealed, boundTo('vendor_notice_event', id)).toString();
