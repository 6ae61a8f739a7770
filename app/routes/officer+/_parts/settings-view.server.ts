import { clockRule, isRuleId } from '#app/clocks/rules.ts';
import type { TimelineEntry } from '#app/components/timeline.tsx';
import type { SettingChange } from '#app/facility/settings.server.ts';
import { purposesInWords } from '#app/optouts/choice-words.ts';
import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import { dateInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { intlFor, wordsFor, type Words } from '#app/words/words.ts';

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
}

/** A line of a history in plain text. */
export interface HistoryLine extends TimelineEntry {
  what: string;
  detail?: string;
}

/** Who set a setting, when, and what of it: one line a change. @param more about a change, behind what it changed */
export function historyView(
  changes: readonly SettingChange[],
  { locale, timeZone }: Reader,
  more: (change: SettingChange) => string = () => '',
): HistoryLine[] {
  const words = wordsFor(locale);
  return changes.map((change) => ({
    id: change.id,
    what: differences(change, words, locale).join(' '),
    at: { iso: change.at.toISOString(), words: instantInWords(locale, change.at, timeZone) },
    who: change.by ?? words('settings.history.command'),
    ...(more(change) ? { detail: more(change) } : {}),
  }));
}

function differences({ before, after }: SettingChange, words: Words, locale: Locale): string[] {
  if (Array.isArray(after)) return dayDifferences(asDays(before), asDays(after), words, locale);
  const [was, is] = [before, after].map((value) => (value ?? {}) as Record<string, unknown>);
  const keys = [...new Set([...Object.keys(was!), ...Object.keys(is!)])];
  return keys
    .filter((key) => JSON.stringify(was![key]) !== JSON.stringify(is![key]))
    .map((key) =>
      words('settings.history.change', {
        name: factName(key, words),
        before: factValue(key, was![key], words, locale),
        after: factValue(key, is![key], words, locale),
      }),
    );
}

interface Day {
  calendar: string;
  on: string;
  name: string;
}
const asDays = (value: unknown) => (Array.isArray(value) ? (value as Day[]) : []);

function dayDifferences(before: Day[], after: Day[], words: Words, locale: Locale): string[] {
  const without = (days: Day[], others: Day[]) => {
    const known = new Set(others.map(({ calendar, on }) => `${calendar} ${on}`));
    return days.filter(({ calendar, on }) => !known.has(`${calendar} ${on}`));
  };
  const told = (days: Day[], id: 'settings.history.added' | 'settings.history.removed') => {
    const [first] = days;
    return first
      ? [words(id, { count: days.length, first: `${dateInWords(locale, first.on)} (${first.name})` })]
      : [];
  };
  return [
    ...told(without(after, before), 'settings.history.added'),
    ...told(without(before, after), 'settings.history.removed'),
  ];
}

const named = [
  'name',
  'address',
  'phone',
  'email',
  'timeZone',
  'jurisdiction',
  'halfWay',
  'daysBefore',
  'due',
  'overdueDaily',
  'to',
  'suspend',
  'permission',
  'noCountsFor',
  'yesCountsFor',
  'askDaysBefore',
  'remindAfter',
  'escalateAfter',
  'currency',
  'accountingCents',
  'accessCents',
] as const;

function factName(key: string, words: Words): string {
  if (isRuleId(key)) return words(`deadlines.rule.${key}`);
  const known = named.find((name) => name === key);
  return known ? words(`settings.fact.${known}`) : key;
}

function factValue(key: string, value: unknown, words: Words, locale: Locale): string {
  if (isRuleId(key)) return `${typeof value === 'number' ? value : clockRule(key).n}`;
  if (value === undefined || value === null) return words('settings.history.nothing');
  if (typeof value === 'boolean') return words(value ? 'site.answer.yes' : 'site.answer.no');
  if (key === 'permission' && Array.isArray(value) && value.length > 0)
    return purposesInWords(words, value as OptOutPurpose[]).join(', ');
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : words('settings.history.nothing');
  if (key === 'to' && (value === 'assignee' || value === 'officers' || value === 'both'))
    return words(`settings.reminders.to.${value}`);
  if (key.endsWith('Cents')) return amount(Number(value), locale);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** An amount in cents, as people write it, without its currency. */
export function amount(cents: number, locale: Locale): string {
  return intlFor(locale).formatNumber(cents / 100, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}
