import { z } from 'zod';
import type { Person } from '#app/audit/actor.ts';

/** What a form's hidden field says of a person who acts for nobody. */
const themselves = 'own';

/** For the schema of a form that files something on a patient's record. */
export const actingField = z.union([z.literal(themselves), z.uuid()], 'errors.formUnreadable').optional();

/** The value of the hidden field `actingAs`: for whom the form was shown. */
export function actingAs({ onBehalfOf }: Person): string {
  return onBehalfOf?.representationId ?? themselves;
}

/**
 * Whether a form was filled in for the one that the person acts for now: with two windows open, or after signing in again, it need not
 * be. A form without the field is taken for the one they act for.
 */
export function isForAnother(field: string | undefined, person: Person): boolean {
  return field !== undefined && field !== actingAs(person);
}
