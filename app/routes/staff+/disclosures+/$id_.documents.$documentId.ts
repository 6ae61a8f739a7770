import type { LoaderFunctionArgs } from '@remix-run/node';
import { readDocument } from '#app/disclosures/entry-documents.server.ts';
import { patientOfDisclosure } from '#app/disclosures/ledger-entry.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';

/** A document that proves an entry, to keep and never to be shown in place: it came from outside. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'disclosures.see');
  const disclosureId = rowId(args.params.id);
  const patientId = await patientOfDisclosure(visit.world.db, disclosureId);
  if (!patientId) throw notFound();
  await requireRecordOpen(args, visit, patientId, 'work');
  const document = await readDocument(visit.world, {
    actor: visit.person,
    disclosureId,
    documentId: rowId(args.params.documentId),
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
