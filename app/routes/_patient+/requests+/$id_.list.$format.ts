import type { LoaderFunctionArgs } from '@remix-run/node';
import { readAnswer } from '#app/requests/answer.server.ts';
import { recordDownload } from '#app/requests/download.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { accountingFile, isListFormat } from '#app/web/accounting-file.server.ts';
import { notFound, requirePatient, rowId } from '#app/web/guard.server.ts';

/** The list that answered a request, as it was kept, for spreadsheets and machines. */
export async function loader(args: LoaderFunctionArgs) {
  const { world, person, patientId, locale } = await requirePatient(args, 'ownRecords.see');
  const { format } = args.params;
  const request = await findRequest(world.db, rowId(args.params.id), patientId);
  if (!request || !isListFormat(format)) throw notFound();
  const answer = await readAnswer(world, request.id, 'sent');
  if (!answer?.accounting) throw notFound();
  await recordDownload(world, { actor: person, requestId: request.id, patientId, locale, what: 'answer' });
  return accountingFile(answer.accounting, { format, name: `${request.reference}-${locale}`, locale });
}
