import { z } from 'zod';

/** Why somebody decides as they do: asked for, and kept in the audit log. A line's end counts as one character. */
export const reasonField = z
  .string('errors.reason')
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .pipe(z.string().min(1, 'errors.reason').max(1_000, 'errors.tooLong'));
