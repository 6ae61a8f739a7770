import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordDownload } from '#app/requests/download.server.ts';
import { readingAs, requireFreshFactor, requirePatient } from '#app/web/guard.server.ts';
import { requestJson } from '#app/web/request-json.server.ts';
import { ownRequest } from '#app/web/request-page.server.ts';

/** All of a request for programs. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  requireFreshFactor(args, visit);
  const { world, person, patientId, locale } = visit;
  const { request, file } = await readingAs(visit, async (walled) => {
    const { request } = await ownRequest(walled, args.params.id);
    return { request, file: await requestJson(walled, request) };
  });
  await recordDownload(world, {
    actor: person,
    requestId: request.id,
    patientId,
    locale,
    what: 'everything',
  });
  return new Response(`${JSON.stringify(file, null, 2)}\n`, {
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Disposition': `attachment; filename="${request.reference}.json"`,
      'Cache-Control': 'no-store',
    },
  });
}
