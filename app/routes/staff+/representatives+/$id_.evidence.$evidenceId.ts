import type { LoaderFunctionArgs } from '@remix-run/node';
import { readEvidence } from '#app/people/representations-reading.server.ts';
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
  const ascii = document.fileName.replace(/[^\w.-]/g, '_');
  return new Response(new Uint8Array(document.bytes), {
    headers: {
      'Content-Type': document.mediaType,
      'Content-Disposition': `attachment; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(document.fileName).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)}`,
      'Content-Security-Policy': "default-src 'none'; sandbox",
      'Cache-Control': 'no-store',
    },
  });
}
