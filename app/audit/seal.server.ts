import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, Prisma, type Db, type Tx } from '#app/db/client.server.ts';
import { planForMany } from '#app/db/plan-for-many.server.ts';
import { chainStart, chainText, contentText, linkText, type ChainedEvent } from './events.ts';

// One number for the whole installation: whoever seals holds this lock.
const chainLock = 7_414_118;
const mostAtOnce = 1_000;
/** A transaction that commits while this many later events do is found by the next full look. */
const nearTheHead = 5_000n;

/** The fields of an event that its seal's hash covers, of table `e`. */
export const coveredFields = Prisma.sql`e.at, e.type, e.actor_kind as "actorKind", e.actor_id as "actorId", e.actor_name as "actorName",
  e.on_behalf_of as "onBehalfOf", e.subject_kind as "subjectKind", e.subject_id as "subjectId", e.patient_id as "patientId",
  e.request_id as "requestId", e.before, e.after, e.reason, e.visible_to_patient as "visibleToPatient",
  e.recorded_at as "recordedAt", e.shown_patient_ids as "shownPatientIds"`;
/** @param after SQL of the id below which nothing is asked: said of the seals too, or all of them would be read */
const notSealedAfter = (after: Prisma.Sql) =>
  Prisma.sql`e.id > ${after} and not exists (select 1 from audit_seal s where s.event_id = e.id and s.event_id > ${after})`;

export type CoveredFields = Omit<ChainedEvent, 'sequence' | 'previousHash' | 'sealedAt'>;

/** As JSON has it. */
type Told<T> = {
  [K in keyof T]: T[K] extends Date ? string : T[K] extends Date | null ? string | null : T[K];
};

/**
 * A thousand rows of seventeen columns as one text: cell by cell, the ORM takes longer to read an event than its hash takes. Instants have
 * milliseconds here and there.
 */
async function readAsJson<T>(db: Db | Tx, rows: Prisma.Sql, order: Prisma.Sql): Promise<T[]> {
  const [one] = await db.$queryRaw<{ told: string | null }[]>`
    select json_agg(told order by ${order})::text as told from (${rows}) told`;
  return one?.told ? (JSON.parse(one.told) as T[]) : [];
}

/**
 * Gives every committed event that has none yet its place in the chain, in the order of their ids. One sealer at a time; the database
 * refuses two links of one place or one predecessor. @returns how many were sealed
 */
export function sealEvents(db: Db, now: Date): Promise<number> {
  return sealAll(db, now, 'everywhere');
}

/** The same for many times a second: near the head of the chain alone, and not where another process seals at this moment. */
export function sealNewEvents(db: Db, now: Date): Promise<number> {
  return sealAll(db, now, 'nearTheHead');
}

type Where = 'everywhere' | 'nearTheHead';

async function sealAll(db: Db, now: Date, where: Where): Promise<number> {
  let sealed = 0;
  for (;;) {
    const count = await inTransaction(db, (tx) => sealSome(tx, now, where));
    sealed += count;
    if (count < mostAtOnce) return sealed;
  }
}

/** Not a copy: of tens of thousands, that would cost what reading them as a text saved. */
function withInstants<E extends { at: string; recordedAt: string | null }>(
  told: E,
): Omit<E, 'at' | 'recordedAt'> & { at: Date; recordedAt: Date | null } {
  return Object.assign(told, {
    at: new Date(told.at),
    recordedAt: told.recordedAt === null ? null : new Date(told.recordedAt),
  });
}

async function sealSome(tx: Tx, now: Date, where: Where): Promise<number> {
  if (where === 'everywhere')
    await tx.$executeRaw`select pg_advisory_xact_lock(${chainLock}), ${planForMany}`;
  else {
    const [lock] = await tx.$queryRaw<{ ours: boolean }[]>`
      select pg_try_advisory_xact_lock(${chainLock}) as ours, ${planForMany}`;
    if (!lock?.ours) return 0;
  }
  const [head] = await tx.$queryRaw<{ sequence: bigint; hash: string; newest: bigint }[]>`
    select sequence, hash, (select max(event_id) from audit_seal) as newest from audit_seal order by sequence desc limit 1`;
  const after = where === 'nearTheHead' && head ? head.newest - nearTheHead : -1n;
  const events = await readAsJson<Told<CoveredFields> & { id: number }>(
    tx,
    Prisma.sql`select e.id, ${coveredFields} from audit_event e where ${notSealedAfter(Prisma.sql`${after}`)} order by e.id limit ${mostAtOnce}`,
    Prisma.sql`told.id`,
  );
  if (events.length === 0) return 0;
  let previousHash = head?.hash ?? chainStart;
  let sequence = head?.sequence ?? 0n;
  const seals = events.map((event) => {
    sequence += 1n;
    const contentHash = sha256Hex(contentText(withInstants(event)));
    const hash = sha256Hex(linkText({ sequence, previousHash, contentHash, sealedAt: now }));
    const seal = {
      sequence: sequence.toString(),
      event_id: event.id.toString(),
      previous_hash: previousHash,
      content_hash: contentHash,
      hash,
    };
    previousHash = hash;
    return seal;
  });
  await tx.$executeRaw`
    insert into audit_seal (sequence, event_id, previous_hash, content_hash, hash, sealed_at)
    select sequence, event_id, previous_hash, content_hash, hash, ${now}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(seals)}::jsonb)
        as t (sequence bigint, event_id bigint, previous_hash text, content_hash text, hash text)`;
  return seals.length;
}

