import type { LoaderFunctionArgs } from '@remix-run/node';
import { readEvidence } from '#app/people/representations-reading.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRepresentationOpen } from '#app/web/record-door.server.ts';

/** A representative's document, to keep and never to be shown in place: it came from outside. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'representatives.decide');
  const representationId = rowId(args.params.id);
  await requireRepresentationOpen(args, visit, representationId);
  const document = await readEvidence(visit.world, {
    actor: visit.person,
    representationId,
    evidenceId: rowId(args.params.evidenceId),
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
