import { z } from 'zod';

/** A mailed code as typed. What it is worth is judged where tries are counted. */
export const mailCodeForm = z.strictObject({
  code: z.string('errors.mailCode').trim().min(1, 'errors.mailCode').max(40, 'errors.mailCode'),
});

/** A password that somebody chooses. How long and how common it may be is judged in its room. */
export const newPasswordField = z
  .string('errors.required')
  .min(1, 'errors.required')
  .max(4_000, 'errors.passwordLong');

/** A name in one line. */
export const nameField = z
  .string('errors.required')
  .trim()
  .min(1, 'errors.required')
  .max(100, 'errors.tooLong')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'errors.formUnreadable');
