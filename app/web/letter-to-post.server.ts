import { localeOfPatient } from '#app/people/letters.server.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { toPost } from '#app/requests/posted.server.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { postedNow } from '#app/requests/told-by-post.ts';
import { notFound, type Visit } from './guard.server.ts';
import { pageOfRequest } from './request-page.server.ts';
import { letterPdf } from './request-papers.server.ts';

/** Everything that was told of a request until now, as one letter in the language of its patient. @throws 404 while nothing was told */
export async function letterToPost(visit: Visit, request: RequestDetail): Promise<Buffer> {
  const { world, now } = visit;
  const { patientId } = request;
  const [patient, locale, owed] = await Promise.all([
    patientRecord(world.db, patientId),
    localeOfPatient(world.db, patientId),
    toPost(world.db, { id: request.id, patientId, filedById: request.filedBy.id }, now),
  ]);
  // The letter is what tells them that it arrived, and what stops the clock: in it that is not still to be done.
  const ack = request.ack && { ...request.ack, metAt: request.ack.metAt ?? now };
  const told = postedNow({ ...request, ack }, now);
  const page = await pageOfRequest({ ...visit, patientId, locale }, { request: told, sees: true });
  const written = page.messages.some(({ byFacility }) => byFacility);
  const isTold = page.answer ?? page.extension ?? page.fee;
  if (!patient || !(owed ?? isTold ?? (written || request.status !== 'submitted'))) throw notFound();
  return letterPdf(page, `${patient.givenName} ${patient.familyName}`, { locale, now });
}
