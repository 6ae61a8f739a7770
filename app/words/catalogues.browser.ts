import type { Catalogue } from './catalogues.ts';
import type { Locale } from './locales.ts';

// A page is in one language: the other's messages, half of all script, are not sent to it.

const loaded = new Map<Locale, Catalogue>();

/** Fetches the messages of a language. Before anything is rendered: what renders does not wait. */
export async function loadCatalogue(locale: Locale): Promise<void> {
  const { default: catalogue } =
    locale === 'es' ? await import('./es/index.ts') : await import('./en/index.ts');
  loaded.set(locale, catalogue);
}

/** The language of a page changes with a new page alone; where it changed in another tab, this one is fetched anew. */
export function catalogueOf(locale: Locale): Catalogue {
  const catalogue = loaded.get(locale);
  if (catalogue) return catalogue;
  window.location.reload();
  const [shown] = loaded.values();
  if (!shown) throw new Error(`no messages were loaded for ${locale}`);
  return shown;
}
