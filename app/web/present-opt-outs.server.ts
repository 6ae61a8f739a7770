import {
  companiesInWords,
  coverageInWords,
  purposesInWords,
  studiesInWords,
} from '#app/optouts/choice-words.ts';
import { stillCounts, type OptOutInHistory } from '#app/optouts/history.server.ts';
import { dayOfInstantInWords, instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

export interface OptOutView {
  id: string;
  reference: string;
  requestId: string;
  /** A "yes" to what the facility asks permission for; else a "no". */
  isYes: boolean;
  /** What it stops or allows, a line a purpose. */
  purposes: string[];
  companies: string;
  /** All images, or the studies that it is for, a line each. */
  studies: string[];
  coverage: string;
  /** From when it counts, to the minute. */
  since: string;
  sinceDay: string;
  /** Until when it counts, in a sentence. */
  until: string;
  /** A question waits: whether it still stands. It stands here from when it is owed by mail, the mail sent or not. */
  isAskedAbout: boolean;
  /** It ends if nothing is done: a "yes" by its day, a "no" only once its mail went out. */
  willEnd: boolean;
  /** When it stopped counting, to the minute; null while it counts. */
  withdrawnAt: string | null;
  /** Why it counts no more. */
  endedBy: 'takenBack' | 'replaced' | 'ended' | null;
  replacedBy: { requestId: string; reference: string } | null;
  /** Of the words that were agreed to. */
  version: string;
  /** How often a transfer was refused because of it, and when last, in a sentence; null for a "yes". */
  effect: string | null;
}

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
  now: Date;
  /** What the patient's studies are called, by their UID; where they are not named they are counted. */
  studies?: ReadonlyMap<string, string>;
}

/** A patient's "no" or "yes" for a page. @param companies names by id of the register */
export function optOutView(
  optOut: OptOutInHistory,
  companies: ReadonlyMap<string, string>,
  { locale, timeZone, now, studies }: Reader,
): OptOutView {
  const words = wordsFor(locale);
  const names =
    optOut.vendorIds === 'all'
      ? 'all'
      : optOut.vendorIds.map((id) => companies.get(id) ?? words('optOuts.companies.unnamed'));
  const counts = stillCounts(optOut, now);
  const endedAt = optOut.withdrawnAt ?? (counts ? null : optOut.endsAt);
  const day = (instant: Date) => dayOfInstantInWords(locale, instant, timeZone);
  return {
    id: optOut.id,
    reference: optOut.reference,
    requestId: optOut.requestId,
    isYes: optOut.act === 'permitted',
    purposes: purposesInWords(words, optOut.purposes),
    companies: companiesInWords(words, names, locale),
    studies: studiesInWords(words, optOut.studyUids, studies),
    coverage: coverageInWords(words, optOut.coversDeidentified),
    since: instantInWords(locale, optOut.effectiveFrom, timeZone),
    sinceDay: day(optOut.effectiveFrom),
    until: untilInWords(words, optOut, day),
    isAskedAbout: counts && (optOut.askedAt !== null || (optOut.askFrom !== null && optOut.askFrom <= now)),
    willEnd: counts && optOut.endsAt !== null,
    withdrawnAt: endedAt && instantInWords(locale, endedAt, timeZone),
    endedBy: endedAt === null ? null : howItEnded(optOut),
    replacedBy: optOut.replacedBy,
    version: optOut.wordingVersion,
    effect:
      optOut.act === 'permitted'
        ? null
        : words('optOuts.effect', {
            count: optOut.blocked,
            date: optOut.lastBlockedAt ? day(optOut.lastBlockedAt) : '',
          }),
  };
}

function howItEnded({ withdrawnAt, replacedBy }: OptOutInHistory): OptOutView['endedBy'] {
  if (withdrawnAt === null) return 'ended';
  return replacedBy ? 'replaced' : 'takenBack';
}

function untilInWords(
  words: Words,
  { act, endsAt, mayEndAt }: OptOutInHistory,
  day: (instant: Date) => string,
): string {
  if (act === 'permitted')
    return endsAt ? words('optOuts.until.yes', { date: day(endsAt) }) : words('optOuts.until.always');
  if (endsAt) return words('optOuts.until.asked', { date: day(endsAt) });
  return mayEndAt ? words('optOuts.until.mayEnd', { date: day(mayEndAt) }) : words('optOuts.until.always');
}
