import { clockRule, isRuleId } from '#app/clocks/rules.ts';
import { localDate, weekdayDateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface DueFacts {
  ruleId: string;
  ruleVersion: number;
  /** The last day as it stands, and the zone whose days count. */
  dueOn: Date;
  timeZone: string;
  respondedAt: Date | null;
  closedAt: Date | null;
}

/**
 * What a reminder says of the last day: who sets it, the date, the days left when the letter is written (not when it was owed: mail can
 * wait for two days). Null once the request is answered or closed.
 */
export function dueLine(due: DueFacts, now: Date, locale: Locale): string | null {
  if (due.respondedAt || due.closedAt || !isRuleId(due.ruleId)) return null;
  const dueOn = due.dueOn.toISOString().slice(0, 10);
  const today = localDate(now, due.timeZone);
  const days = Math.round((Date.parse(dueOn) - Date.parse(today)) / 86_400_000);
  const basis = clockRule(due.ruleId, due.ruleVersion).basis;
  return wordsFor(locale)(`mail.due.${basis}${days < 0 ? 'Late' : 'Left'}`, {
    date: weekdayDateInWords(locale, dueOn),
    days: Math.abs(days),
  });
}
