import type { YearPictureProps } from '#app/components/year-picture.tsx';
import { calendarOwners, ownCalendar } from '#app/facility/calendars.ts';
import type { ReadHolidays } from '#app/facility/holiday-file.ts';
import type { Holiday } from '#app/facility/holidays.server.ts';
import { weekdayDateInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

export function calendarInWords(calendar: string, words: Words): string {
  if (calendar === ownCalendar) return words('settings.holidays.own');
  const owner = calendarOwners.find((one) => one === calendar);
  return owner ? words(`settings.holidays.of.${owner}`) : calendar;
}

/** The calendars that there are to choose, and those that were imported under a name. */
export function calendarChoices(holidays: readonly Holiday[], words: Words) {
  const names = new Set([ownCalendar, ...calendarOwners, ...holidays.map(({ calendar }) => calendar)]);
  return [...names].map((value) => ({ value, label: calendarInWords(value, words) }));
}

/** The holidays of a year, as a table shows them and as a picture does. */
export function yearView(holidays: readonly Holiday[], year: number, locale: Locale) {
  const words = wordsFor(locale);
  const ofYear = holidays.filter(({ on }) => on.startsWith(`${year}-`));
  const dates = new Set(ofYear.map(({ on }) => on));
  const name = new Intl.DateTimeFormat(formatTag[locale], { month: 'short', timeZone: 'UTC' });
  const picture: YearPictureProps = {
    title: words('settings.holidays.picture', { count: dates.size, year: `${year}` }),
    legend: { weekend: words('officer.horizon.weekend'), holiday: words('officer.horizon.holiday') },
    months: Array.from({ length: 12 }, (_, month) => {
      const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
      return {
        name: name.format(new Date(Date.UTC(year, month, 1))),
        days: Array.from({ length }, (_day, at) => {
          const date = new Date(Date.UTC(year, month, at + 1));
          if (dates.has(date.toISOString().slice(0, 10))) return { kind: 'holiday' as const };
          return { kind: [0, 6].includes(date.getUTCDay()) ? ('weekend' as const) : ('work' as const) };
        }),
      };
    }),
  };
  const days = ofYear.map((day) => ({
    ...day,
    date: weekdayDateInWords(locale, day.on),
    calendarName: calendarInWords(day.calendar, words),
  }));
  return { picture, days };
}

/** Left-out events that are named; of a file with more, the rest is counted. */
const mostNamed = 20;

/** What a file would add to a calendar. @param known the days that the calendar has */
export function importView(
  read: ReadHolidays & { ok: true },
  { calendar, known, locale }: { calendar: string; known: ReadonlySet<string>; locale: Locale },
) {
  const words = wordsFor(locale);
  const fresh = read.days.filter(({ on }) => !known.has(on));
  return {
    calendar,
    calendarName: calendarInWords(calendar, words),
    fresh: fresh.map((day) => ({ ...day, date: weekdayDateInWords(locale, day.on) })),
    known: read.days.length - fresh.length,
    leftOut: read.leftOut
      .slice(0, mostNamed)
      .map(({ name, why }) => ({ name, why: words(`settings.import.why.${why}`) })),
    leftOutMore: Math.max(0, read.leftOut.length - mostNamed),
  };
}
