import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordDownload } from '#app/requests/download.server.ts';
import { readingAs, requireFreshFactor, requirePatient } from '#app/web/guard.server.ts';
import { filePdf, paperHeaders } from '#app/web/request-papers.server.ts';
import { requestPage } from '#app/web/request-page.server.ts';

/** All of a request on paper. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  requireFreshFactor(args, visit);
  const { world, person, patientId, locale } = visit;
  const request = await readingAs(visit, (walled) => requestPage(walled, args.params.id));
  const pdf = await filePdf(request, visit);
  await recordDownload(world, {
    actor: person,
    requestId: request.id,
    patientId,
    locale,
    what: 'everything',
  });
  return new Response(new Uint8Array(pdf), { headers: paperHeaders(`${request.reference}.pdf`) });
}
