import type { LoaderFunctionArgs } from '@remix-run/node';
import { readAttachment } from '#app/requests/attachments.server.ts';
import { notFound, readingAs, requirePatient, rowId } from '#app/web/guard.server.ts';
import { ownRequest } from '#app/web/request-page.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';

/** A file of a request, to keep and never to be shown in place: it came from outside. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  const document = await readingAs(visit, async (walled) => {
    const { request } = await ownRequest(walled, args.params.id);
    return readAttachment(walled.world, {
      id: rowId(args.params.fileId),
      requestId: request.id,
      reader: 'patient',
      actor: visit.person,
    });
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
