import { daysBetween, parseDate } from '#app/clocks/input.ts';
import type { ClockBarProps } from '#app/components/clock-bar.tsx';
import { dueBeforeExtension, type KeptClock, type ReadClock } from '#app/requests/request-clock.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

/**
 * The bar of a clock: the first period, the extra time after it, and gaps where it stood still, in days since day 0.
 * @param at.reached facility-local: today, or the day on which it ended
 */
export function clockBar(
  kept: KeptClock,
  { count }: ReadClock,
  { reached, ended, locale }: { reached: string; ended: boolean; locale: Locale },
): Omit<ClockBarProps, 'title'> {
  const words = wordsFor(locale);
  const dayOf = (on: string) => Math.max(0, daysBetween(parseDate(count.startDate), parseDate(on)));
  const dueOn = count.effectiveDueDate;
  const firstOn = count.extended ? dueBeforeExtension(kept) : dueOn;
  const hasExtra = firstOn < dueOn;
  // A day of the bar ends where its number stands.
  const pauses = count.steps.flatMap((step) => {
    if (step.kind !== 'paused' && step.kind !== 'pauseOpen') return [];
    const from = Math.max(0, dayOf(step.from) - 1);
    const to = dayOf(step.kind === 'paused' ? step.to : reached);
    return to > from ? [{ from, to }] : [];
  });
  const stopped = pauses.reduce((days, { from, to }) => days + to - from, 0);
  const lastDay = { word: words('requests.clock.lastDay'), date: dateInWords(locale, dueOn) };
  const reachedLabel = {
    word: words(ended ? 'requests.clock.answered' : 'requests.clock.today'),
    date: dateInWords(locale, reached),
  };
  return {
    days: {
      firstDue: dayOf(hasExtra ? firstOn : dueOn),
      ...(hasExtra ? { extendedDue: dayOf(dueOn) } : {}),
      ...(ended ? { answered: dayOf(reached) } : { today: dayOf(reached) }),
      ...(pauses.length > 0 ? { pauses } : {}),
    },
    labels: {
      received: { word: words('requests.clock.received'), date: dateInWords(locale, count.startDate) },
      ...(hasExtra
        ? {
            firstDue: { word: words('requests.clock.firstLastDay'), date: dateInWords(locale, firstOn) },
            extendedDue: lastDay,
          }
        : { firstDue: lastDay }),
      ...(ended ? { answered: reachedLabel } : { today: reachedLabel }),
    },
    legend: {
      ...(hasExtra
        ? {
            extra: words('requests.clock.extraTime', {
              days: daysBetween(parseDate(firstOn), parseDate(dueOn)),
            }),
          }
        : {}),
      ...(stopped > 0 ? { pause: words('requests.clock.stoppedFor', { days: stopped }) } : {}),
    },
  };
}
