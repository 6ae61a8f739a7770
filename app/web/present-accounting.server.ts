import type { Place } from '#app/clocks/jurisdictions.ts';
import type { AccountingTableRow, AccountingViewProps } from '#app/components/accounting-view.tsx';
import { missingElements, type AccountingDocument, type AccountingRow } from '#app/disclosures/accounting.ts';
import {
  basisCitation,
  basisInWords,
  besideDateInWords,
  exclusionCitation,
  exclusionInWords,
  inShort,
  researchInWords,
  purposeInWords,
  sentInWords,
  struckInWords,
  windowInWords,
} from '#app/disclosures/accounting-words.ts';
import { coverageInWords } from '#app/disclosures/coverage-words.ts';
import { dateInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

/** An accounting for a page: the same facts and words, in the same order, as its PDF. */
export function accountingView(document: AccountingDocument, locale: Locale): AccountingViewProps {
  const words = wordsFor(locale);
  const { place = 'states' } = document;
  const row = (one: AccountingRow) => accountingRowView(one, { place, words, locale });
  return {
    place,
    short: inShort(document, words, locale),
    window: windowInWords(document.window, locale),
    preparedOn: dateInWords(locale, document.preparedOn),
    requiredByLaw: document.requiredByLaw.map(row),
    alsoShown: document.alsoShown.map(row),
    research: document.research.map((entry) => ({
      id: entry.protocolId,
      ...researchInWords(entry, words, locale),
    })),
    struck: document.struck.map((one) => struckInWords(one, words, locale)),
    coverage: coverageInWords(document, words, locale),
    notYetMatched: document.notYetMatched,
    anchor: document.anchor && {
      ...document.anchor,
      at:
        document.anchor.at &&
        instantInWords(locale, new Date(document.anchor.at), document.facility.timeZone),
    },
  };
}

/** One release for a page, in the words that an accounting has for it. */
export function accountingRowView(
  row: AccountingRow,
  { place, words, locale }: { place: Place; words: Words; locale: Locale },
): AccountingTableRow {
  return {
    id: row.disclosureId,
    date: dateInWords(locale, row.occurredOn),
    beside: besideDateInWords(row, words, locale),
    recipient: row.recipient.name,
    address: row.recipient.address,
    sent: sentInWords(row, words, locale),
    purpose: purposeInWords(words, row.purpose),
    basis: { words: basisInWords(words, row.legalBasis), citation: basisCitation(row.legalBasis, place) },
    whyNotListed:
      row.exclusionReason === null
        ? null
        : {
            words: exclusionInWords(words, row.exclusionReason),
            citation: exclusionCitation(row.exclusionReason),
          },
    missing: missingElements(row),
  };
}