/** Events that are committed and have no place in the chain yet: how many, and the instant of the oldest. */
export async function waitingEvents(
  db: Db,
  where: Where = 'everywhere',
): Promise<{ count: number; since: Date | null }> {
  const after =
    where === 'everywhere'
      ? Prisma.sql`-1`
      : Prisma.sql`(select coalesce(max(event_id), 0) - ${nearTheHead} from audit_seal)`;
  const [row] = await db.$queryRaw<{ count: number; since: Date | null }[]>`
    select count(*)::int as count, min(e.at) as since from audit_event e where ${notSealedAfter(after)}`;
  return row ?? { count: 0, since: null };
}

/** Up to which place of the chain a made-up facility's stories were told, as of earlier days: 0 in a real one, whose mark nobody changes. */
export async function seededTo(db: Db): Promise<bigint> {
  const [row] = await db.$queryRaw<{ sequence: bigint | null }[]>`
    select max(s.sequence) as sequence from audit_seal s join audit_event e on e.id = s.event_id
     where e.type = 'facility.seeded' and exists (select 1 from installation_mark where kind = 'demo')`;
  return row?.sequence ?? 0n;
}

/** The newest link: what an accounting prints, so that the patient holds an anchor of the chain. */
export async function chainHead(db: Db | Tx): Promise<{ sequence: bigint; hash: string; at: Date } | null> {
  const head = await db.auditSeal.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true, event: { select: { at: true } } },
  });
  return head && { sequence: head.sequence, hash: head.hash, at: head.event.at };
}

/** A link as somebody noted it down outside of the database. */
export interface Anchor {
  sequence: bigint;
  hash: string;
}

/**
 * `changed`, `unlinked`, `gap`: this entry itself. `rewritten`: the entries fit together and are others than those that were noted;
 * the first that differs lies from `brokenAt` to `until`. `cut`: the entries from `brokenAt` on, to `until` at least, are gone.
 */
export type ChainVerdict =
  | { whole: true; events: number; headHash: string }
  | { whole: false; brokenAt: bigint; why: 'changed' | 'unlinked' | 'gap' }
  | { whole: false; brokenAt: bigint; until: bigint; why: 'rewritten' | 'cut' };

type Link = CoveredFields & {
  sequence: bigint;
  previousHash: string;
  /** Null in links from before contents had a hash of their own. */
  contentHash: string | null;
  hash: string;
  sealedAt: Date;
};

type ToldLink = Told<Omit<Link, 'sequence'>> & { sequence: number };

const linkOf = (told: ToldLink): Link =>
  Object.assign(withInstants(told), { sequence: BigInt(told.sequence), sealedAt: new Date(told.sealedAt) });

/** Whether a link's hash is that of its event, its place and its predecessor. */
function isOfItsEvent({ contentHash, hash, ...link }: Link): boolean {
  if (contentHash === null) return sha256Hex(chainText(link)) === hash;
  const { sequence, previousHash, sealedAt, ...event } = link;
  return (
    sha256Hex(contentText(event)) === contentHash &&
    sha256Hex(linkText({ sequence, previousHash, contentHash, sealedAt })) === hash
  );
}

/** How far a chain was read and found whole. */
export interface ReadTo {
  sequence: bigint;
  hash: string;
}

/**
 * Reads the chain from its start, or from where it was read to before, and says where it first breaks. Without anchors, a chain that was
 * written anew, and one whose end was cut off, look whole.
 * @param from the entries up to this one are not read again: what is done to them is found by the next reading of the whole
 * @param see is given each link that was found whole, in order
 */
export async function verifyChain(
  db: Db,
  anchors: readonly Anchor[] = [],
  from: ReadTo | null = null,
  see: (link: Link) => void = () => undefined,
): Promise<ChainVerdict> {
  // Two notes of one place that differ are both held against the chain: a later one does not take an earlier one's word back.
  const noted = new Map<bigint, Set<string>>();
  for (const anchor of anchors)
    noted.set(anchor.sequence, (noted.get(anchor.sequence) ?? new Set()).add(anchor.hash));
  let previousHash = from?.hash ?? chainStart;
  let sequence = from?.sequence ?? 0n;
  let confirmed = sequence;
  for (;;) {
    // An event that is gone from under its seal gives a row of nulls.
    const page = await readAsJson<ToldLink | (ToldLink & { at: null })>(
      db,
      Prisma.sql`select s.sequence, s.previous_hash as "previousHash", s.content_hash as "contentHash", s.hash, s.sealed_at as "sealedAt", ${coveredFields}
        from audit_seal s left join audit_event e on e.id = s.event_id
       where s.sequence > ${sequence} order by s.sequence limit ${mostAtOnce}`,
      Prisma.sql`told.sequence`,
    );
    for (const told of page) {
      if (BigInt(told.sequence) !== sequence + 1n || told.at === null)
        return { whole: false, brokenAt: sequence + 1n, why: 'gap' };
      const link = linkOf(told);
      const { hash } = link;
      if (link.previousHash !== previousHash)
        return { whole: false, brokenAt: link.sequence, why: 'unlinked' };
      if (!isOfItsEvent(link)) return { whole: false, brokenAt: link.sequence, why: 'changed' };
      see(link);
      previousHash = hash;
      sequence = link.sequence;
      const expected = noted.get(sequence);
      if (expected === undefined) continue;
      if (expected.size > 1 || !expected.has(hash))
        return { whole: false, brokenAt: confirmed + 1n, until: sequence, why: 'rewritten' };
      confirmed = sequence;
    }
    if (page.length === 0) break;
  }
  const last = anchors.reduce((newest, anchor) => (anchor.sequence > newest ? anchor.sequence : newest), 0n);
  if (last > sequence) return { whole: false, brokenAt: sequence + 1n, until: last, why: 'cut' };
  return { whole: true, events: Number(sequence), headHash: previousHash };
}
