import { z } from 'zod';
import { vendorRelationships } from '#app/vendors/register.ts';

/** A line of text; nothing typed is null. */
const optionalLine = (longest: number) =>
  z
    .string('errors.formUnreadable')
    .trim()
    .max(longest, 'errors.tooLong')
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'errors.formUnreadable');
export const lineField = (longest: number) => optionalLine(longest).min(1, 'errors.required');

/** Who a vendor is: the fields of its entry in the register. */
export const vendorFactFields = {
  name: lineField(120),
  relationship: z.enum(vendorRelationships, 'errors.choose'),
  address: optionalLine(300),
  contact: optionalLine(200),
};

export function factsOfFields(fields: z.infer<z.ZodObject<typeof vendorFactFields>>) {
  const { name, relationship, address, contact } = fields;
  return { name, relationship, address: address || null, contact: contact || null };
}
