import type { AuditEventType } from '#app/audit/events.ts';
import type { PatientEvent } from '#app/people/activity.server.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import type { TimelineLine } from './present-timeline.server.ts';

/** What a patient's start page tells of. Each has words below. */
export const activityTypes = [
  'request.submitted',
  'request.acknowledged',
  'request.responded',
  'request.withdrawn',
  'request.read',
  'records.read',
  'optOut.filed',
  'optOut.withdrawn',
  'disclosure.recorded',
  'disclosure.contradictsOptOut',
] as const satisfies readonly AuditEventType[];

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
  facilityName: string;
}

/** A patient's newest events in words. @param companies names by id of the register */
export function activityView(
  events: readonly PatientEvent[],
  companies: ReadonlyMap<string, string>,
  reader: Reader,
): TimelineLine[] {
  const words = wordsFor(reader.locale);
  return events.flatMap((event): TimelineLine[] => {
    const what = whatHappened(words, event, companies, reader);
    if (what === null) return [];
    return [
      {
        id: event.id.toString(),
        what,
        at: { iso: event.at.toISOString(), words: instantInWords(reader.locale, event.at, reader.timeZone) },
        who: actorInWords(words, event, reader),
      },
    ];
  });
}

function whatHappened(
  words: Words,
  event: PatientEvent,
  companies: ReadonlyMap<string, string>,
  { locale, timeZone }: Reader,
): string | null {
  const facts = factsOf(event.after);
  switch (event.type as (typeof activityTypes)[number]) {
    case 'request.submitted':
      // What a "no" does at once is an event of its own, told below.
      return facts.kind === 'accounting' ? words('patient.event.submitted') : null;
    case 'request.acknowledged':
      return words('requests.event.acknowledged');
    case 'request.responded':
      return words('requests.event.responded');
    case 'request.withdrawn':
      return words('requests.event.withdrawn');
    case 'request.read':
      return words('patient.event.requestRead');
    case 'records.read':
      return words('patient.event.recordsRead');
    case 'optOut.filed':
      return words('requests.event.optOutFiled');
    case 'optOut.withdrawn':
      return words('requests.event.optOutWithdrawn');
    case 'disclosure.contradictsOptOut':
      return words('patient.event.againstNo');
    case 'disclosure.recorded': {
      const company = typeof facts.vendorId === 'string' ? companies.get(facts.vendorId) : undefined;
      if (!company || typeof facts.occurredAt !== 'string') return null;
      const date = dayOfInstantInWords(locale, new Date(facts.occurredAt), timeZone);
      return words('patient.event.sent', { company, date });
    }
  }
}

function factsOf(after: PatientEvent['after']): Record<string, unknown> {
  return after !== null && typeof after === 'object' && !Array.isArray(after) ? after : {};
}

function actorInWords(words: Words, { actorKind }: PatientEvent, { facilityName }: Reader): string {
  if (actorKind === 'patient') return words('requests.actor.you');
  return actorKind === 'system' || actorKind === 'machine' ? words('requests.actor.system') : facilityName;
}
