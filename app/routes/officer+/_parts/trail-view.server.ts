import type { TrailEvent } from '#app/audit/audit.server.ts';
import { toleratedDistance } from '#app/audit/told-times.ts';
import { instantInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import { actorRoles, eventNames, factName, factValue } from './trail-words.ts';

export interface TrailChange {
  name: string;
  /** Null: there was none before. */
  before: string | null;
  after: string | null;
}

export interface TrailLine {
  id: string;
  at: { iso: string; day: string; time: string };
  /** When it was recorded, where that is another time than it tells. */
  recorded: string | null;
  what: string;
  actor: { name: string; role: string; onBehalfOf: string | null };
  changes: TrailChange[];
  reason: string | null;
  visibleToPatient: boolean;
  reference: string | null;
  seal: { sequence: string; hash: string } | null;
}

/** Events of the chain for the page, times with their seconds in the facility's zone. */
export function trailView(events: readonly TrailEvent[], timeZone: string, locale: Locale): TrailLine[] {
  const words = wordsFor(locale);
  return events.map((event) => ({
    id: event.id.toString(),
    at: { iso: event.at.toISOString(), ...toTheSecond(event.at, timeZone, locale) },
    recorded: recordedElsewhen(event, timeZone, locale),
    what: Object.hasOwn(eventNames, event.type)
      ? words(eventNames[event.type as keyof typeof eventNames])
      : event.type,
    actor: {
      name: event.actorName,
      onBehalfOf: event.onBehalfOf,
      role: Object.hasOwn(actorRoles, event.actorKind)
        ? words(actorRoles[event.actorKind as keyof typeof actorRoles])
        : event.actorKind,
    },
    changes: changesOf(event, words, locale),
    reason: event.reason,
    visibleToPatient: event.visibleToPatient,
    reference: event.reference,
    seal: event.seal && { sequence: event.seal.sequence.toString(), hash: event.seal.hash },
  }));
}

function recordedElsewhen({ at, recordedAt }: TrailEvent, timeZone: string, locale: Locale): string | null {
  if (!recordedAt || Math.abs(at.getTime() - recordedAt.getTime()) <= toleratedDistance) return null;
  return instantInWords(locale, recordedAt, timeZone);
}

function changesOf({ type, kind, before, after }: TrailEvent, words: Words, locale: Locale): TrailChange[] {
  const [was, is] = [factsOf(before), factsOf(after)];
  const telling = (facts: Record<string, unknown>, key: string) =>
    Object.hasOwn(facts, key) ? factValue({ type, of: kind, key, value: facts[key] }, words, locale) : null;
  return [...new Set([...Object.keys(was), ...Object.keys(is)])]
    .map((key) => ({ name: factName(words, key), before: telling(was, key), after: telling(is, key) }))
    .filter(({ before: old, after: now }) => old === null || now === null || old !== now);
}

function factsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function toTheSecond(instant: Date, timeZone: string, locale: Locale): { day: string; time: string } {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(formatTag[locale], { ...options, timeZone }).format(instant);
  return {
    day: format({ dateStyle: 'long' }),
    time: format({ hour: 'numeric', minute: '2-digit', second: '2-digit', timeZoneName: 'short' }),
  };
}
