import { companiesInWords, coverageInWords, purposesInWords } from '#app/optouts/choice-words.ts';
import type { OptOutInHistory } from '#app/optouts/optouts.server.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface OptOutView {
  id: string;
  reference: string;
  requestId: string;
  /** What it stops, a line a purpose. */
  purposes: string[];
  companies: string;
  coverage: string;
  /** From when it counts, to the minute. */
  since: string;
  sinceDay: string;
  /** When it was taken back, to the minute; null while it counts. */
  withdrawnAt: string | null;
  /** How often a transfer was refused because of it, and when last, in a sentence. */
  effect: string;
}

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
}

/** A patient's "no" for a page. @param companies names by id of the register */
export function optOutView(
  optOut: OptOutInHistory,
  companies: ReadonlyMap<string, string>,
  { locale, timeZone }: Reader,
): OptOutView {
  const words = wordsFor(locale);
  const names =
    optOut.vendorIds === 'all'
      ? 'all'
      : optOut.vendorIds.map((id) => companies.get(id) ?? words('optOuts.companies.unnamed'));
  return {
    id: optOut.id,
    reference: optOut.reference,
    requestId: optOut.requestId,
    purposes: purposesInWords(words, optOut.purposes),
    companies: companiesInWords(words, names, locale),
    coverage: coverageInWords(words, optOut.coversDeidentified),
    since: instantInWords(locale, optOut.effectiveFrom, timeZone),
    sinceDay: dayOfInstantInWords(locale, optOut.effectiveFrom, timeZone),
    withdrawnAt: optOut.withdrawnAt && instantInWords(locale, optOut.withdrawnAt, timeZone),
    effect: words('optOuts.effect', {
      count: optOut.blocked,
      date: optOut.lastBlockedAt ? dayOfInstantInWords(locale, optOut.lastBlockedAt, timeZone) : '',
    }),
  };
}
