import type { SignedIn } from '#app/people/sessions.server.ts';
import { defaultLocale, isLocale, locales, type Locale } from '#app/words/locales.ts';
import type { DoorArgs } from './context.ts';
import { readCookie } from './cookies.server.ts';

/** The language of a page: what was chosen on this browser, else the account's, else what the browser asks for. */
export async function localeOf(
  { request, context: { world } }: DoorArgs,
  signedIn: SignedIn | null,
): Promise<Locale> {
  const chosen = await readCookie(world, request, 'locale');
  if (isLocale(chosen)) return chosen;
  return signedIn?.locale ?? askedFor(request.headers.get('Accept-Language'));
}

function askedFor(header: string | null): Locale {
  const ranked = (header ?? '')
    .split(',')
    .map((part) => {
      const [tag = '', quality] = part.trim().split(';q=');
      return {
        language: tag.slice(0, 2).toLowerCase(),
        quality: quality === undefined ? 1 : Number(quality) || 0,
      };
    })
    .sort((a, b) => b.quality - a.quality);
  const found = ranked.find(({ language, quality }) => quality > 0 && isLocale(language));
  return locales.find((locale) => locale === found?.language) ?? defaultLocale;
}
