import type { LoaderFunctionArgs } from '@remix-run/node';
import { readAttachment } from '#app/requests/attachments.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';

/** A file of a request. That somebody opened it is an event, which the patient sees. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  const { world, person } = visit;
  const requestId = rowId(args.params.id);
  await requireRequestOpen(args, visit, requestId);
  const document = await readAttachment(world, {
    id: rowId(args.params.fileId),
    requestId,
    reader: 'staff',
    actor: person,
  });
  if (!document) throw notFound();
  return fileResponse(document);
}
