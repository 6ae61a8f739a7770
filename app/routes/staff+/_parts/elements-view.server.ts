import { missingElements, type AccountingRow, type MissingElement } from '#app/disclosures/accounting.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';

export interface ElementCheck {
  /** What the law asks of each row. */
  element: string;
  citation: string;
  /** The rows that lack it, each named by recipient and date. */
  missingIn: string[];
}

/** 45 CFR 164.528(b)(2)(i)-(iv), in its order. A row always has its date: without one it is no row. */
const elements: { is: MissingElement | 'date'; words: MessageId; citation: string }[] = [
  { is: 'date', words: 'staff.element.date', citation: '45 CFR 164.528(b)(2)(i)' },
  { is: 'recipient', words: 'staff.element.recipient', citation: '45 CFR 164.528(b)(2)(ii)' },
  { is: 'description', words: 'staff.element.description', citation: '45 CFR 164.528(b)(2)(iii)' },
  { is: 'purpose', words: 'staff.element.purpose', citation: '45 CFR 164.528(b)(2)(iv)' },
];

/** What each row of the law's list has to say, and which rows do not. Empty when there is nothing to check. */
export function elementsView(listed: readonly AccountingRow[], locale: Locale): ElementCheck[] {
  const words = wordsFor(locale);
  if (listed.length === 0) return [];
  return elements.map(({ is, words: id, citation }) => ({
    element: words(id),
    citation,
    missingIn: listed
      .filter((row) => is !== 'date' && missingElements(row).includes(is))
      .map((row) =>
        words('staff.element.row', {
          recipient: row.recipient.name || words('disclosures.accounting.row.noRecipient'),
          date: dateInWords(locale, row.occurredOn),
        }),
      ),
  }));
}
