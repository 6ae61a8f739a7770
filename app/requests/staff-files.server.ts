import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { can } from '#app/people/can.ts';
import { keepAttachment, mostAttachments, type Document } from './attachments.server.ts';
import { openStatuses, type RequestStatus } from './moves.ts';

export type FileRefusal = 'notYours' | 'notFound' | 'notFromThisStatus' | 'tooManyFiles';
export type FileKept = { ok: true } | { ok: false; refusal: FileRefusal };

/**
 * Puts a file of the facility's to a request: a scan of what came in, something for staff alone, or something that goes to the patient
 * with the answer. What goes with the answer has to be there before the answer is sent. The scan is there once: the form of an intake
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
        _count: { select: { attachments: true } },
      },
    });
    if (!row) return { ok: false, refusal: 'notFound' };
    if (use === 'scan' && row.attachments.length > 0) return { ok: true };
    if (use === 'forRelease' && !(openStatuses as readonly RequestStatus[]).includes(row.status))
      return { ok: false, refusal: 'notFromThisStatus' };
    if (row._count.attachments >= mostAttachments) return { ok: false, refusal: 'tooManyFiles' };
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
