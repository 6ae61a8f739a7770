import ical, { ICalAlarmRelatesTo, ICalAlarmType, ICalCalendarMethod } from 'ical-generator';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { RequestKind } from './kinds/registry.ts';

export interface LastDay {
  id: string;
  reference: string;
  kind: RequestKind;
  /** Of the answer, or of telling the patient that it arrived. */
  what: 'answer' | 'confirmation';
  /** The last day, in the time zone that the request is counted in. */
  dueOn: string;
  timeZone: string;
  basis: 'law' | 'promise';
  /** Rises whenever the day moves. */
  sequence: number;
}

const hour = 3_600;
const nineInTheMorning = 9 * hour;

/**
 * Last days as a calendar file (RFC 5545): whole days, an identity that stays, alarms at nine in the morning 10 and 3 days before and on the
 * day. Of a request it says its number, its kind, and law or promise: no name, nothing about anybody's health.
 */
export function calendarFile(
  days: readonly LastDay[],
  { facility, appOrigin, locale, now }: { facility: string; appOrigin: string; locale: Locale; now: Date },
): string {
  const words = wordsFor(locale);
  const calendar = ical({
    name: words('oversight.feed.name', { facility }),
    prodId: { company: 'Plainview', product: 'Deadlines', language: locale.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
    ttl: hour,
  });
  for (const { id, reference, kind, what, dueOn, basis, sequence } of days) {
    const summary = words(`oversight.feed.${what === 'answer' ? 'summary' : 'confirm'}`, {
      reference,
      kind: words(`requests.kind.${kind}`),
      basis: words(`site.basis.${basis}`),
    });
    const event = calendar.createEvent({
      id: what === 'answer' ? `${id}@plainview` : `${id}.confirmation@plainview`,
      start: new Date(`${dueOn}T00:00:00Z`),
      allDay: true,
      summary,
      sequence,
      stamp: now,
      url: new URL(`/staff/requests/${id}`, appOrigin).href,
    });
    for (const days of [10, 3, 0]) {
      const before = days * 24 * hour - nineInTheMorning;
      const when = before > 0 ? { triggerBefore: before } : { triggerAfter: -before };
      const alarm = event.createAlarm({ type: ICalAlarmType.display, description: summary, ...when });
      // Said each time: without a word on it the library ties what comes after the start to the end, a day later (RFC 5545, 3.6.1).
      alarm.relatesTo(ICalAlarmRelatesTo.start);
    }
  }
  return calendar.toString();
}
