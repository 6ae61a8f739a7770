import type { MetaDescriptor } from '@remix-run/node';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type MessageValues } from '#app/words/words.ts';

interface Match {
  id: string;
  data?: unknown;
}

/**
 * A page's `<title>`: the page, then Plainview; "Error:" first when its form came back with mistakes, so that a screen reader says it
 * first.
 */
export function pageTitle(
  { matches }: { matches: readonly (Match | undefined)[] },
  id: MessageId,
  { values, mistakes }: { values?: MessageValues | undefined; mistakes?: boolean } = {},
): MetaDescriptor[] {
  const root = matches.find((match) => match?.id === 'root')?.data as { locale?: Locale } | undefined;
  const words = wordsFor(root?.locale ?? 'en');
  return [{ title: `${mistakes ? `${words('site.field.error')} ` : ''}${words(id, values)} – Plainview` }];
}
