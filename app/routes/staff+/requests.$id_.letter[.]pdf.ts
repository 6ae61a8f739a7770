import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordRead } from '#app/audit/reads.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { letterToPost } from '#app/web/letter-to-post.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';

/** What a patient without an account is told by post: the request as it stands, more time with its reasons, a cost, questions, the answer. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  requireFreshFactor(args, visit);
  const { world, person } = visit;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const request = await findRequest(world.db, id, null);
  if (!request) throw notFound();
  const pdf = await letterToPost(visit, request);
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId: request.patientId,
    requestId: id,
  });
  return new Response(new Uint8Array(pdf), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${request.reference}-letter.pdf"`,
      'Cache-Control': 'no-store',
    },
  });
}
