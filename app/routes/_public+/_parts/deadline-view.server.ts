import { explainClock } from '#app/clocks/explain.ts';
import { pauseReasons } from '#app/clocks/asked-pauses.ts';
import type { ClockCount } from '#app/clocks/count.ts';
import { clockEventTypes } from '#app/clocks/input.ts';
import { withExtension, type ClockQuestion } from '#app/clocks/question.ts';
import { clockRule, ruleIds, type ClockRule } from '#app/clocks/rules.ts';
import type { ClockBarProps } from '#app/components/clock-bar.tsx';
import { promisedCount, type Settings } from '#app/facility/settings.ts';
import { dateInWords, instantInWords, localDate, weekdayDateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

const groups = ['promise', 'hipaa', 'us', 'ca', 'wa', 'eu', 'uk', 'nhs'] as const;

/** Every rule, by who sets it, in words. */
export function rulesView(promises: Settings['promises'], locale: Locale) {
  const words = wordsFor(locale);
  return groups.map((group) => ({
    group,
    label: words(`deadlines.group.${group}`),
    rules: ruleIds
      .filter((id) => id.startsWith(`${group}.`))
      .map((id) => {
        const { unit, n, extension, basis, citation } = clockRule(id);
        const count = promisedCount(promises, id) ?? n;
        return {
          id,
          name: words(`deadlines.rule.${id}`),
          period: words('deadlines.period', { unit, n: count }),
          extension: extension && words('deadlines.period', { unit, n: extension.n }),
          basis,
          citation,
        };
      }),
  }));
}

/** What can have happened, for the choice. */
export function eventsView(locale: Locale) {
  const words = wordsFor(locale);
  return clockEventTypes.map((value) => ({ value, label: words(`deadlines.form.event.${value}`) }));
}

/** What somebody can be waited for, for the choice. */
export function pausesView(locale: Locale) {
  const words = wordsFor(locale);
  return pauseReasons.map((value) => ({ value, label: words(`deadlines.form.pause.${value}`) }));
}

/** A count for the page: the last day, how far it is, its picture, its working. */
export function resultView(question: ClockQuestion, count: ClockCount, now: Date, locale: Locale) {
  const words = wordsFor(locale);
  const rule = clockRule(count.rule, count.version);
  const longer = withExtension(question, count);
  const today = localDate(now, count.timeZone);
  const away = daysFrom(today, count.effectiveDueDate);
  return {
    rule: words(`deadlines.rule.${rule.id}`),
    dueOn: count.effectiveDueDate,
    by: words('deadlines.result.by', { date: lastInWords(rule, count, locale) }),
    isToday: away === 0,
    distance:
      away === 0
        ? words('deadlines.result.today')
        : words(away > 0 ? 'deadlines.result.left' : 'deadlines.result.past', { days: Math.abs(away) }),
    stopped: count.openPause ? words('deadlines.result.paused') : null,
    basis: rule.basis,
    citation: rule.citation,
    extension: extensionInWords(rule, count, longer, { words, locale }),
    bar: barOf(count, longer, today, { words, locale }),
    working: explainClock(count, locale),
  };
}

/** A day, or of a clock of hours the moment within it. */
function lastInWords({ unit }: ClockRule, count: ClockCount, locale: Locale): string {
  return unit === 'hours'
    ? instantInWords(locale, new Date(count.dueAtExclusive), count.timeZone)
    : weekdayDateInWords(locale, count.effectiveDueDate);
}

interface Telling {
  words: Words;
  locale: Locale;
}

function extensionInWords(
  rule: ClockRule,
  count: ClockCount,
  longer: ClockCount | null,
  { words, locale }: Telling,
): string {
  if (count.extended) return words('deadlines.result.extended');
  if (!rule.extension || !longer) return words('deadlines.result.noExtension');
  return words('deadlines.result.extension', {
    date: weekdayDateInWords(locale, longer.effectiveDueDate),
    by: weekdayDateInWords(locale, count.effectiveDueDate),
    needs: rule.extension.needs.length > 1 ? 'both' : 'reasons',
  });
}

function barOf(
  count: ClockCount,
  longer: ClockCount | null,
  today: string,
  { words, locale }: Telling,
): ClockBarProps {
  const day = (date: string) => daysFrom(count.startDate, date);
  const end = longer?.effectiveDueDate ?? count.effectiveDueDate;
  const pauses = count.steps.flatMap((step) =>
    step.kind === 'paused' ? [{ from: day(step.from), to: day(step.to) + 1 }] : [],
  );
  // Of a long past or far date today is no place on the bar.
  const isNear = today >= count.startDate && today <= end;
  const label = (word: string, date: string) => ({ word, date: dateInWords(locale, date) });
  return {
    title: words('deadlines.result.bar', { date: dateInWords(locale, count.effectiveDueDate) }),
    days: {
      firstDue: day(count.effectiveDueDate),
      pauses,
      ...(longer ? { extendedDue: day(longer.effectiveDueDate) } : {}),
      ...(isNear ? { today: day(today) } : {}),
    },
    labels: {
      received: label(words('deadlines.result.received'), count.startDate),
      firstDue: label(words('deadlines.result.lastDay'), count.effectiveDueDate),
      ...(longer
        ? { extendedDue: label(words('deadlines.result.withExtension'), longer.effectiveDueDate) }
        : {}),
      ...(isNear ? { today: label(words('requests.clock.today'), today) } : {}),
    },
    legend: {
      ...(longer ? { base: words('deadlines.result.base'), extra: words('deadlines.result.extra') } : {}),
      ...(pauses.length > 0 ? { pause: words('deadlines.result.stopped') } : {}),
    },
  };
}

function daysFrom(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
