import { z } from 'zod';
import type { MachineCall } from './call.ts';

const rowsAPage = { usual: 100, most: 500 } as const;

const word = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'has control characters, or half of a surrogate pair');
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })])
  .refine((text) => text >= '1900' && text < '2200', 'Years 1900 to 2199.');

export const disclosuresQuery = z.strictObject({
  patientId: word.optional().describe('A patient’s number. With issuer; without both: all patients.'),
  issuer: word.optional().describe('Who gave the number.'),
  from: moment
    .optional()
    .describe('Sent from then on: a date of the facility’s time zone, or an instant with its offset.'),
  to: moment
    .optional()
    .describe('Sent until then: a date, the whole of it included, or an instant, itself not included.'),
  limit: z.coerce.number().int().min(1).max(rowsAPage.most).default(rowsAPage.usual).describe('Rows a page.'),
  after: z.string().max(200).optional().describe('next of the page before.'),
});

const disclosuresAnswer = z.strictObject({
  disclosures: z
    .array(
      z.strictObject({
        id: z.uuid(),
        patient: z.array(z.strictObject({ patientId: z.string(), issuer: z.string() })),
        recipient: z.string().describe('The slug of the company.'),
        occurredAt: z.iso.datetime(),
        timeZoneAssumed: z
          .string()
          .nullable()
          .describe('The zone in which the report’s time was read, where it named none.'),
        timeOfDayKnown: z
          .boolean()
          .nullable()
          .describe('False: the day alone was told, and the time is made up. Null: not kept of this row.'),
        recordedAt: z.iso.datetime(),
        studyUid: z.string().nullable(),
        accession: z.string().nullable(),
        modality: z.string().nullable(),
        instances: z.int().nullable(),
        source: z.string().nullable().describe('As the report names it.'),
        destination: z.string().describe('As the report names it.'),
        deidentified: z.boolean().nullable(),
        purpose: z.string().nullable().describe('A code of HL7 v3-ActReason; null: not known.'),
        legalBasis: z.string().nullable(),
        requiredByLaw: z.boolean().describe('Whether 45 CFR 164.528 makes the facility list it.'),
        exclusionReason: z.string().nullable(),
        corrects: z.uuid().nullable().describe('The row in whose place it stands.'),
        correctedBy: z.uuid().nullable().describe('The row that stands in its place.'),
        retracted: z.boolean().describe('It says that there was no such release.'),
        reports: z.int().describe('How many reports prove it.'),
      }),
    )
    .describe('The earliest release first. Rows are never changed: a correction is a row of its own.'),
  next: z.string().nullable().describe('Goes into after for the next page; null: there is none.'),
});
export type DisclosuresAnswer = z.infer<typeof disclosuresAnswer>;

export const disclosuresCall: MachineCall = {
  id: 'readDisclosures',
  method: 'GET',
  path: '/api/v1/disclosures',
  scope: 'disclosures:write',
  summary: 'Read the record of what was sent',
  description:
    'The rows that reports and staff made, for the systems that report. It shows what staff see: also what an agency’s statement keeps from the patient for a time. Not for patients’ eyes. The key of a company’s own program gets nothing.',
  parameters: { query: disclosuresQuery },
  answers: { 200: { description: 'A page of rows.', schema: disclosuresAnswer } },
  problems: ['bad-request'],
};
