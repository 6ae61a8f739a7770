import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { chainStart, chainText, type ChainedEvent } from './events.ts';

// One number for the whole installation: whoever seals holds this lock.
const chainLock = 7_414_118;
const mostAtOnce = 1_000;

/** The fields of an event that its seal's hash covers, as the database hands them out. */
const chainedFields = {
  at: true,
  type: true,
  actorKind: true,
  actorId: true,
  actorName: true,
  onBehalfOf: true,
  subjectKind: true,
  subjectId: true,
  patientId: true,
  requestId: true,
  before: true,
  after: true,
  reason: true,
  visibleToPatient: true,
} as const;

/**
 * Gives every committed event that has none yet its place in the chain, in the order of their ids. One sealer at a time; the database
 * refuses two links of one place or one predecessor. @returns how many were sealed
 */
export async function sealEvents(db: Db, now: Date): Promise<number> {
  let sealed = 0;
  for (;;) {
    const count = await inTransaction(db, (tx) => sealSome(tx, now));
    sealed += count;
    if (count < mostAtOnce) return sealed;
  }
}

async function sealSome(tx: Tx, now: Date): Promise<number> {
  await tx.$executeRaw`select pg_advisory_xact_lock(${chainLock})`;
  const head = await tx.auditSeal.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true },
  });
  const events = await tx.auditEvent.findMany({
    where: { seal: null },
    orderBy: { id: 'asc' },
    take: mostAtOnce,
    select: { id: true, ...chainedFields },
  });
  let previousHash = head?.hash ?? chainStart;
  let sequence = head?.sequence ?? 0n;
  const seals = events.map(({ id, ...event }) => {
    sequence += 1n;
    const link: ChainedEvent = { ...event, sequence, previousHash };
    const seal = { sequence, eventId: id, previousHash, hash: sha256Hex(chainText(link)), sealedAt: now };
    previousHash = seal.hash;
    return seal;
  });
  if (seals.length > 0) await tx.auditSeal.createMany({ data: seals });
  return seals.length;
}

/** The newest link: what an accounting prints, so that the patient holds an anchor of the chain. */
export async function chainHead(db: Db | Tx): Promise<{ sequence: bigint; hash: string; at: Date } | null> {
  const head = await db.auditSeal.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true, event: { select: { at: true } } },
  });
  return head && { sequence: head.sequence, hash: head.hash, at: head.event.at };
}

export type ChainVerdict =
  | { whole: true; events: number; headHash: string }
  | { whole: false; brokenAt: bigint; why: 'changed' | 'unlinked' | 'gap' };

/** Reads the chain from its start and says where it first breaks. A cut tail shows only against a head kept elsewhere. */
export async function verifyChain(db: Db): Promise<ChainVerdict> {
  let previousHash = chainStart;
  let sequence = 0n;
  for (;;) {
    const page = await db.auditSeal.findMany({
      where: { sequence: { gt: sequence } },
      orderBy: { sequence: 'asc' },
      take: 1_000,
      select: { sequence: true, previousHash: true, hash: true, event: { select: chainedFields } },
    });
    for (const { hash, event, ...link } of page) {
      if (link.sequence !== sequence + 1n) return { whole: false, brokenAt: sequence + 1n, why: 'gap' };
      if (link.previousHash !== previousHash)
        return { whole: false, brokenAt: link.sequence, why: 'unlinked' };
      if (sha256Hex(chainText({ ...event, ...link })) !== hash)
        return { whole: false, brokenAt: link.sequence, why: 'changed' };
      previousHash = hash;
      sequence = link.sequence;
    }
    if (page.length === 0) return { whole: true, events: Number(sequence), headHash: previousHash };
  }
}
