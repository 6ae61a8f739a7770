/** The languages Plainview speaks. Every catalogue key exists in each of them (tests/words.test.ts). */
export const locales = ['en', 'es'] as const;
export type Locale = (typeof locales)[number];

export const defaultLocale: Locale = 'en';

/** BCP 47 tag that dates and numbers are formatted for. Both are US formats: the facility is in the US. */
export const formatTag: Record<Locale, string> = { en: 'en-US', es: 'es-US' };

/** The name of each language in itself, for the language switch. */
export const ownName: Record<Locale, string> = { en: 'English', es: 'Español' };

export function isLocale(value: unknown): value is Locale {
  return typeof value === 'string' && (locales as readonly string[]).includes(value);
}
