import type { LoaderFunctionArgs } from '@remix-run/node';
import { readAnswer } from '#app/requests/answer.server.ts';
import { recordDownload } from '#app/requests/download.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { accountingFile, isListFormat } from '#app/web/accounting-file.server.ts';
import { notFound, readingAs, requireFreshFactor, requirePatient, rowId } from '#app/web/guard.server.ts';

/** The list that answered a request, as it was kept, for spreadsheets and machines. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePatient(args, 'ownRecords.see');
  requireFreshFactor(args, visit);
  const { world, person, patientId, locale } = visit;
  const { format } = args.params;
  if (!isListFormat(format)) throw notFound();
  const { request, answer } = await readingAs(visit, async (walled) => {
    const request = await findRequest(walled.world.db, rowId(args.params.id), patientId);
    if (!request) throw notFound();
    return { request, answer: await readAnswer(walled.world, request.id, 'sent') };
  });
  if (!answer?.accounting) throw notFound();
  await recordDownload(world, { actor: person, requestId: request.id, patientId, locale, what: 'answer' });
  return accountingFile(answer.accounting, { format, name: `${request.reference}-${locale}`, locale });
}
