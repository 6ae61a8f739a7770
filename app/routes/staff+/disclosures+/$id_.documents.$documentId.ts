import type { LoaderFunctionArgs } from '@remix-run/node';
import { readDocument } from '#app/disclosures/entry-documents.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';

/** A document that proves an entry, to keep and never to be shown in place: it came from outside. */
export async function loader(args: LoaderFunctionArgs) {
  const { world, person } = await requirePerson(args, 'disclosures.see');
  const document = await readDocument(world, {
    actor: person,
    disclosureId: rowId(args.params.id),
    documentId: rowId(args.params.documentId),
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
