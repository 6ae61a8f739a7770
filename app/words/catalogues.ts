import en from './en/index.ts';
import es from './es/index.ts';
import type { Locale } from './locales.ts';

/** Every key of the message catalogues (app/words/en/*.json). */
export type MessageId = keyof typeof en;
export type Catalogue = Record<MessageId, string>;

const catalogues: Record<Locale, Catalogue> = { en, es };

/** The messages of a language. In a browser catalogues.browser.ts stands in for this file (`imports` of package.json). */
export function catalogueOf(locale: Locale): Catalogue {
  return catalogues[locale];
}

export function isLoaded(_locale: Locale): boolean {
  return true;
}

export function loadCatalogue(_locale: Locale): Promise<void> {
  return Promise.resolve();
}
