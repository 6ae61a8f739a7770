import type { LoaderFunctionArgs } from '@remix-run/node';
import { readEvidence } from '#app/people/representations-reading.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';

/** A representative's document, to keep and never to be shown in place: it came from outside. */
export async function loader(args: LoaderFunctionArgs) {
  const { world, person } = await requirePerson(args, 'representatives.decide');
  const document = await readEvidence(world, {
    actor: person,
    representationId: rowId(args.params.id),
    evidenceId: rowId(args.params.evidenceId),
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
