import { z } from 'zod';

/**
 * A whole number as a person types it: digits alone. `z.coerce.number` would take an empty field for 0, and `1e2` for 100.
 * @param message what is said of everything else
 */
export const typedNumber = (least: number, most: number, message: string) =>
  z
    .string(message)
    .trim()
    .regex(/^\d{1,6}$/, message)
    .transform(Number)
    .refine((typed) => typed >= least && typed <= most, message);
