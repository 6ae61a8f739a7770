import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordRead } from '#app/audit/reads.server.ts';
import { accountingPdf } from '#app/disclosures/accounting-pdf.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { findRequest } from '#app/requests/reading.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId } from '#app/web/guard.server.ts';
import { letterToPost } from '#app/web/letter-to-post.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';

/**
 * What the patient gets, to be printed for whoever has no account: an accounting as a PDF, a draft too, in the reader's language; of any
 * other request the letters that were sent, in the patient's.
 */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  requireFreshFactor(args, visit);
  const { world, person, locale } = visit;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const request = await findRequest(world.db, id, null);
  if (!request) throw notFound();
  const answer = await readAnswer(world, id, 'any');
  const list = answer?.accounting;
  if (!list && !answer?.sentAt) throw notFound();
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId: request.patientId,
    requestId: id,
  });
  const pdf = list
    ? await accountingPdf(list, { locale, note: answer.note })
    : await letterToPost(visit, request);
  const name = `${request.reference}${list && !answer.sentAt ? '-draft' : ''}.pdf`;
  return new Response(new Uint8Array(pdf), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${name}"`,
      'Cache-Control': 'no-store',
    },
  });
}
