import type { LoaderFunctionArgs } from '@remix-run/node';
import { accountingPdf } from '#app/disclosures/accounting-pdf.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { recordDownload } from '#app/requests/download.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { notFound, readingAs, requirePatient, rowId } from '#app/web/guard.server.ts';

/** The answer as a file, in the language of the page. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  const { world, person, patientId, locale } = visit;
  const { request, answer } = await readingAs(visit, async (walled) => {
    const request = await findRequest(walled.world.db, rowId(args.params.id), patientId);
    if (!request) throw notFound();
    return { request, answer: await readAnswer(walled.world, request.id, 'sent') };
  });
  if (!answer?.accounting) throw notFound();
  const pdf = await accountingPdf(answer.accounting, { locale, note: answer.note });
  await recordDownload(world, { actor: person, requestId: request.id, patientId, locale, what: 'answer' });
  return new Response(new Uint8Array(pdf), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `attachment; filename="${request.reference}-${locale}.pdf"`,
      'Cache-Control': 'no-store',
    },
  });
}
