import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordRead } from '#app/audit/reads.server.ts';
import { readProof } from '#app/optouts/vendor-notices/answers.server.ts';
import { vendorNotice } from '#app/optouts/vendor-notices/reading.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';

/** A document that a company gave with its answer. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'vendors.see');
  const noticeId = rowId(args.params.id);
  const found = await vendorNotice(visit.world, noticeId);
  if (!found) throw notFound();
  await requireRecordOpen(args, visit, found.notice.patientId, 'work');
  const proof = await readProof(visit.world, {
    noticeId,
    proofId: rowId(args.params.proofId),
    actor: visit.person,
  });
  if (!proof) throw notFound();
  await recordRead(visit.world, {
    type: 'records.read',
    actor: visit.person,
    subject: { kind: 'patient', id: found.notice.patientId },
    patientId: found.notice.patientId,
  });
  return fileResponse(proof);
}
