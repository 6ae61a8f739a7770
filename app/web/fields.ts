import { z } from 'zod';

/** An address of mail that a letter can be sent to: one, without a name, without anything that mail reads as more. */
export const emailField = z
  .string('errors.email')
  .trim()
  .max(254, 'errors.tooLong')
  .regex(/^[^\s@<>,;:"()[\]\\\p{Cc}\p{Zl}\p{Zp}]+@[^\s@<>,;:"()[\]\\\p{Cc}\p{Zl}\p{Zp}]+$/u, 'errors.email');

/** The most that an amount of money may be here. */
const mostCents = 50_000;

/** An amount as people write it, in English and in Spanish: a point or a comma before the cents. Read as cents. */
export const moneyField = z
  .string('errors.money')
  .trim()
  .regex(/^\d{1,3}([.,]\d{1,2})?$/, 'errors.money')
  .transform((text) => Math.round(Number(text.replace(',', '.')) * 100))
  .refine((cents) => cents <= mostCents, 'errors.money');
