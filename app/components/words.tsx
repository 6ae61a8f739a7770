import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { FormattedMessage, RawIntlProvider } from 'react-intl';
import { isLoaded, loadCatalogue } from '#app/words/catalogues';
import { defaultLocale, type Locale } from '#app/words/locales.ts';
import { intlFor, wordsFor, type MessageId, type Words } from '#app/words/words.ts';

/** @param isHere false until a browser has the messages of this language */
const LanguageContext = createContext<{ locale: Locale; isHere: boolean }>({
  locale: defaultLocale,
  isHere: true,
});

/** Gives the pages below it their language. One at the root, fed by the locale the server chose. */
export function WordsProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  const [fetched, setFetched] = useState<Locale>();
  const isHere = isLoaded(locale) || fetched === locale;
  useEffect(() => {
    if (!isHere) void loadCatalogue(locale).then(() => setFetched(locale));
  }, [isHere, locale]);
  const language = useMemo(() => ({ locale, isHere }), [locale, isHere]);
  return (
    <LanguageContext.Provider value={language}>
      <RawIntlProvider value={intlFor(locale)}>{children}</RawIntlProvider>
    </LanguageContext.Provider>
  );
}

export function useLocale(): Locale {
  return useContext(LanguageContext).locale;
}

/** Looks up messages in the page's language: `const words = useWords(); words('site.help.heading')`. */
export function useWords(): Words {
  const language = useContext(LanguageContext);
  return useMemo(() => wordsFor(language.locale), [language]);
}

/** A value of a message, or what to make of a tag in it: `a: (text) => <Link to="/vendors">{text}</Link>`. */
export type RichValue = string | number | ReactNode | ((text: ReactNode[]) => ReactNode);

/** A message with markup. `<b>` is bold without being asked; every other tag needs its function in `values`. */
export function T({ id, values }: { id: MessageId; values?: Record<string, RichValue> }) {
  return <FormattedMessage id={id} values={{ b: bold, ...values }} />;
}

function bold(text: ReactNode[]) {
  return <b>{text}</b>;
}
