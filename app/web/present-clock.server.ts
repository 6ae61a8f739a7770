import { explainClock } from '#app/clocks/explain.ts';
import type { ClockBarProps } from '#app/components/clock-bar.tsx';
import type { DueDateProps } from '#app/components/due-date.tsx';
import { readClock, type KeptClock, type ReadClock } from '#app/requests/request-clock.ts';
import { citationIn } from '#app/words/citations.ts';
import { dateInWords, localDate, weekdayDateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import { clockBar } from './present-clock-bar.server.ts';

export interface ClockView {
  /** Null, like the bar: it ended without an answer, and nothing is owed any more. */
  due: DueDateProps | null;
  bar: ClockBarProps | null;
  /** How the date was worked out, step by step. */
  working: string[];
  citation: string | null;
  daysUsed: number;
  daysLeft: number;
  /** The last day in words, with its weekday. */
  dueInWords: string;
}

/** A request's clock for a page: the chip, the bar, and the working in words. Dates are the facility's local dates. */
export function clockView(kept: KeptClock, now: Date, locale: Locale): ClockView {
  const words = wordsFor(locale);
  const read = readClock(kept, now);
  const { rule, count, daysLeft, daysUsed } = read;
  const date = dateInWords(locale, count.effectiveDueDate);
  const ended = kept.respondedAt;
  const over = ended ?? kept.closedAt;
  return {
    due: dueOf(read, locale),
    bar: read.state && {
      title: words(
        ended
          ? 'requests.clock.titleAnswered'
          : daysLeft < 0
            ? 'requests.clock.titleLate'
            : 'requests.clock.title',
        {
          date,
          days: Math.abs(daysLeft),
          used: daysUsed,
        },
      ),
      ...clockBar(kept, read, {
        reached: ended ? localDate(ended, kept.timeZone) : localDate(now, kept.timeZone),
        ended: ended !== null,
        locale,
      }),
    },
    working: explainClock(count, locale, over && localDate(over, kept.timeZone)),
    citation: citationIn(locale, rule.citation),
    daysUsed,
    daysLeft,
    dueInWords: weekdayDateInWords(locale, count.effectiveDueDate),
  };
}

/** The chip of a last day: of the answer, or of telling the patient that it arrived. */
export function dueOf({ rule, count, state, daysLeft }: ReadClock, locale: Locale): DueDateProps | null {
  if (!state) return null;
  return {
    state,
    dueOn: count.effectiveDueDate,
    date: dateInWords(locale, count.effectiveDueDate),
    basis: rule.basis,
    detail: distance(wordsFor(locale), state, daysLeft),
  };
}

function distance(words: Words, state: DueDateProps['state'], daysLeft: number): string {
  switch (state) {
    case 'met':
    case 'metLate':
      return words(daysLeft < 0 ? 'requests.clock.daysLateAnswered' : 'requests.clock.daysToSpare', {
        days: Math.abs(daysLeft),
      });
    case 'dueToday':
      return words('requests.clock.untilMidnight');
    case 'overdue':
      return words('requests.clock.daysLate', { days: Math.abs(daysLeft) });
    default:
      return words('requests.clock.daysLeft', { days: daysLeft });
  }
}
