import { z } from 'zod';
import { legalBases, purposeCodes } from '#app/disclosures/accounting-words.ts';
import type { StaffEntry } from '#app/disclosures/ingest/staff-entry/entry.ts';
import { entriesByHand, purposeStatedIn, type OneEntry } from '#app/disclosures/ledger-entry.server.ts';
import { localDateAt, localTimeAt } from '#app/facility/local-date.ts';
import type { World } from '#app/db/world.ts';
import { entryOf, entrySchema, someText, type EntryFields } from './entry-form.server.ts';

export const correctionSchema = entrySchema.extend({
  how: z.enum(['otherwise', 'never'], 'errors.choose'),
  reason: someText(2_000),
  otherNumber: z.string().trim().max(128, 'errors.tooLong').default(''),
});
/** There was no such release: of the same fields nothing but the reason counts. */
export const retractionSchema = z.strictObject({
  ...Object.fromEntries(Object.keys(correctionSchema.shape).map((name) => [name, z.string().optional()])),
  submissionKey: z.uuid('errors.formUnreadable'),
  how: z.literal('never', 'errors.choose'),
  reason: someText(2_000),
});
export type CorrectionFields = z.output<typeof correctionSchema>;

/**
 * What the row that is corrected says, by field name. What a rule made of it is no statement of anybody: the fields are empty, and the rule
 * that is in force for the recipient at the time classifies the new row too.
 */
export async function standingFields(
  world: World,
  row: OneEntry,
  timeZone: string,
): Promise<Record<string, string>> {
  const last = (await entriesByHand(world, row)).at(-1)?.entry;
  const stated = (code: string | null, codes: readonly string[]) =>
    code && codes.includes(code) ? code : '';
  return {
    vendor: row.vendorId,
    receiver: row.destination.slice(0, 200),
    medium: last?.medium ?? '',
    sentOn: localDateAt(row.occurredAt, timeZone),
    sentTime:
      row.timeOfDayKnown === false || (last && last.sentTime === null)
        ? ''
        : localTimeAt(row.occurredAt, timeZone),
    modality: row.modality ?? '',
    studyOn: row.studyOn?.toISOString().slice(0, 10) ?? '',
    images: row.instanceCount ? String(row.instanceCount) : '',
    description: row.studyDescription ?? '',
    accession: row.accessionNumber ?? '',
    studyUid: row.studyUid ?? '',
    deidentified: row.anonymized ? 'yes' : '',
    ...(row.releaseRuleId === null
      ? { purpose: stated(row.purpose, purposeCodes), basis: stated(row.legalBasis, legalBases) }
      : { purpose: stated(await purposeStatedIn(world, row), purposeCodes), basis: '' }),
  };
}

/** Whether a form says anything else than the row. */
export function saysNew(fields: CorrectionFields, standing: Record<string, string>): boolean {
  const told: Record<string, string | undefined> = { ...fields };
  return Object.entries(standing).some(
    ([name, before]) => name !== 'medium' && (told[name] ?? '') !== before,
  );
}

/** The entry of a correction. The time stays to the millisecond where nobody changed it. */
export function correctionOf(
  fields: CorrectionFields,
  row: OneEntry,
  standing: Record<string, string>,
  about: { enteredBy: string; patientId: string; timeZone: string },
): StaffEntry {
  const sameTime = fields.sentOn === standing.sentOn && fields.sentTime === standing.sentTime;
  return entryOf(fields, {
    ...about,
    occurredAt: sameTime ? row.occurredAt.toISOString() : null,
    corrects: { disclosureId: row.id, reason: fields.reason, isRetraction: false },
  });
}

/** The entry that says that there was no such release. */
export function retractionOf(
  { submissionKey, reason }: z.output<typeof retractionSchema>,
  row: OneEntry,
  standing: Record<string, string>,
  { enteredBy, timeZone }: { enteredBy: string; timeZone: string },
): StaffEntry {
  const fields: EntryFields = entrySchema.parse({
    submissionKey,
    vendor: row.vendorId,
    receiver: standing.receiver || row.vendor.name,
    medium: 'other',
    sentOn: standing.sentOn,
  });
  return {
    ...entryOf(fields, {
      enteredBy,
      patientId: row.patientId,
      timeZone,
      occurredAt: row.occurredAt.toISOString(),
      corrects: { disclosureId: row.id, reason, isRetraction: true },
    }),
    medium: null,
  };
}
