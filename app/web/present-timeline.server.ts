import { z } from 'zod';
import type { RequestEvent } from '#app/audit/audit.server.ts';
import type { TimelineEntry } from '#app/components/timeline.tsx';
import { dateInWords, dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';
import { actorInWords, type HistoryReader } from './present-actor.server.ts';

interface Reader extends HistoryReader {
  locale: Locale;
  /** The request's. */
  timeZone: string;
}

/** A line of the timeline in plain text, so that a loader can send it. */
export interface TimelineLine extends TimelineEntry {
  what: string;
  detail?: string;
}

/** What a request's events are called on its timeline. An event without words here is not shown on it. */
const eventWords: Partial<Record<string, MessageId>> = {
  'request.submitted': 'requests.event.submitted',
  'request.acknowledged': 'requests.event.acknowledged',
  'request.answerDrafted': 'requests.event.answerDrafted',
  'request.responded': 'requests.event.responded',
  'request.withdrawn': 'requests.event.withdrawn',
  'request.read': 'requests.event.read',
  'request.identityAsked': 'requests.event.identityAsked',
  'request.identityConfirmed': 'requests.event.identityConfirmed',
  'request.moreAsked': 'requests.event.moreAsked',
  'request.reviewBegan': 'requests.event.reviewBegan',
  'request.patientReplied': 'requests.event.patientReplied',
  'request.extended': 'requests.event.extended',
  'request.receivedCorrected': 'requests.event.receivedCorrected',
  'request.markedDuplicate': 'requests.event.markedDuplicate',
  'request.reopened': 'requests.event.reopened',
  'request.dueMoved': 'requests.event.dueMoved',
  'request.fileTakenBack': 'requests.event.fileTakenBack',
  'request.disagreed': 'requests.event.disagreed',
  'request.messageWritten': 'requests.event.messageWritten',
  'request.feeTold': 'requests.event.feeTold',
  'request.feeTakenBack': 'requests.event.feeTakenBack',
  'request.feeChosen': 'requests.event.feeChosen',
  'request.narrowed': 'requests.event.narrowed',
  'request.letterPosted': 'requests.event.letterPosted',
  'request.feePaid': 'requests.event.feePaid',
  'request.assigned': 'requests.event.assigned',
  'optOut.filed': 'requests.event.optOutFiled',
  'optOut.withdrawn': 'requests.event.optOutWithdrawn',
  'optOut.permitted': 'requests.event.optOutPermitted',
  'optOut.changed': 'requests.event.optOutChanged',
  'optOut.askedAbout': 'requests.event.optOutAskedAbout',
  'notice.sent': 'requests.event.noticeSent',
  'accounting.downloaded': 'requests.event.downloaded',
  'request.downloaded': 'requests.event.allDownloaded',
  'request.packTaken': 'requests.event.packTaken',
};

/** A request's history as its timeline shows it, newest first. */
export function timelineView(events: readonly RequestEvent[], reader: Reader): TimelineLine[] {
  const words = wordsFor(reader.locale);
  return events
    .flatMap((event): TimelineLine[] => {
      const what = isEntered(event) ? 'requests.event.entered' : eventWords[event.type];
      if (!what) return [];
      return [
        {
          id: event.id.toString(),
          what: words(what, { because: becauseOf(factsOf(event)) }),
          at: {
            iso: event.at.toISOString(),
            words: instantInWords(reader.locale, event.at, reader.timeZone),
          },
          who: actorInWords(words, event, reader),
          ...detailOf(event, words, reader.locale),
          ...(event.visibleToPatient ? {} : { staffOnly: true }),
        },
      ];
    })
    .reverse();
}

interface Facts {
  because?: string;
  channel?: unknown;
  receivedOn?: unknown;
  cameOn?: unknown;
  dueOn?: unknown;
  cameTrulyOn?: unknown;
  countsOn?: unknown;
  extends?: unknown;
  stops?: unknown;
}

const becauseOf = ({ because, stops }: Facts): string => because ?? (stops === true ? 'stops' : 'other');

const factsOf = ({ after }: RequestEvent): Facts => (after ?? {}) as Facts;

const narrowing = z.object({
  before: z.object({ from: z.string(), to: z.string() }),
  after: z.object({ from: z.string(), to: z.string() }),
});

/** Both times of an event that narrowed a request: as it was, and as it is since. */
function timesOf(
  event: RequestEvent,
  locale: Locale,
): { was: string; wasTo: string; from: string; to: string } {
  const { before, after } = narrowing.parse(event);
  const [was, wasTo, from, to] = [before.from, before.to, after.from, after.to].map((day) =>
    dateInWords(locale, day),
  ) as [string, string, string, string];
  return { was, wasTo, from, to };
}

/** That a request was narrowed: when last, and what was asked about at first; null where it never was. */
export function narrowedView(
  events: readonly RequestEvent[],
  { locale, timeZone }: Pick<Reader, 'locale' | 'timeZone'>,
): { date: string; from: string; to: string } | null {
  const made = events.filter(({ type }) => type === 'request.narrowed');
  const [first, last] = [made.at(0), made.at(-1)];
  if (!first || !last) return null;
  const { was: from, wasTo: to } = timesOf(first, locale);
  return { date: dayOfInstantInWords(locale, last.at, timeZone), from, to };
}

/**
 * What a request asked about and asks about now; why; on which day something came that staff entered later; which day is the last one since; or how and when the patient said what staff
 * entered for them.
 */
function detailOf(event: RequestEvent, words: Words, locale: Locale): { detail?: string } {
  const { reason, type } = event;
  if (type === 'request.narrowed')
    return { detail: words('requests.event.narrowedTimes', { ...timesOf(event, locale) }) };
  const facts = factsOf(event);
  const dated = (
    id: 'requests.event.cameOn' | 'requests.event.cameTrulyOn' | 'requests.event.lastDay',
    date: unknown,
  ) => (typeof date === 'string' ? words(id, { date: dateInWords(locale, date) }) : null);
  const moved = facts.countsOn === true || facts.extends === true || type === 'request.dueMoved';
  const told = [
    reason && asSentence(reason),
    dated('requests.event.cameOn', facts.cameOn),
    dated('requests.event.cameTrulyOn', facts.cameTrulyOn),
    dated('requests.event.lastDay', moved ? facts.dueOn : null),
  ].filter(Boolean);
  if (told.length > 0) return { detail: told.length > 1 ? told.join(' ') : (reason ?? told[0] ?? '') };
  const channel = (['paper', 'phone', 'desk'] as const).find((one) => one === facts.channel);
  if (!channel || typeof facts.receivedOn !== 'string') return {};
  const date = dateInWords(locale, facts.receivedOn);
  if (type === 'request.submitted')
    return { detail: words('requests.event.enteredDetail', { channel, date }) };
  return { detail: words('requests.event.theirWord', { channel: words(`staff.channel.${channel}`), date }) };
}

/** What staff entered came to the facility another day, and by somebody else. */
function isEntered(event: RequestEvent): boolean {
  return event.type === 'request.submitted' && typeof factsOf(event).receivedOn === 'string';
}

/** What somebody wrote, so that a sentence can follow it. */
function asSentence(text: string): string {
  const written = text.trimEnd();
  return /[.!?…:;][)»”"’']*$/.test(written) ? written : `${written}.`;
}
