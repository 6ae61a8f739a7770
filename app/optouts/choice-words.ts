import { formatTag, type Locale } from '#app/words/locales.ts';
import type { MessageId, Words } from '#app/words/words.ts';
import type { OptOutPurpose } from './purposes.ts';

const purposes: Record<OptOutPurpose, MessageId> = {
  aiTraining: 'optOuts.purpose.aiTraining',
  research: 'optOuts.purpose.research',
  commercialSharing: 'optOuts.purpose.commercialSharing',
};

/** What a "no" stops, a line a purpose. */
export function purposesInWords(words: Words, stopped: readonly OptOutPurpose[]): string[] {
  return stopped.map((purpose) => words(purposes[purpose]));
}

/** Whom a "no" is for: everybody, or these companies by name. */
export function companiesInWords(words: Words, names: 'all' | readonly string[], locale: Locale): string {
  if (names === 'all') return words('optOuts.companies.all');
  return new Intl.ListFormat(formatTag[locale], { type: 'conjunction' }).format(names);
}

/** Whether a "no" covers images without the patient's name too. */
export function coverageInWords(words: Words, coversDeidentified: boolean): string {
  return words(coversDeidentified ? 'optOuts.coverage.both' : 'optOuts.coverage.withName');
}
