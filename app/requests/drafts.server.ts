import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Person } from '#app/audit/actor.ts';
import { KeyRingError, open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { keptForDays } from '#app/facility/retention.ts';
import { keepAttachment, tooMuch, type AttachmentRefusal, type Document } from './attachments.server.ts';
import type { RequestKind } from './kinds/registry.ts';

/** How long a draft waits for somebody to come back to it, from when it was kept last. */
export const draftsKeptForDays = keptForDays.drafts;

/** What somebody has typed and not sent yet is theirs alone, and about one patient. */
interface Owner {
  actor: Person;
  patientId: string;
}

const whose = ({ actor, patientId }: Owner) => ({ userId: actor.id, patientId });

/** Two of one form at one moment come one after the other. */
export async function oneAtATime(tx: Tx, submissionKey: string): Promise<void> {
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${submissionKey}, 0))`;
}

const typedFields = z.record(z.string(), z.array(z.string()));
export type TypedFields = z.infer<typeof typedFields>;

/** What is written about a request that there is. */
export const draftPlaces = ['message', 'disagree', 'again'] as const;
export type DraftPlace = (typeof draftPlaces)[number];

export const placeOf = (of: DraftPlace, requestId: string) => `${of}:${requestId}`;

interface Keeping extends Owner {
  kind: RequestKind;
  /** See `placeOf`; the form of the kind without it. */
  place?: string;
  /** By the name of the field, unchecked: a draft may lack anything. */
  fields: TypedFields;
  documents: readonly Document[];
  /** Ids of kept files to leave out. */
  without: readonly string[];
  /** Of the form: once it was sent, nothing of it is kept any more. */
  submissionKey: string;
}

class Refused extends Error {
  constructor(readonly refusal: AttachmentRefusal) {
    super(refusal);
  }
}

/** Keeps what was typed into a form, in place of what was kept of it before. A file that is kept already is not kept twice. */
export async function keepDraft(
  world: World,
  keeping: Keeping,
): Promise<{ ok: true } | { ok: false; refusal: AttachmentRefusal }> {
  try {
    await inTransaction(world.db, (tx) => keepWithin(tx, world, keeping));
    return { ok: true };
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal };
    throw error;
  }
}

async function keepWithin(
  tx: Tx,
  world: World,
  { kind, place = '', fields, documents, without, submissionKey, ...owner }: Keeping,
): Promise<void> {
  const { actor } = owner;
  const now = world.clock();
  await oneAtATime(tx, submissionKey);
  const sent = await tx.privacyRequest.findUnique({
    where: { filedById_submissionKey: { filedById: actor.id, submissionKey } },
    select: { id: true },
  });
  const written = await tx.requestMessage.findUnique({
    where: { authorId_submissionKey: { authorId: actor.id, submissionKey } },
    select: { id: true },
  });
  if (sent ?? written) return;
  const { userId, patientId } = whose(owner);
  const one = { userId_patientId_kind_place: { userId, patientId, kind, place } };
  // Two windows with the same form: the later one to be kept is what is found again.
  await tx.$executeRaw`select pg_advisory_xact_lock(hashtextextended(${`${userId} ${patientId} ${kind} ${place}`}, 0))`;
  const before = await tx.requestDraft.findUnique({ where: one, select: { id: true } });
  const id = before?.id ?? randomUUID();
  const fieldsSealed = seal(world.keys, JSON.stringify(fields), boundTo('request_draft', id));
  await tx.requestDraft.upsert({
    where: one,
    create: { id, userId, patientId, kind, place, fieldsSealed, savedAt: now },
    update: { fieldsSealed, savedAt: now },
    select: { id: true },
  });
  await tx.attachment.deleteMany({ where: { draftId: id, id: { in: [...without] } } });
  const kept = await tx.attachment.findMany({
    where: { draftId: id },
    select: { sha256: true, byteCount: true },
  });
  const hashes = new Set(kept.map(({ sha256 }) => sha256));
  const added = documents.filter(({ bytes }) => !hashes.has(sha256Hex(bytes)));
  const refusal = tooMuch([...kept, ...added.map(({ bytes }) => ({ byteCount: bytes.length }))]);
  if (refusal) throw new Refused(refusal);
  for (const document of added)
    await keepAttachment(tx, world, { document, place: { draftId: id }, use: 'fromPatient', actor, now });
}

export interface Draft {
  fields: TypedFields;
  savedAt: Date;
  files: { id: string; fileName: string; byteCount: number }[];
}

/** What its owner has kept of the form of a kind; null when there is nothing. */
export async function draftOf(
  { db, keys }: Pick<World, 'db' | 'keys'>,
  { kind, place = '', ...owner }: Owner & { kind: RequestKind; place?: string },
): Promise<Draft | null> {
  const row = await db.requestDraft.findUnique({
    where: { userId_patientId_kind_place: { ...whose(owner), kind, place } },
    select: {
      id: true,
      fieldsSealed: true,
      savedAt: true,
      attachments: {
        orderBy: [{ addedAt: 'asc' }, { id: 'asc' }],
        select: { id: true, fileName: true, byteCount: true },
      },
    },
  });
  if (!row) return null;
  const { savedAt, attachments: files } = row;
  try {
    const text = open(keys, row.fieldsSealed, boundTo('request_draft', row.id)).toString('utf8');
    return { fields: typedFields.parse(JSON.parse(text)), savedAt, files };
  } catch (error) {
    // Sealed with a key that was retired since: it cannot be read any more.
    if (error instanceof KeyRingError) return { fields: {}, savedAt, files };
    throw error;
  }
}

/** The forms that somebody began for a patient and has not sent, newest first. */
export function draftsOf(db: Db, owner: Owner): Promise<{ kind: RequestKind; savedAt: Date }[]> {
  return db.requestDraft.findMany({
    where: { ...whose(owner), place: '' },
    orderBy: { savedAt: 'desc' },
    select: { kind: true, savedAt: true },
  });
}

/** Throws a draft away, with its files. */
export async function dropDraft(
  db: Db | Tx,
  { kind, place = '', ...owner }: Owner & { kind: RequestKind; place?: string },
): Promise<void> {
  await db.requestDraft.deleteMany({ where: { ...whose(owner), kind, place } });
}

/** Removes drafts that nobody came back to. */
export async function sweepDrafts(db: Db, now: Date): Promise<number> {
  const before = new Date(now.getTime() - draftsKeptForDays * 24 * 60 * 60_000);
  const { count } = await db.requestDraft.deleteMany({ where: { savedAt: { lte: before } } });
  return count;
}
