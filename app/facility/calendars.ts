/** The facility's own calendar: what is not imported under another name. Every clock counts it. */
export const ownCalendar = 'facility';

/** Whose clocks a calendar can be of alone: those of one law, or those of the facility's promises. Its name is the calendar's. */
export const calendarOwners = ['US', 'US-CA', 'US-WA', 'EU', 'UK', 'promise'] as const;
export type CalendarOwner = (typeof calendarOwners)[number];

/** Whether a clock of this owner counts the days of a calendar: of its own, of the facility's, and of those of no owner. */
export function countsFor(calendar: string, owner: CalendarOwner): boolean {
  return !othersCalendars(owner).includes(calendar);
}

/** Calendars that clocks of this owner do not count. */
export function othersCalendars(owner: CalendarOwner): string[] {
  return calendarOwners.filter((one) => one !== owner);
}
