import { createReadableStreamFromReadable, type LoaderFunctionArgs } from '@remix-run/node';
import { recordDownload } from '#app/requests/download.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { evidencePack } from '#app/web/evidence-pack.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRecordOpen } from '#app/web/record-door.server.ts';

/** The evidence pack of a request, for those who read the audit. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'audit.read');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const request = await findRequest(world.db, rowId(args.params.id), null);
  if (!request) throw notFound();
  await requireRecordOpen(args, visit, request.patientId);
  await recordDownload(world, {
    actor: person,
    requestId: request.id,
    patientId: request.patientId,
    locale,
    what: 'evidencePack',
  });
  return new Response(createReadableStreamFromReadable(evidencePack(visit, request)), {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="${request.reference}-evidence.zip"`,
    },
  });
}
