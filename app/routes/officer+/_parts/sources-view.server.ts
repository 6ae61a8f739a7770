import { z } from 'zod';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { SourceGapRow, SourceHealth, SourceSet } from '#app/disclosures/source-health.server.ts';
import { runsOf, type DayRun, type SourceRhythmSetting } from '#app/disclosures/source-rules.ts';
import { noSource, senderOfRun } from '#app/disclosures/sequence.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { dateInWords, instantInWords } from '#app/words/dates.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import { agoInWords } from './oversight-view.server.ts';

export interface Reader {
  locale: Locale;
  timeZone: string;
  now: Date;
}

/** Names of sources are text from outside, with signs that a path may not have. */
export const sourcePath = (auditSourceId: string) => `/officer/sources/${sha256Hex(auditSourceId)}`;

export const isSource = (path: string | undefined) => (one: { auditSourceId: string }) =>
  sha256Hex(one.auditSourceId) === path;

export interface SourceView {
  to: string;
  name: string;
  standing: SourceHealth['standing'];
  lastAt: string | null;
  ago: string;
  rhythm: string;
  messages: number;
}

export function sourceView(source: SourceHealth, { locale, timeZone, now }: Reader): SourceView {
  return {
    to: sourcePath(source.auditSourceId),
    name: inPlainSight(source.auditSourceId),
    standing: source.standing,
    lastAt: source.lastAt && instantInWords(locale, source.lastAt, timeZone),
    ago: agoInWords(source.lastAt, now, locale),
    rhythm: rhythmInWords(source.rhythm, wordsFor(locale)),
    messages: source.messages,
  };
}

export function rhythmInWords(rhythm: SourceRhythmSetting | null, words: Words): string {
  if (!rhythm) return words('sources.rhythm.none');
  const { everyHours, work } = rhythm;
  return work
    ? words('sources.rhythm.work', { hours: everyHours, from: work.from, to: work.to })
    : words('sources.rhythm.always', { hours: everyHours });
}

export interface GapView {
  id: string;
  /** Null: its sender named no source. */
  to: string | null;
  source: string;
  kind: SourceGapRow['kind'];
  from: string;
  until: string | null;
  missing: number;
  told: string | null;
}

export function gapView(gap: SourceGapRow, { locale, timeZone }: Reader): GapView {
  return {
    id: gap.id,
    ...(gap.auditSourceId === noSource
      ? { to: null, source: senderInWords(gap.stream, wordsFor(locale)) }
      : { to: sourcePath(gap.auditSourceId), source: inPlainSight(gap.auditSourceId) }),
    kind: gap.kind,
    from: instantInWords(locale, gap.fromAt, timeZone),
    until: gap.toAt && instantInWords(locale, gap.toAt, timeZone),
    missing: gap.missing,
    told: gap.alertedAt && instantInWords(locale, gap.alertedAt, timeZone),
  };
}

/** Who lost messages, where none of them said of which source it is: the names that its headers gave, which nothing proves. */
function senderInWords(run: string, words: Words): string {
  const sender = senderOfRun(run);
  const names = [sender?.host, sender?.program].flatMap((name) => (name ? [inPlainSight(name)] : []));
  return words('sources.gaps.unnamed', {
    name: names.join(' ') || '–',
    peer: sender?.peer ? inPlainSight(sender.peer.slice(0, 45)) : '–',
  });
}

export interface SourceStrip {
  to: string;
  name: string;
  /** The conclusion. */
  title: string;
  runs: DayRun[];
}

export interface SourceStrips {
  days: number;
  strips: SourceStrip[];
  /** Sources that are not drawn. */
  more: number;
  ticks: { at: number; label: string }[];
}

/** The days of each source as a picture, with what it shows in a sentence. */
export function stripsView(
  sources: readonly SourceHealth[],
  {
    gaps,
    reported,
    days,
    most,
  }: {
    gaps: readonly SourceGapRow[];
    reported: ReadonlyMap<string, ReadonlySet<string>>;
    days: readonly string[];
    most: number;
  },
  { locale, timeZone, now }: Reader,
): SourceStrips {
  const words = wordsFor(locale);
  const dateOf = (at: Date) => localDateAt(at, timeZone);
  const strips = sources.slice(0, most).map((source): SourceStrip => {
    const { auditSourceId, firstAt } = source;
    const runs = runsOf(
      {
        firstOn: firstAt && dateOf(firstAt),
        reportedOn: reported.get(auditSourceId) ?? new Set(),
        gaps: gaps
          .filter((gap) => gap.auditSourceId === auditSourceId)
          .map(({ kind, fromAt, toAt }) => ({ kind, from: dateOf(fromAt), to: dateOf(toAt ?? now) })),
      },
      days,
    );
    const count = (state: DayRun['state']) =>
      runs.reduce((sum, run) => sum + (run.state === state ? run.days : 0), 0);
    return {
      to: sourcePath(auditSourceId),
      name: inPlainSight(auditSourceId),
      title: words('sources.strip.title', {
        name: inPlainSight(auditSourceId),
        days: days.length,
        reported: count('reported'),
        silence: count('silence'),
        missing: count('missing'),
      }),
      runs,
    };
  });
  const short = new Intl.DateTimeFormat(formatTag[locale], {
    month: 'short',
    day: 'numeric',
    timeZone: 'UTC',
  });
  const months = days.flatMap((day, at) =>
    day.endsWith('-01') ? [{ at, label: short.format(new Date(`${day}T00:00:00Z`)) }] : [],
  );
  return { days: days.length, strips, more: Math.max(0, sources.length - most), ticks: months };
}

const kept = z.object({
  defaultIssuer: z.string().nullable(),
  assumedTimeZone: z.string().nullable(),
  rhythm: z
    .object({
      everyHours: z.number(),
      work: z.object({ from: z.number(), to: z.number() }).nullable(),
    })
    .nullable(),
  trusted: z.array(z.string()),
});

/** Who set what of a source, a line each. */
export function sourceHistoryView(history: readonly SourceSet[], { locale, timeZone }: Reader) {
  const words = wordsFor(locale);
  return history.map(({ id, at, by, after }) => {
    const set = kept.safeParse(after).data;
    return {
      id,
      what: words('sources.history.set'),
      who: by,
      at: { iso: at.toISOString(), words: instantInWords(locale, at, timeZone) },
      detail: set
        ? [
            rhythmInWords(set.rhythm, words),
            ...(set.defaultIssuer
              ? [words('sources.history.issuer', { issuer: inPlainSight(set.defaultIssuer) })]
              : []),
            ...(set.assumedTimeZone
              ? [words('sources.history.zone', { zone: inPlainSight(set.assumedTimeZone) })]
              : []),
            words('sources.history.trusted', { count: set.trusted.length }),
          ].join(' ')
        : '',
    };
  });
}

export function certificatesView(source: SourceHealth, { locale, timeZone }: Reader) {
  return source.certificates.map((one) => ({
    fingerprint: one.fingerprint,
    subject: inPlainSight(one.subject),
    firstSeen: dateInWords(locale, localDateAt(one.firstSeenAt, timeZone)),
    trusted: one.trustedAt && dateInWords(locale, localDateAt(one.trustedAt, timeZone)),
  }));
}
