import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordRead } from '#app/audit/reads.server.ts';
import { accountingPdf } from '#app/disclosures/accounting-pdf.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';

/** The accounting of a request as a PDF, a draft too: what the patient will get, in the reader's language. */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const request = await findRequest(world.db, id, null);
  if (!request) throw notFound();
  const answer = await readAnswer(world, id, 'any');
  if (!answer?.accounting) throw notFound();
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId: request.patientId,
    requestId: id,
  });
  const pdf = await accountingPdf(answer.accounting, { locale, note: answer.note });
  const name = `${request.reference}${answer.sentAt ? '' : '-draft'}.pdf`;
  return new Response(new Uint8Array(pdf), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${name}"`,
      'Cache-Control': 'no-store',
    },
  });
}
