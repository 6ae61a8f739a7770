import type { LoaderFunctionArgs } from '@remix-run/node';
import { readingAs, requirePatient } from '#app/web/guard.server.ts';
import { paperHeaders, receiptPdf } from '#app/web/request-papers.server.ts';
import { requestPage } from '#app/web/request-page.server.ts';

/** That a request came, what was asked, and by when it is answered. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRequests.follow');
  const request = await readingAs(visit, (walled) => requestPage(walled, args.params.id));
  const pdf = await receiptPdf(request, visit);
  return new Response(new Uint8Array(pdf), { headers: paperHeaders(`${request.reference}-receipt.pdf`) });
}
