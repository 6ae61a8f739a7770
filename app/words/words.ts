import { createIntl, createIntlCache, type IntlShape } from 'react-intl';
import { catalogueOf, isLoaded, type MessageId } from '#app/words/catalogues';
import { formatTag, type Locale } from './locales.ts';

export type { MessageId };
export type MessageValues = Record<string, string | number>;

/** Looks up a message in one language and fills its values in. Plain text, never markup. */
export type Words = (id: MessageId, values?: MessageValues) => string;

const caches = new Map<Locale, IntlShape>();

/** react-intl's own object for a language; components get it through their provider. */
export function intlFor(locale: Locale): IntlShape {
  const kept = caches.get(locale);
  if (kept) return kept;
  const intl = createIntl(
    { locale: formatTag[locale], messages: catalogueOf(locale), defaultLocale: formatTag.en },
    createIntlCache(),
  );
  if (isLoaded(locale)) caches.set(locale, intl);
  return intl;
}

export function wordsFor(locale: Locale): Words {
  const intl = intlFor(locale);
  return (id, values) => intl.formatMessage({ id }, values);
}
