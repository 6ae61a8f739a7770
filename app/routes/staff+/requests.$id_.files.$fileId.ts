import type { LoaderFunctionArgs } from '@remix-run/node';
import { readAttachment } from '#app/requests/attachments.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';

/** A file of a request. That somebody opened it is an event, which the patient sees. */
export async function loader(args: LoaderFunctionArgs) {
  const { world, person } = await requirePerson(args, 'requests.see');
  const document = await readAttachment(world, {
    id: rowId(args.params.fileId),
    requestId: rowId(args.params.id),
    reader: 'staff',
    actor: person,
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
