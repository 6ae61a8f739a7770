import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import type { Words } from '#app/words/words.ts';
import { sentences } from './accounting-words.ts';
import type { AccountingDocument } from './accounting.ts';
import type { SourceCoverage } from './coverage.ts';

/** How completely reports cover a window: some sentences for each source, then what was lost without one, and what could not be read. */
export function coverageInWords(
  {
    coverage,
    unnamedGaps = [],
    unreadReports,
  }: Pick<AccountingDocument, 'coverage' | 'unnamedGaps' | 'unreadReports'>,
  words: Words,
  locale: Locale,
): string[] {
  const lines = sourcesInWords(coverage, words, locale);
  if (unnamedGaps.length > 0)
    lines.push(
      words('disclosures.accounting.coverage.unnamed', { gaps: gapsInWords(unnamedGaps, words, locale) }),
    );
  if (unreadReports) {
    const { count, firstOn, lastOn } = unreadReports;
    lines.push(
      words('disclosures.accounting.coverage.unread', {
        count,
        from: dateInWords(locale, firstOn),
        to: dateInWords(locale, lastOn),
      }),
    );
  }
  return lines;
}

function sourcesInWords(coverage: readonly SourceCoverage[] | null, words: Words, locale: Locale): string[] {
  if (coverage === null || coverage.length === 0) return [words('disclosures.accounting.coverage.unknown')];
  return coverage.map(({ source, completeFrom, untold = false, gaps }) => {
    if (completeFrom === null && !untold) return words('disclosures.accounting.coverage.nothing', { source });
    const known =
      gaps.length > 0 &&
      words('disclosures.accounting.coverage.gaps', { gaps: gapsInWords(gaps, words, locale) });
    if (completeFrom === null)
      return sentences(words('disclosures.accounting.coverage.untold', { source }), known);
    return sentences(
      words('disclosures.accounting.coverage.from', { source, date: dateInWords(locale, completeFrom) }),
      untold && words('disclosures.accounting.coverage.untoldBefore'),
      known || words('disclosures.accounting.coverage.whole'),
    );
  });
}

function gapsInWords(gaps: SourceCoverage['gaps'], words: Words, locale: Locale): string {
  const days = gaps.map(({ from, to }) =>
    words('disclosures.accounting.coverage.gap', {
      from: dateInWords(locale, from),
      to: dateInWords(locale, to),
    }),
  );
  return days.join('; ');
}
