import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import type { Words } from '#app/words/words.ts';
import type { AccountingRow, LedgerRow } from './accounting.ts';

/** What the time of a release rests on, where its report did not say all of it; a line a fact. */
export function timeInWords(
  { timeZoneAssumed, timeOfDayKnown }: Pick<AccountingRow, 'timeZoneAssumed' | 'timeOfDayKnown'>,
  words: Words,
): string[] {
  return [
    ...(timeZoneAssumed ? [words('disclosures.accounting.row.zoneAssumed', { zone: timeZoneAssumed })] : []),
    ...(timeOfDayKnown === false ? [words('disclosures.accounting.row.dayOnly')] : []),
  ];
}

/** When images were sent, for staff: no surer than the report, and what that rests on. @param timeZone the facility's */
export function sentAtInWords(
  row: Pick<LedgerRow, 'occurredAt' | 'assumedTimeZone' | 'timeOfDayKnown'>,
  { words, locale, timeZone }: { words: Words; locale: Locale; timeZone: string },
): string[] {
  const { occurredAt, assumedTimeZone, timeOfDayKnown } = row;
  const inWords = timeOfDayKnown === false ? dayOfInstantInWords : instantInWords;
  return [
    inWords(locale, occurredAt, timeZone),
    ...timeInWords({ timeZoneAssumed: assumedTimeZone, timeOfDayKnown }, words),
  ];
}
