import { z } from 'zod';

const text = (most: number) =>
  z
    .string('errors.required')
    .transform((value) => value.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().min(1, 'errors.required').max(most, 'errors.tooLong'));

export const studySchema = z.strictObject({
  version: z.coerce.number('errors.formUnreadable').int('errors.formUnreadable').min(0).default(0),
  name: text(200),
  description: text(2_000),
  criteria: text(2_000),
  dataSent: text(1_000),
  firstOn: z.iso.date('errors.date'),
  lastOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  people: z.coerce
    .number('errors.protocolPeople')
    .int('errors.protocolPeople')
    .min(1, 'errors.protocolPeople')
    .max(100_000_000, 'errors.protocolPeople'),
  vendor: z.union([z.literal(''), z.uuid('errors.choose')], 'errors.choose').default(''),
  sponsorName: text(200),
  sponsorAddress: text(300),
  sponsorPhone: text(60),
  researcherName: text(200),
  researcherAddress: text(300),
  researcherPhone: text(60),
  withdrawn: z.literal('yes').optional(),
});
export type StudyFields = z.output<typeof studySchema>;

/** What the room takes, out of what the form sends. */
export function factsOf(fields: StudyFields) {
  const { name, description, criteria, dataSent, firstOn, people } = fields;
  return {
    name,
    description,
    criteria,
    dataSent,
    firstOn,
    people,
    lastOn: fields.lastOn || null,
    vendorId: fields.vendor || null,
    sponsor: {
      name: fields.sponsorName,
      address: fields.sponsorAddress,
      phone: fields.sponsorPhone,
    },
    researcher: {
      name: fields.researcherName,
      address: fields.researcherAddress,
      phone: fields.researcherPhone,
    },
    withdrawn: fields.withdrawn === 'yes',
  };
}
