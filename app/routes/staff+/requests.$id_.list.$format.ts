import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordRead } from '#app/audit/reads.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { accountingFile, isListFormat } from '#app/web/accounting-file.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';

/** The list of a request, a draft too, for spreadsheets and machines. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const { format } = args.params;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const request = await findRequest(world.db, id, null);
  if (!request || !isListFormat(format)) throw notFound();
  const answer = await readAnswer(world, id, 'any');
  if (!answer?.accounting) throw notFound();
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId: request.patientId,
    requestId: id,
  });
  const name = `${request.reference}${answer.sentAt ? '' : '-draft'}`;
  return accountingFile(answer.accounting, { format, name, locale });
}
