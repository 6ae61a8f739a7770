import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from '#app/people/can.ts';
import { keepAttachment, mostAttachments, type Document } from './attachments.server.ts';
import { isOpenStatus } from './moves.ts';

export type FileRefusal = 'notYours' | 'notFound' | 'notFromThisStatus' | 'tooManyFiles';
export type FileKept = { ok: true } | { ok: false; refusal: FileRefusal };

/**
 * Puts a file of the facility's to a request: a scan of what came in, something for staff alone, or something that goes to the patient
 * with the answer. What goes with the answer has to be there before the answer is sent, and changes what was looked at. The scan is there once: the form of an intake
 * that is sent twice is one request with one scan.
 */
export function addFile(
  world: World,
  {
    requestId,
    actor,
    document,
    use,
  }: { requestId: string; actor: Person; document: Document; use: 'internal' | 'forRelease' | 'scan' },
): Promise<FileKept> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    if (!can(actor.role, 'requests.process')) return { ok: false, refusal: 'notYours' };
    await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
    const row = await tx.privacyRequest.findUnique({
      where: { id: requestId },
      select: {
        patientId: true,
        status: true,
        attachments: { where: { use: 'scan' }, select: { id: true }, take: 1 },
        // What the patient sent, and what went with messages, takes no room from these.
        _count: {
          select: { attachments: { where: { use: { in: ['internal', 'forRelease'] }, messageId: null } } },
        },
      },
    });
    if (!row) return { ok: false, refusal: 'notFound' };
    if (use === 'scan' && row.attachments.length > 0) return { ok: true };
    if (use === 'forRelease' && !isOpenStatus(row.status)) return { ok: false, refusal: 'notFromThisStatus' };
    if (row._count.attachments >= mostAttachments) return { ok: false, refusal: 'tooManyFiles' };
    if (use === 'forRelease') await changeRelease(tx, requestId, actor);
    const id = await keepAttachment(tx, world, { document, place: { requestId }, use, actor, now });
    await appendEvent(tx, {
      type: 'request.fileAdded',
      actor,
      at: now,
      subject: { kind: 'attachment', id },
      patientId: row.patientId,
      requestId,
      after: { use },
      visibleToPatient: use === 'scan',
    });
    return { ok: true };
  });
}

/**
 * Makes a file of an open request one for staff alone: what was to go with the answer does not, and what was scanned into the wrong request
 * is not the patient's to see any more. What went out with an answer stays as it went.
 */
export function takeFileBack(
  world: World,
  { requestId, fileId, actor }: { requestId: string; fileId: string; actor: Person },
): Promise<FileKept> {
  const now = world.clock();
  return inTransaction(world.db, async (tx) => {
    if (!can(actor.role, 'requests.process')) return { ok: false, refusal: 'notYours' };
    await tx.$executeRaw`select 1 from privacy_request where id = ${requestId}::uuid for no key update`;
    const file = await tx.attachment.findFirst({
      where: { id: fileId, requestId },
      select: { use: true, request: { select: { patientId: true, status: true } } },
    });
    if (!file?.request) return { ok: false, refusal: 'notFound' };
    if (file.use === 'internal') return { ok: true };
    const isOpen = isOpenStatus(file.request.status);
    if (!isOpen || (file.use !== 'forRelease' && file.use !== 'scan'))
      return { ok: false, refusal: 'notFromThisStatus' };
    if (file.use === 'forRelease') await changeRelease(tx, requestId, actor);
    await tx.attachment.update({
      where: { id: fileId },
      data: { use: 'internal' },
      select: { id: true },
    });
    await appendEvent(tx, {
      type: 'request.fileTakenBack',
      actor,
      at: now,
      subject: { kind: 'attachment', id: fileId },
      patientId: file.request.patientId,
      requestId,
      before: { use: file.use },
      after: { use: 'internal' },
      visibleToPatient: file.use === 'scan',
    });
    return { ok: true };
  });
}

/** What goes out is another than was looked at: whoever looked has to look again, and not whoever changed it. */
async function changeRelease(tx: Tx, requestId: string, actor: Person): Promise<void> {
  await tx.privacyRequest.update({
    where: { id: requestId },
    data: { version: { increment: 1 } },
    select: { id: true },
  });
  await tx.requestResponse.updateMany({
    where: { requestId, sentAt: null },
    data: { filesById: { push: actor.id } },
  });
}
