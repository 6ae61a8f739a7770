import { formatTag, type Locale } from './locales.ts';

// Called on the server only (loaders, mail, PDF): browsers and Node carry different ICU versions, and a date that
// changes its spaces between the two is a hydration error.

const dateFormats = new Map<string, Intl.DateTimeFormat>();

function format(locale: Locale, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  let made = dateFormats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(formatTag[locale], options);
    dateFormats.set(key, made);
  }
  return made;
}

/** A legal date (`YYYY-MM-DD`, already facility-local) in words: "May 14, 2027". */
export function dateInWords(locale: Locale, date: string): string {
  return format(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/** A legal date with its weekday: "Friday, May 14, 2027". */
export function weekdayDateInWords(locale: Locale, date: string): string {
  return format(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/** The day an instant falls on in a time zone, in words. */
export function dayOfInstantInWords(locale: Locale, instant: Date, timeZone: string): string {
  return format(locale, { dateStyle: 'long', timeZone }).format(instant);
}

/** When something was received, in words: the day alone where nobody knows the time. */
export function receivedInWords(
  locale: Locale,
  {
    receivedAt,
    receivedTimeKnown,
    timeZone,
  }: { receivedAt: Date; receivedTimeKnown: boolean; timeZone: string },
): string {
  return receivedTimeKnown
    ? instantInWords(locale, receivedAt, timeZone)
    : dayOfInstantInWords(locale, receivedAt, timeZone);
}

/** An instant in a time zone, in words: "May 14, 2027 at 9:05 AM EDT". */
export function instantInWords(locale: Locale, instant: Date, timeZone: string): string {
  return format(locale, {
    year: 'numeric',
    month: 'long',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(instant);
}

/** The local calendar date (`YYYY-MM-DD`) of an instant in a time zone. */
export function localDate(instant: Date, timeZone: string): string {
  return isoFormat(timeZone).format(instant);
}

const isoFormats = new Map<string, Intl.DateTimeFormat>();

/** To make one takes a hundred times as long as to use it, and a queue asks for each of its lines. */
function isoFormat(timeZone: string): Intl.DateTimeFormat {
  const known = isoFormats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  isoFormats.set(timeZone, made);
  return made;
}
