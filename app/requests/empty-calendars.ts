import type { Jurisdiction } from '#app/clocks/jurisdictions.ts';
import { calendarOf, clockRule } from '#app/clocks/rules.ts';
import { countsFor, ownCalendar, type CalendarOwner } from '#app/facility/calendars.ts';
import { kindDefinition, requestKinds } from './kinds/registry.ts';

export interface EmptyCalendar {
  owner: CalendarOwner;
  year: number;
  /** Whether the facility's own calendar has days in that year: they are then all that the law's clocks count. */
  ownHas: boolean;
}

/** Whose calendars move last days that a law sets for requests: of laws whose clocks roll over holidays, or count business days. */
export function calendarsOfLaw(jurisdiction: Jurisdiction): CalendarOwner[] {
  const rules = requestKinds.flatMap((kind) => {
    const { rules: ofAnswers, acknowledged } = kindDefinition(kind);
    return [ofAnswers[jurisdiction], acknowledged?.[jurisdiction]].filter((id) => id !== undefined);
  });
  const moved = rules
    .map((id) => clockRule(id))
    .filter(({ basis, roll, unit }) => basis === 'law' && (roll || unit === 'businessDays'));
  return [...new Set(moved.map(calendarOf))];
}

/**
 * Calendars of the law in force that have no day in a year: neither their own nor one that was imported under a name. The facility's own
 * calendar does not fill them, for it says nothing of whether the law's holidays were entered.
 */
export function emptyCalendars(
  jurisdiction: Jurisdiction,
  years: readonly number[],
  holidays: readonly { calendar: string; on: string }[],
): EmptyCalendar[] {
  return calendarsOfLaw(jurisdiction).flatMap((owner) =>
    years.flatMap((year): EmptyCalendar[] => {
      const counted = holidays.filter(
        ({ calendar, on }) => on.startsWith(`${year}-`) && countsFor(calendar, owner),
      );
      if (counted.some(({ calendar }) => calendar !== ownCalendar)) return [];
      return [{ owner, year, ownHas: counted.length > 0 }];
    }),
  );
}
