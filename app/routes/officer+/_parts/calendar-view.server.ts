import type { LastDay } from '#app/requests/oversight-feed.ts';
import { weekdayDateInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { MonthSpan } from './calendar-month.ts';

export interface CalendarItem {
  id: string;
  reference: string;
  kind: string;
  what: LastDay['what'];
  basis: 'law' | 'promise';
}

export interface AgendaDay {
  on: string;
  day: string;
  late: boolean;
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
  { today, locale }: { today: string; locale: Locale },
): CalendarView {
  const words = wordsFor(locale);
  const named = (on: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(formatTag[locale], { ...options, timeZone: 'UTC' }).format(
      new Date(`${on}T00:00:00Z`),
    );
  const itemsOf = (on: string) =>
    days
      .filter(({ dueOn }) => dueOn === on)
      .map(({ id, reference, kind, what, basis }) => ({
        id,
        reference,
        kind: words(`requests.kind.${kind}`),
        what,
        basis,
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
    agenda: [...new Set(days.map(({ dueOn }) => dueOn))].map((on) => ({
      on,
      day: weekdayDateInWords(locale, on),
      late: on < today,
      items: itemsOf(on),
    })),
  };
}
