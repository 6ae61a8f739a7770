import { z } from 'zod';

/** An address of mail that a letter can be sent to: one, without a name, without anything that mail reads as more. */
export const emailField = z
  .string('errors.email')
  .trim()
  .max(254, 'errors.tooLong')
  .regex(/^[^\s@<>,;:"()[\]\\\p{Cc}\p{Zl}\p{Zp}]+@[^\s@<>,;:"()[\]\\\p{Cc}\p{Zl}\p{Zp}]+$/u, 'errors.email');
