import { locales, ownName } from '#app/words/locales.ts';
import { Icon } from './icon.tsx';
import { useLocale, useWords } from './words.tsx';

const look =
  'min-h-(--target) min-w-(--target) cursor-pointer items-center justify-center rounded-sm px-2 text-text underline underline-offset-[0.17em] hover:bg-surface hover:decoration-2';

/** The other languages, each in its own words. Plain forms: the whole page comes back in the new language. */
export function LanguageSwitch({ returnTo }: { returnTo: string }) {
  const current = useLocale();
  return (
    <form method="post" action="/language" className="flex">
      <input type="hidden" name="returnTo" value={returnTo} />
      {locales
        .filter((locale) => locale !== current)
        .map((locale) => (
          <button
            key={locale}
            type="submit"
            name="locale"
            value={locale}
            lang={locale}
            className={`inline-flex ${look}`}
          >
            {ownName[locale]}
          </button>
        ))}
    </form>
  );
}

/** Light or dark. The server cannot know what the device shows, so style sheets pick the button that changes it. */
export function ThemeSwitch({ returnTo }: { returnTo: string }) {
  const words = useWords();
  return (
    <form method="post" action="/theme" className="flex">
      <input type="hidden" name="returnTo" value={returnTo} />
      <button type="submit" name="theme" value="dark" className={`inline-flex ${look} dark:hidden`}>
        <Icon name="moon" />
        <span className="sr-only">{words('site.theme.dark')}</span>
      </button>
      <button type="submit" name="theme" value="light" className={`hidden ${look} dark:inline-flex`}>
        <Icon name="sun" />
        <span className="sr-only">{words('site.theme.light')}</span>
      </button>
    </form>
  );
}
