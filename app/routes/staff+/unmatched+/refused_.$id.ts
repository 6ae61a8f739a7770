import type { LoaderFunctionArgs } from '@remix-run/node';
import { readRefused } from '#app/disclosures/refused.server.ts';
import { fileResponse } from '#app/web/file-response.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';

/** What came and could not be read, to keep and never to be shown in place. Whom it is about nobody knows, so it asks as an export does. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'matching.see');
  requireFreshFactor(args, visit);
  const id = rowId(args.params.id);
  const bytes = await readRefused(visit.world, { id, actor: visit.person });
  if (!bytes) throw notFound();
  return fileResponse({ fileName: `refused-${id}.bin`, mediaType: 'application/octet-stream', bytes });
}
