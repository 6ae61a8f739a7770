import type { Locale } from './locales.ts';

/** A citation as a language names its law: of what has a name of its own there. English is as it is kept. */
export function citationIn(locale: Locale, citation: string): string;
export function citationIn(locale: Locale, citation: string | null): string | null;
export function citationIn(locale: Locale, citation: string | null): string | null {
  if (locale !== 'es' || !citation) return citation;
  return citation
    .replace(
      /\b(UK )?GDPR Arts?\. (\d+[A-Z]?)((?:\([0-9a-z]+\))*)/g,
      (_, uk: string | undefined, article, parts: string) => {
        const law = uk ? 'RGPD del Reino Unido, art.' : 'RGPD art.';
        return `${law} ${article as string}${parts.replaceAll('(', '.').replaceAll(')', '')}`;
      },
    )
    .replace(/\bReg\. (\d+\/\d+) Art\. (\d+)/g, 'Reglamento $1, art. $2')
    .replace(/\bDPA 2018 Sch\. (\d+) para\. (\d+)/g, 'DPA 2018, anexo $1, párr. $2')
    .replace(/\bDPA 2018 s\.\s?(\w+)/g, 'DPA 2018, art. $1');
}
