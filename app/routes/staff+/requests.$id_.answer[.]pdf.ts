import type { LoaderFunctionArgs } from '@remix-run/node';
import { recordRead } from '#app/audit/reads.server.ts';
import { accountingPdf } from '#app/disclosures/accounting-pdf.server.ts';
import { readAnswer } from '#app/requests/answer.server.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { findRequest, type RequestDetail } from '#app/requests/reading.server.ts';
import { notFound, requireFreshFactor, requirePerson, rowId, type Visit } from '#app/web/guard.server.ts';
import { requireRequestOpen } from '#app/web/record-door.server.ts';
import { pageOfRequest } from '#app/web/request-page.server.ts';
import { letterPdf } from '#app/web/request-papers.server.ts';

/**
 * What the patient gets, to be printed for whoever has no account: an accounting as a PDF, a draft too, in the reader's language; of any
 * other request the letters that were sent, in the patient's.
 */
export async function loader(args: LoaderFunctionArgs) {
  const visit = await requirePerson(args, 'requests.see');
  requireFreshFactor(args, visit);
  const { world, person, locale, now } = visit;
  const id = rowId(args.params.id);
  await requireRequestOpen(args, visit, id);
  const request = await findRequest(world.db, id, null);
  if (!request) throw notFound();
  const answer = await readAnswer(world, id, 'any');
  const list = answer?.accounting;
  await recordRead(world, {
    type: 'request.read',
    actor: person,
    subject: { kind: 'request', id },
    patientId: request.patientId,
    requestId: id,
  });
  const pdf = list
    ? await accountingPdf(list, { locale, note: answer.note })
    : await letter(visit, request, now);
  const name = `${request.reference}${list && !answer.sentAt ? '-draft' : ''}.pdf`;
  return new Response(new Uint8Array(pdf), {
    headers: {
      'Content-Type': 'application/pdf',
      'Content-Disposition': `inline; filename="${name}"`,
      'Cache-Control': 'no-store',
    },
  });
}

async function letter(visit: Visit, request: RequestDetail, now: Date): Promise<Buffer> {
  const { patientId } = request;
  const [patient, locale] = await Promise.all([
    patientRecord(visit.world.db, patientId),
    localeOfPatient(visit.world.db, patientId),
  ]);
  const page = await pageOfRequest({ ...visit, patientId, locale }, { request, sees: true });
  // Nothing was sent yet: there is no letter.
  if (!patient || !(page.answer ?? page.extension ?? page.fee)) throw notFound();
  return letterPdf(page, `${patient.givenName} ${patient.familyName}`, { locale, now });
}
