import { createContext, useContext, useMemo, type ReactNode } from 'react';
import { FormattedMessage, RawIntlProvider } from 'react-intl';
import { defaultLocale, type Locale } from '#app/words/locales.ts';
import { intlFor, wordsFor, type MessageId, type Words } from '#app/words/words.ts';

const LocaleContext = createContext<Locale>(defaultLocale);

/** Gives the pages below it their language. One at the root, fed by the locale the server chose. */
export function WordsProvider({ locale, children }: { locale: Locale; children: ReactNode }) {
  return (
    <LocaleContext.Provider value={locale}>
      <RawIntlProvider value={intlFor(locale)}>{children}</RawIntlProvider>
    </LocaleContext.Provider>
  );
}

export function useLocale(): Locale {
  return useContext(LocaleContext);
}

/** Looks up messages in the page's language: `const words = useWords(); words('site.help.heading')`. */
export function useWords(): Words {
  const locale = useLocale();
  return useMemo(() => wordsFor(locale), [locale]);
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
