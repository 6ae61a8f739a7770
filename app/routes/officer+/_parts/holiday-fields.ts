import { z } from 'zod';
import { longestName } from '#app/facility/holiday-file.ts';

const plain = /^[^\p{Cc}\p{Zl}\p{Zp}]*$/u;

/** The name of a calendar of holidays. */
export const calendarField = z
  .string('errors.required')
  .trim()
  .min(1, 'errors.required')
  .max(60, 'errors.tooLong')
  .regex(plain, 'errors.formUnreadable');

export const dayField = z
  .string('errors.holidayDate')
  .trim()
  .pipe(z.iso.date('errors.holidayDate'))
  .refine((date) => date >= '1900-01-01' && date <= '2199-12-31', 'errors.holidayDate');

export const holidayName = z
  .string('errors.required')
  .trim()
  .min(1, 'errors.required')
  .max(longestName, 'errors.tooLong')
  .regex(plain, 'errors.formUnreadable');
