import type { Place, Rhythm } from './coverage.ts';
import { isTooQuiet } from './coverage.ts';

export interface SourceRhythmSetting {
  /** At least one message in so many hours of the time that counts. */
  everyHours: number;
  /** Hours of the facility's business days that count, from and to; null: every hour of every day. */
  work: { from: number; to: number } | null;
}

/** Hours that a rhythm may have. */
export const everyHoursRange = { least: 1, most: 1_000 } as const;

export type RhythmField = 'every' | 'from' | 'to';
export type RhythmRead = { ok: true; rhythm: SourceRhythmSetting | null } | { ok: false; field: RhythmField };

const wholeHours = (text: string) => (/^\d{1,4}$/.test(text) ? Number(text) : Number.NaN);

/**
 * A rhythm as somebody typed it. Without hours the source may be silent; without a from and a to every hour of every day counts.
 * Otherwise the field that is wrong.
 */
export function readRhythm({ every, from, to }: Record<RhythmField, string>): RhythmRead {
  const hasWork = from !== '' || to !== '';
  if (every === '') return hasWork ? { ok: false, field: 'every' } : { ok: true, rhythm: null };
  const everyHours = wholeHours(every);
  if (!(everyHours >= everyHoursRange.least && everyHours <= everyHoursRange.most))
    return { ok: false, field: 'every' };
  if (!hasWork) return { ok: true, rhythm: { everyHours, work: null } };
  const work = { from: wholeHours(from), to: wholeHours(to) };
  if (!(work.from >= 0 && work.from < 24)) return { ok: false, field: 'from' };
  if (!(work.to > work.from && work.to <= 24)) return { ok: false, field: 'to' };
  return { ok: true, rhythm: { everyHours, work } };
}

/** `silent`: longer than its rhythm allows. `unwatched`: it may be silent, and nobody is told. */
export const sourceStandings = ['silent', 'never', 'unwatched', 'reporting'] as const;
export type SourceStanding = (typeof sourceStandings)[number];

/**
 * How a source stands at an instant, by its last message.
 * @param since when the rhythm was set: silence before it does not count
 */
export function standingOf(
  { lastAt, rhythm }: { lastAt: Date | null; rhythm: (SourceRhythmSetting & { since: Date }) | null },
  now: Date,
  place: Place,
): SourceStanding {
  if (!rhythm) return lastAt ? 'unwatched' : 'never';
  const counted: Rhythm = { everyHours: rhythm.everyHours, working: rhythm.work };
  const from = lastAt && lastAt > rhythm.since ? lastAt : rhythm.since;
  if (isTooQuiet(from, now, counted, place)) return 'silent';
  return lastAt ? 'reporting' : 'never';
}

/** What a day of a source looks like, gravest first. `quiet`: no message, and none was missed. */
export type DayState = 'silence' | 'missing' | 'reported' | 'quiet' | 'before';

/** Days one after the other that look the same. */
export interface DayRun {
  state: DayState;
  /** Place of the first among the days asked for. */
  at: number;
  days: number;
}

export interface SourceDays {
  /** Facility-local dates, as all here; null: it never reported. */
  firstOn: string | null;
  reportedOn: ReadonlySet<string>;
  gaps: readonly { kind: 'silence' | 'sequence'; from: string; to: string }[];
}

/** The days of a source, joined where they look the same. A day that a gap touches is the gap's, as in an accounting. */
export function runsOf({ firstOn, reportedOn, gaps }: SourceDays, days: readonly string[]): DayRun[] {
  const stateOf = (day: string): DayState => {
    const touching = gaps.filter(({ from, to }) => from <= day && day <= to);
    if (touching.some(({ kind }) => kind === 'silence')) return 'silence';
    if (touching.length > 0) return 'missing';
    if (firstOn === null || day < firstOn) return 'before';
    return reportedOn.has(day) ? 'reported' : 'quiet';
  };
  const runs: DayRun[] = [];
  for (const [at, day] of days.entries()) {
    const state = stateOf(day);
    const last = runs.at(-1);
    if (last?.state === state) last.days += 1;
    else runs.push({ state, at, days: 1 });
  }
  return runs;
}
