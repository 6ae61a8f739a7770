import { citationIn } from '#app/words/citations.ts';
import { dateInWords, instantInWords, weekdayDateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { intlFor, wordsFor, type Words } from '#app/words/words.ts';
import type { ClockCount } from './count.ts';
import { clockRule, type ClockRule } from './rules.ts';
import type { ClockStep } from './steps.ts';

/**
 * The working of a count in plain sentences, in the order that the work was done. First who sets the date, last the
 * moment it ends. Dates and zone are the facility's. For server use: it formats dates.
 * @param endedOn the day on which what is counted was answered or closed: nothing is waited for after it
 */
export function explainClock(count: ClockCount, locale: Locale, endedOn: string | null = null): string[] {
  const words = wordsFor(locale);
  const rule = clockRule(count.rule, count.version);
  const sentences = count.steps.flatMap((step) => stepInWords(step, { rule, count, locale, words, endedOn }));
  const choice = policyPauseInWords(count, rule, { locale, words });
  const doubt = rule.confidence === 'interpretive' ? [words('clocks.explain.interpretive')] : [];
  return [basisInWords(rule, { words, locale }), ...sentences, ...choice, ...doubt];
}

function basisInWords(rule: ClockRule, { words, locale }: Pick<Telling, 'words' | 'locale'>): string {
  const citation = citationIn(locale, rule.citation);
  if (citation === null) return words('clocks.basis.promise');
  return words(rule.basis === 'law' ? 'clocks.basis.law' : 'clocks.basis.policy', { citation });
}

type Telling = {
  rule: ClockRule;
  count: ClockCount;
  locale: Locale;
  words: Words;
  endedOn: string | null;
};

function stepInWords(step: ClockStep, { rule, count, locale, words, endedOn }: Telling): string[] {
  const date = (on: string) => weekdayDateInWords(locale, on);
  const zone = count.timeZone;
  const ruleName = citationIn(locale, rule.citation) ?? words('clocks.explain.ourPromise');
  switch (step.kind) {
    case 'received':
      return startedOnReceipt(count) ? [] : [words('clocks.explain.received', { date: date(step.on), zone })];
    case 'dayZero':
      return step.because === 'receipt'
        ? [words('clocks.explain.dayZero', { date: date(step.on), zone, startsOn: rule.startsOn })]
        : [words('clocks.explain.dayZeroMoved', { date: date(step.on), because: step.because })];
    case 'counted':
      return countedInWords(step, locale, words);
    case 'countedHours':
      return [
        words('clocks.explain.countedHours', {
          n: step.n,
          from: instantInWords(locale, new Date(step.from), zone),
        }),
        words('clocks.explain.hoursAlone'),
      ];
    case 'paused':
      return [
        words('clocks.explain.paused', {
          from: date(step.from),
          to: date(step.to),
          days: step.days,
          reason: step.reason,
        }),
      ];
    case 'pauseOpen':
      return [
        endedOn === null
          ? words('clocks.explain.pauseOpen', { date: date(step.from), reason: step.reason })
          : words('clocks.explain.pauseEnded', {
              date: date(step.from),
              until: date(endedOn),
              reason: step.reason,
            }),
      ];
    case 'notPaused':
      return [
        words('clocks.explain.notPaused', { date: date(step.on), reason: step.reason, rule: ruleName }),
      ];
    case 'pauseTooLate':
      return [words('clocks.explain.pauseTooLate', { date: date(step.on), reason: step.reason })];
    case 'feeAwaited':
      return [words('clocks.explain.feeAwaited', { date: date(step.on) })];
    case 'held':
      return [
        words('clocks.explain.held', { date: date(step.on), until: date(step.until), form: step.form }),
      ];
    case 'rolled':
      return [
        words('clocks.explain.rolled', {
          from: dateInWords(locale, step.from),
          to: date(step.to),
          because: step.because,
        }),
        ...leftOutInWords(step.over ?? [], locale, words),
      ];
    case 'notRolled':
      return [
        words('clocks.explain.notRolled', {
          date: dateInWords(locale, step.on),
          because: step.because,
          rule: ruleName,
        }),
      ];
    case 'extensionTaken':
      return [
        words('clocks.explain.extensionTaken', {
          notice: date(step.noticeOn),
          n: step.n,
          unit: step.unit,
          date: date(step.to),
        }),
      ];
    case 'extensionNamed':
      return [
        words(
          step.to === step.named ? 'clocks.explain.extensionNamed' : 'clocks.explain.extensionNamedMoved',
          {
            date: date(step.named),
            to: date(step.to),
            allowed: dateInWords(locale, step.allowed),
          },
        ),
      ];
    case 'extensionRefused':
      return [
        words('clocks.explain.extensionRefused', {
          date: date(step.noticeOn),
          because: step.because,
          rule: ruleName,
        }),
      ];
    case 'lastMoment':
      return [words('clocks.explain.lastMoment', { date: date(step.dueOn), zone })];
    case 'lastHour':
      return [
        words('clocks.explain.lastHour', { at: instantInWords(locale, new Date(step.dueAtExclusive), zone) }),
      ];
  }
}

/** A pause that the text of the law does not have: whose reading it is, and the day without it. */
function policyPauseInWords(
  count: ClockCount,
  rule: ClockRule,
  { locale, words }: { locale: Locale; words: Words },
): string[] {
  const stopped = count.steps.some(({ kind }) => kind === 'paused' || kind === 'pauseOpen');
  if (rule.pauses !== 'policySuspend' || !stopped) return [];
  const unpaused = count.extended ? (count.extendedDueDate ?? count.dueDate) : count.dueDate;
  return [words('clocks.explain.policyPause', { date: weekdayDateInWords(locale, unpaused) })];
}

function startedOnReceipt(count: ClockCount): boolean {
  return count.steps.some((step) => step.kind === 'dayZero' && step.because === 'receipt');
}

function countedInWords(step: ClockStep & { kind: 'counted' }, locale: Locale, words: Words): string[] {
  const values = { n: step.n, date: weekdayDateInWords(locale, step.to) };
  switch (step.unit) {
    case 'days':
      return [words('clocks.explain.counted.days', values)];
    case 'yearEndPlusDays':
      return [words('clocks.explain.counted.yearEndPlusDays', values)];
    case 'months':
      return [
        words('clocks.explain.counted.months', values),
        ...(step.clamped ? [words('clocks.explain.clamped')] : []),
      ];
    case 'businessDays':
      return [
        words('clocks.explain.counted.businessDays', values),
        ...leftOutInWords(step.holidaysSkipped, locale, words),
      ];
  }
}

function leftOutInWords(holidays: readonly string[], locale: Locale, words: Words): string[] {
  if (holidays.length === 0) return [];
  const named = holidays.map((on) => dateInWords(locale, on));
  const dates = intlFor(locale).formatList(named, { type: 'conjunction' });
  return [words('clocks.explain.holidaysSkipped', { dates })];
}
