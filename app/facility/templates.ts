import { z } from 'zod';

/** What a template is for: the answers there are, an extension, and a message to the patient. */
export const templateUses = [
  'granted',
  'grantedInPart',
  'denied',
  'nothingToReport',
  'extension',
  'message',
] as const;
export type TemplateUse = (typeof templateUses)[number];

const longestTemplate = 10_000;

/** Blanks that are filled when somebody starts an answer from the template. */
export const templateBlanks = ['patient', 'reference', 'facility', 'phone', 'lastDay'] as const;
export type TemplateBlank = (typeof templateBlanks)[number];

const blank = /\{([^{}]*)\}/g;

/** Text as it is kept: our line ends, nothing around it. */
export const templateBody = z
  .string('errors.required')
  .transform((text) => text.replaceAll('\r\n', '\n').trim())
  .pipe(
    z
      .string()
      .min(1, 'errors.required')
      .max(longestTemplate, 'errors.tooLong')
      .regex(/^(?:[^\p{Cc}]|\n|\t)*$/u, 'errors.formUnreadable'),
  )
  .refine((text) => unknownBlanks(text).length === 0, 'errors.templateBlank');

/** Blanks of a text that nothing fills. */
function unknownBlanks(text: string): string[] {
  return [...text.matchAll(blank)]
    .map(([, name = '']) => name)
    .filter((name) => !(templateBlanks as readonly string[]).includes(name));
}

/** Whether a blank of a template stands in words that are to go to somebody. */
export function hasBlanks(text: string): boolean {
  return [...text.matchAll(blank)].some(([, name = '']) =>
    (templateBlanks as readonly string[]).includes(name.trim()),
  );
}

/** A template with its blanks filled; one without a fact stays as it is, to be seen and mended. */
export function fillTemplate(text: string, facts: Partial<Record<TemplateBlank, string>>): string {
  return text.replace(blank, (whole, name: string) =>
    Object.hasOwn(facts, name) ? (facts[name as TemplateBlank] ?? whole) : whole,
  );
}
