import type { LastDay } from '#app/requests/oversight-feed.ts';
import { localDate, weekdayDateInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { MonthSpan } from './calendar-month.ts';

export interface CalendarItem {
  id: string;
  reference: string;
  kind: string;
  what: LastDay['what'];
  basis: 'law' | 'promise';
  /** Where its own day stands, in the time zone that it is counted in. */
  standing: Standing;
}

type Standing = 'late' | 'today' | null;

export interface AgendaDay {
  on: string;
  day: string;
  /** Of all of its items; where they differ, each says its own. */
  standing: Standing | 'mixed';
  items: CalendarItem[];
}

export interface CalendarView {
  title: string;
  weekdays: { short: string; long: string }[];
  weeks: ({ on: string; number: number; isToday: boolean; items: CalendarItem[]; more: number } | null)[][];
  agenda: AgendaDay[];
}

const mostInACell = 4;

export function calendarView(
  days: readonly LastDay[],
  span: MonthSpan,
  { today, now, locale }: { today: string; now: Date; locale: Locale },
): CalendarView {
  const words = wordsFor(locale);
  const named = (on: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(formatTag[locale], { ...options, timeZone: 'UTC' }).format(
      new Date(`${on}T00:00:00Z`),
    );
  const todayIn = new Map<string, string>();
  const standingOf = ({ dueOn, timeZone }: LastDay): Standing => {
    const there = todayIn.get(timeZone) ?? localDate(now, timeZone);
    todayIn.set(timeZone, there);
    return dueOn < there ? 'late' : dueOn === there ? 'today' : null;
  };
  const itemsOf = (on: string): CalendarItem[] =>
    days
      .filter(({ dueOn }) => dueOn === on)
      .map((day) => ({
        id: day.id,
        reference: day.reference,
        kind: words(`requests.kind.${day.kind}`),
        what: day.what,
        basis: day.basis,
        standing: standingOf(day),
      }));
  return {
    title: named(span.from, { month: 'long', year: 'numeric' }),
    // November 1, 2026 is a Sunday.
    weekdays: Array.from({ length: 7 }, (_, index) => ({
      short: named(`2026-11-0${index + 1}`, { weekday: 'short' }),
      long: named(`2026-11-0${index + 1}`, { weekday: 'long' }),
    })),
    weeks: span.weeks.map((week) =>
      week.map((on) => {
        if (on === null) return null;
        const items = itemsOf(on);
        return {
          on,
          number: Number(on.slice(8)),
          isToday: on === today,
          items: items.slice(0, mostInACell),
          more: Math.max(0, items.length - mostInACell),
        };
      }),
    ),
    agenda: [...new Set(days.map(({ dueOn }) => dueOn))].map((on) => {
      const items = itemsOf(on);
      const standings = new Set(items.map(({ standing }) => standing));
      const [first = null] = standings;
      return {
        on,
        day: weekdayDateInWords(locale, on),
        standing: standings.size > 1 ? 'mixed' : first,
        items,
      };
    }),
  };
}
