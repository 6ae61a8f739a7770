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

/** Which studies a choice is for, a line each. @param names by study UID; without them, or for one that is gone, they are counted */
export function studiesInWords(
  words: Words,
  uids: 'all' | readonly string[],
  names: ReadonlyMap<string, string> = new Map(),
): string[] {
  if (uids === 'all') return [words('optOuts.studies.all')];
  const named = uids.flatMap((uid) => names.get(uid) ?? []);
  const others = uids.length - named.length;
  if (named.length === 0) return [words('optOuts.studies.count', { count: others })];
  return others > 0 ? [...named, words('optOuts.studies.more', { count: others })] : named;
}
