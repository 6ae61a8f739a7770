import type { Catalogue } from './catalogues.ts';
import type { Locale } from './locales.ts';

// A page is in one language, here and there with a part in the other (a code sheet in its owner's): what is not spoken on a page is not
// sent to it.

const loaded = new Map<Locale, Catalogue>();

export function isLoaded(locale: Locale): boolean {
  return loaded.has(locale);
}

/** Fetches the messages of a language. For what the server has drawn, before React takes it over: what renders does not wait. */
export async function loadCatalogue(locale: Locale): Promise<void> {
  const { default: catalogue } =
    locale === 'es' ? await import('./es/index.ts') : await import('./en/index.ts');
  loaded.set(locale, catalogue);
}

/** The messages of a language; those of the page's own until the others are here. Nothing on the page is lost by that. */
export function catalogueOf(locale: Locale): Catalogue {
  const [anyOther] = loaded.values();
  const catalogue = loaded.get(locale) ?? anyOther;
  if (!catalogue) throw new Error(`no messages were loaded for ${locale}`);
  return catalogue;
}
