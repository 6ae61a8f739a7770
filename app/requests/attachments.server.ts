import { randomUUID } from 'node:crypto';
import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { open, seal } from '#app/crypto/key-ring.server.ts';
import { boundTo } from '#app/crypto/sealed-columns.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction, type AttachmentUse, type Db, type Prisma, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';

export interface Document {
  fileName: string;
  mediaType: string;
  bytes: Uint8Array;
}

/** How many files one form or one draft may have, and one request of those that staff put beside it. */
export const mostAttachments = 20;
/** How many files a patient may send with one request and all messages about it. */
export const mostFromPatient = 100;
/** How large the files of one form may be in all. */
export const mostAttachedBytes = 25 * 1024 * 1024;

export type AttachmentRefusal = 'tooManyFiles' | 'filesTooLarge';

/** Whether files may be kept together. */
export function tooMuch(files: readonly { byteCount: number }[]): AttachmentRefusal | null {
  if (files.length > mostAttachments) return 'tooManyFiles';
  return files.reduce((sum, { byteCount }) => sum + byteCount, 0) > mostAttachedBytes
    ? 'filesTooLarge'
    : null;
}

/** Keeps a file with a request, a message of it, or a draft: its content sealed, its hash beside it. Its type was checked at the door. */
export async function keepAttachment(
  tx: Tx,
  { keys }: Pick<World, 'keys'>,
  kept: {
    document: Document;
    place: { requestId: string; messageId?: string } | { draftId: string };
    use: AttachmentUse;
    actor: Person;
    now: Date;
  },
): Promise<string> {
  const id = randomUUID();
  const { document, place, use, actor, now } = kept;
  const { bytes, fileName, mediaType } = document;
  await tx.attachment.create({
    data: {
      id,
      ...place,
      use,
      fileName,
      mediaType,
      byteCount: bytes.length,
      sha256: sha256Hex(bytes),
      bytesSealed: seal(keys, bytes, boundTo('attachment', id)),
      addedById: actor.id,
      addedAt: now,
    },
    select: { id: true },
  });
  return id;
}

export interface AttachmentFacts {
  id: string;
  fileName: string;
  mediaType: string;
  byteCount: number;
  use: AttachmentUse;
  messageId: string | null;
  addedAt: Date;
}

const facts = {
  id: true,
  fileName: true,
  mediaType: true,
  byteCount: true,
  use: true,
  messageId: true,
  addedAt: true,
} as const satisfies Prisma.AttachmentSelect;

/** What the patient may have: what they sent, what was scanned of theirs, what went to them, and what is released once the answer is sent. */
const forPatient = {
  OR: [
    { use: { in: ['fromPatient', 'scan', 'toPatient'] } },
    { use: 'forRelease', request: { response: { sentAt: { not: null } } } },
  ],
} as const satisfies Prisma.AttachmentWhereInput;

/** The files of a request, oldest first. */
export function attachmentsOf(
  db: Db,
  requestId: string,
  reader: 'patient' | 'staff',
): Promise<AttachmentFacts[]> {
  return db.attachment.findMany({
    where: { requestId, ...(reader === 'patient' ? forPatient : {}) },
    orderBy: [{ addedAt: 'asc' }, { id: 'asc' }],
    select: facts,
  });
}

/**
 * One file with its content. That staff opened it is an event.
 * @returns null when it is not of this request, or not for this reader
 * @throws when the content is not what was kept
 */
export async function readAttachment(
  world: World,
  {
    id,
    requestId,
    reader,
    actor,
  }: { id: string; requestId: string; reader: 'patient' | 'staff'; actor: Person },
): Promise<Document | null> {
  const row = await world.db.attachment.findFirst({
    where: { id, requestId, ...(reader === 'patient' ? forPatient : {}) },
    select: { ...facts, sha256: true, bytesSealed: true, request: { select: { patientId: true } } },
  });
  if (!row?.request) return null;
  const bytes = open(world.keys, row.bytesSealed, boundTo('attachment', id));
  if (sha256Hex(bytes) !== row.sha256) throw new Error('a file is not what it was when it was kept');
  if (reader === 'staff') {
    const { patientId } = row.request;
    await inTransaction(world.db, (tx) =>
      appendEvent(tx, {
        type: 'request.fileRead',
        actor,
        at: world.clock(),
        subject: { kind: 'attachment', id },
        patientId,
        requestId,
        visibleToPatient: true,
      }),
    );
  }
  return { fileName: row.fileName, mediaType: row.mediaType, bytes };
}
