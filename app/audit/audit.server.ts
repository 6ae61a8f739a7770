import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import { actorId } from './actor.ts';
import { chainStart, chainText, type AuditEntry, type ChainedEvent } from './events.ts';

// One number for the whole installation: the lock that makes appending single file.
const chainLock = 7_414_118;

/**
 * Appends an event to the chain, in the transaction of the change it tells of. Holds the chain's lock until that transaction
 * ends, so that no two events can follow the same one; call it late in a transaction.
 */
export async function appendEvent(tx: Tx, entry: AuditEntry): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${chainLock})`;
  const head = await tx.auditEvent.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true },
  });
  const event: ChainedEvent = {
    sequence: (head?.sequence ?? 0n) + 1n,
    at: entry.at,
    type: entry.type,
    actorKind: entry.actor.kind === 'person' ? entry.actor.role : entry.actor.kind,
    actorId: actorId(entry.actor),
    actorName: entry.actor.name,
    subjectKind: entry.subject.kind,
    subjectId: entry.subject.id,
    patientId: entry.patientId ?? null,
    requestId: entry.requestId ?? null,
    before: entry.before ?? null,
    after: entry.after ?? null,
    reason: entry.reason ?? null,
    visibleToPatient: entry.visibleToPatient,
    previousHash: head?.hash ?? chainStart,
  };
  await tx.auditEvent.create({
    data: {
      ...event,
      before: entry.before ?? Prisma.DbNull,
      after: entry.after ?? Prisma.DbNull,
      hash: sha256Hex(chainText(event)),
    },
  });
}

/** The newest event: what an accounting prints, so that the patient holds an anchor of the chain. */
export function chainHead(db: Db | Tx): Promise<{ sequence: bigint; hash: string; at: Date } | null> {
  return db.auditEvent.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true, at: true },
  });
}

export type ChainVerdict =
  | { whole: true; events: number; headHash: string }
  | { whole: false; brokenAt: bigint; why: 'changed' | 'unlinked' | 'gap' };

/** Reads the chain from its start and says where it first breaks. A cut tail shows only against a head kept elsewhere. */
export async function verifyChain(db: Db): Promise<ChainVerdict> {
  let previousHash = chainStart;
  let sequence = 0n;
  for (;;) {
    const page = await db.auditEvent.findMany({
      where: { sequence: { gt: sequence } },
      orderBy: { sequence: 'asc' },
      take: 1_000,
    });
    for (const { hash, ...event } of page) {
      if (event.sequence !== sequence + 1n) return { whole: false, brokenAt: sequence + 1n, why: 'gap' };
      if (event.previousHash !== previousHash)
        return { whole: false, brokenAt: event.sequence, why: 'unlinked' };
      if (sha256Hex(chainText(event)) !== hash)
        return { whole: false, brokenAt: event.sequence, why: 'changed' };
      previousHash = hash;
      sequence = event.sequence;
    }
    if (page.length === 0) return { whole: true, events: Number(sequence), headHash: previousHash };
  }
}

export interface RequestEvent {
  sequence: bigint;
  at: Date;
  type: string;
  actorKind: string;
  actorName: string;
  before: Prisma.JsonValue;
  after: Prisma.JsonValue;
  reason: string | null;
  visibleToPatient: boolean;
}

/** The history of one request, oldest first. */
export function eventsOfRequest(
  db: Db,
  requestId: string,
  only?: 'visibleToPatient',
): Promise<RequestEvent[]> {
  return db.auditEvent.findMany({
    where: { requestId, ...(only ? { visibleToPatient: true } : {}) },
    orderBy: { sequence: 'asc' },
    select: {
      sequence: true,
      at: true,
      type: true,
      actorKind: true,
      actorName: true,
      before: true,
      after: true,
      reason: true,
      visibleToPatient: true,
    },
  });
}

const trailFields = {
  sequence: true,
  at: true,
  type: true,
  actorKind: true,
  actorName: true,
  subjectKind: true,
  subjectId: true,
  requestId: true,
  before: true,
  after: true,
  reason: true,
  visibleToPatient: true,
  hash: true,
  request: { select: { reference: true } },
} as const satisfies Prisma.AuditEventSelect;

/** An event as an auditor reads it: with its place in the chain and its hash. */
export interface TrailEvent extends RequestEvent {
  subjectKind: string;
  subjectId: string;
  /** Of the request that it belongs to. */
  reference: string | null;
  hash: string;
}

type TrailRow = Prisma.AuditEventGetPayload<{ select: typeof trailFields }>;

function trailEvent({ request, ...row }: TrailRow): TrailEvent {
  return { ...row, reference: request?.reference ?? null };
}

/** The audit trail of one request, oldest first, for those who read the audit: also what its patient does not see. */
export async function trailOfRequest(db: Db, requestId: string): Promise<TrailEvent[]> {
  const rows = await db.auditEvent.findMany({
    where: { requestId },
    orderBy: { sequence: 'asc' },
    select: trailFields,
  });
  return rows.map(trailEvent);
}

export const trailPageSize = 50;

/**
 * The chain's events, newest first, a page at a time. @param before only events with a lower sequence number; null begins at the head
 * @returns `olderBefore`: what to give as `before` for the next page; null on the last one
 */
export async function newestEvents(
  db: Db,
  before: bigint | null,
): Promise<{ events: TrailEvent[]; olderBefore: bigint | null }> {
  const rows = await db.auditEvent.findMany({
    where: before === null ? {} : { sequence: { lt: before } },
    orderBy: { sequence: 'desc' },
    take: trailPageSize + 1,
    select: trailFields,
  });
  const events = rows.slice(0, trailPageSize).map(trailEvent);
  const last = events.at(-1);
  return { events, olderBefore: rows.length > trailPageSize && last ? last.sequence : null };
}
