import type { Template } from '#app/facility/templates.server.ts';
import { fillTemplate } from '#app/facility/templates.ts';
import { dateInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { HistoryLine } from './settings-view.server.ts';

/** A template as the patient would read it, with made-up facts in its blanks. */
export function previewOf(
  body: string,
  locale: Locale,
  { name: facility, phone }: { name: string; phone: string },
): string {
  const lastDay = dateInWords(locale, '2027-05-14');
  return fillTemplate(body, { patient: 'Ana Ruiz', reference: 'PV-7K3M9Q', facility, phone, lastDay });
}

/** Who wrote each version, newest first, with its words. */
export function templateHistory(
  versions: readonly Template[],
  { locale, timeZone }: { locale: Locale; timeZone: string },
): HistoryLine[] {
  const words = wordsFor(locale);
  return versions.map(({ version, body, madeAt, madeBy, retiredAt }) => ({
    id: `${version}`,
    what: retiredAt
      ? words('settings.templates.was', { version, until: instantInWords(locale, retiredAt, timeZone) })
      : words('settings.templates.version', { version }),
    at: { iso: madeAt.toISOString(), words: instantInWords(locale, madeAt, timeZone) },
    who: madeBy,
    detail: body.length > 200 ? `${body.slice(0, 200)}…` : body,
  }));
}
