import { z } from 'zod';
import type { Place } from '#app/clocks/jurisdictions.ts';
import type { MessageId } from '#app/words/words.ts';
import type { FormField, KindDefinition } from './kind.ts';
import { kindDefinition, requestKinds, type RequestKind } from './registry.ts';

/** How much somebody may write into one field. */
export const mostCharacters = 10_000;

/** What a kind's form asks, where it is asked by the common page. @returns null for a kind with a form of its own, and for no kind */
export function askedForm(
  kind: string | undefined,
): { kind: RequestKind; form: readonly FormField[] } | null {
  const known = requestKinds.find((one) => one === kind);
  const form = known && kindDefinition(known).form;
  return form ? { kind: known, form } : null;
}

/** A kind's form as it is shown in a place: without the choices that only another law has. */
export function formIn(place: Place, form: readonly FormField[]): readonly FormField[] {
  return form.map((field) =>
    field.options
      ? { ...field, options: field.options.filter(({ places }) => places?.includes(place) ?? true) }
      : field,
  );
}

/** What a kind is for, in a place. */
export function leadIn(place: Place, kind: RequestKind): MessageId {
  const { lead, leads }: KindDefinition<unknown> = kindDefinition(kind);
  return leads?.[place] ?? lead;
}

/** The fields that may be sent more than once. */
export function listsOf(form: readonly FormField[]): string[] {
  return form.filter(({ input }) => input === 'vendors').map(({ name }) => name);
}

/** The answers of a form as they are filed: what is kept as it is, and what somebody wrote in their own words. */
export interface AskedFor {
  details: Record<string, unknown>;
  /** As it was typed, in whatever script and direction; what was left empty is not in it. */
  statement: Record<string, string>;
}

/** A day as a date input sends it, of times of which there are records. */
export const dayField = z
  .string('errors.date')
  .trim()
  .pipe(z.iso.date('errors.date'))
  .refine((day) => day >= '1900-01-01' && day <= '2199-12-31', 'errors.date');

/** The schema of each field. Its messages are message ids. */
export function fieldSchemas(form: readonly FormField[]): Record<string, z.ZodType> {
  return Object.fromEntries(form.map((field) => [field.name, schemaOf(field)]));
}

function schemaOf({ input, required, options = [] }: FormField): z.ZodType {
  switch (input) {
    case 'choice': {
      const choice = z.enum(
        options.map(({ value }) => value),
        'errors.choose',
      );
      return required ? choice : choice.optional();
    }
    case 'date':
      return required ? dayField : z.union([z.literal('').transform(() => undefined), dayField]).optional();
    case 'vendors': {
      const chosen = z
        .array(z.union([z.literal('all'), z.uuid()], 'errors.choose'))
        .max(200, 'errors.tooLong')
        .default([])
        .transform((ids) => (ids.includes('all') ? ('all' as const) : [...new Set(ids)]));
      return required
        ? chosen.refine((ids) => ids.length > 0, 'errors.chooseAtLeastOne')
        : chosen.transform((ids) => (ids.length > 0 ? ids : undefined));
    }
    default: {
      const text = z
        .string('errors.required')
        // A browser sends each line's end as two characters.
        .transform((typed) => typed.replaceAll('\r\n', '\n'))
        .refine((typed) => typed.length <= (input === 'line' ? 200 : mostCharacters), 'errors.tooLong');
      return required ? text.refine((typed) => typed.trim() !== '', 'errors.required') : text.default('');
    }
  }
}

/** Parts what was parsed into what is kept as it is and what is kept sealed. */
export function partForm(form: readonly FormField[], parsed: Record<string, unknown>): AskedFor {
  const details: AskedFor['details'] = {};
  const statement: AskedFor['statement'] = {};
  for (const { name, input } of form) {
    const value = parsed[name];
    if (input !== 'words' && input !== 'line') {
      if (value !== undefined) details[name] = value;
    } else if (typeof value === 'string' && value.trim() !== '') statement[name] = value;
  }
  return { details, statement };
}
