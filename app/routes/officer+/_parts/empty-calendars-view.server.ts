import { isJurisdiction } from '#app/clocks/jurisdictions.ts';
import type { Db } from '#app/db/client.server.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import { allHolidays } from '#app/facility/holidays.server.ts';
import { calendarsOfLaw, emptyCalendars } from '#app/requests/empty-calendars.ts';
import { localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { calendarInWords } from './holidays-view.server.ts';

export interface EmptyCalendarLine {
  id: string;
  year: number;
  says: string;
}

/** The calendars of the law in force that lack this year's holidays or the next one's, and what follows, in words. */
export async function emptyCalendarLines(
  db: Db,
  { now, locale }: { now: Date; locale: Locale },
): Promise<EmptyCalendarLine[]> {
  const facility = await facilitySettings(db);
  if (!facility || !isJurisdiction(facility.jurisdiction)) return [];
  if (calendarsOfLaw(facility.jurisdiction).length === 0) return [];
  const words = wordsFor(locale);
  const thisYear = Number(localDate(now, facility.timeZone).slice(0, 4));
  const empty = emptyCalendars(facility.jurisdiction, [thisYear, thisYear + 1], await allHolidays(db));
  return empty.map(({ owner, year, ownHas }) => ({
    id: `${owner} ${year}`,
    year,
    says: words(ownHas ? 'settings.holidays.emptyButOwn' : 'settings.holidays.empty', {
      calendar: calendarInWords(owner, words),
      own: words('settings.holidays.own'),
      year: `${year}`,
    }),
  }));
}
