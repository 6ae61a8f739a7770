import type { Db } from '#app/db/client.server.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { fillTemplate, type TemplateUse } from '#app/facility/templates.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { patientRecord } from '#app/people/patients.server.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { RequestDetail } from './reading.server.ts';
import { templateUsesOf } from './templates.ts';

/** The uses for which there are ready-made words for this request, in the language in which its patient is written to. */
export async function templatesFor(
  db: Db,
  { kind, patientId }: Pick<RequestDetail, 'kind' | 'patientId'>,
): Promise<TemplateUse[]> {
  const rows = await db.answerTemplate.findMany({
    where: { kind, locale: await localeOfPatient(db, patientId), retiredAt: null },
    select: { use: true },
  });
  return templateUsesOf(kind).filter((use) => rows.some((row) => row.use === use));
}

/** The facility's own words for one use, the newest that are not retired, about this request and its patient. Null: there are none. */
export async function filledTemplate(
  db: Db,
  { kind, patientId, reference, dueOn }: Pick<RequestDetail, 'kind' | 'patientId' | 'reference' | 'dueOn'>,
  use: TemplateUse,
): Promise<string | null> {
  const locale = await localeOfPatient(db, patientId);
  const [template, patient, facility] = await Promise.all([
    db.answerTemplate.findFirst({
      where: { kind, use, locale, retiredAt: null },
      orderBy: { version: 'desc' },
      select: { body: true },
    }),
    patientRecord(db, patientId),
    facilitySettings(db),
  ]);
  if (!template || !patient || !facility) return null;
  return fillTemplate(template.body, {
    patient: `${patient.givenName} ${patient.familyName}`,
    reference,
    facility: facility.name,
    phone: facility.phone,
    lastDay: dateInWords(locale, dueOn),
  });
}
