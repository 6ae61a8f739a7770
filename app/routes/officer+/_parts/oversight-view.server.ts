import type { Beating, Heartbeat } from '#app/facility/heartbeat.server.ts';
import { requestKinds, type RequestKind } from '#app/requests/kinds/registry.ts';
import type { Timeliness } from '#app/requests/oversight.server.ts';
import { bases, kindInWords, type Basis } from '#app/requests/reports.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface BeatView {
  worker: string;
  remind: string;
  /** What stands still: without the worker nothing runs, reminders alone may be. */
  stands: 'worker' | 'remind' | null;
}

export function beatView(
  beats: Record<Beating, Heartbeat>,
  { now, locale }: { now: Date; locale: Locale },
): BeatView {
  const ago = ({ lastAt }: Heartbeat) => agoInWords(lastAt, now, locale);
  return {
    worker: ago(beats.worker),
    remind: ago(beats.remind),
    stands: beats.worker.isStale ? 'worker' : beats.remind.isStale ? 'remind' : null,
  };
}

/** How long ago something was, in words. */
export function agoInWords(at: Date | null, now: Date, locale: Locale): string {
  const words = wordsFor(locale);
  if (!at) return words('oversight.beat.never');
  const minutes = Math.max(0, Math.floor((now.getTime() - at.getTime()) / 60_000));
  if (minutes < 1) return words('oversight.beat.justNow');
  if (minutes < 60) return words('oversight.beat.minutes', { count: minutes });
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return words('oversight.beat.hours', { count: hours });
  return words('oversight.beat.days', { count: Math.floor(hours / 24) });
}

export interface PaceMonth {
  month: string;
  /** "Nov"; the table has the whole name. */
  short: string;
  answered: number;
  onTime: number;
  medianDays: number;
  ninetiethDays: number;
}

export interface PaceRow extends PaceMonth {
  kind: string;
  kindId: RequestKind | null;
  basis: Basis;
  key: string;
  monthInWords: string;
}

export interface PaceView {
  /** One of `choices`: of a kind, or all, by law or by promise. */
  shown: string;
  choices: { value: string; label: string }[];
  basis: Basis;
  /** What its lists are of. */
  of: { kindId: RequestKind | null; basis: Basis; from: string };
  answered: number;
  onTime: number;
  /** The months of the chart, oldest first; those without an answer are in it, empty. */
  months: PaceMonth[];
  newest: { month: string; medianDays: number; ninetiethDays: number } | null;
  rows: PaceRow[];
}

const valueOf = ({ kind, basis }: { kind: RequestKind | null; basis: Basis }) => `${kind ?? 'all'}.${basis}`;

/** The first of the twelve months that end with the one of a date. */
export function yearBefore(today: string): string {
  return monthsTo(today)[0] ?? today.slice(0, 7);
}

function monthsTo(today: string): string[] {
  const [year = 0, month = 1] = today.split('-').map(Number);
  return Array.from({ length: 12 }, (_, index) =>
    new Date(Date.UTC(year, month - 12 + index, 1)).toISOString().slice(0, 7),
  );
}

/** The chart's months for one kind, or all, by law or by promise, and every number as a table. */
export function paceView(
  all: readonly Timeliness[],
  { today, shown, locale }: { today: string; shown: string | null; locale: Locale },
): PaceView {
  const words = wordsFor(locale);
  const nameOf = (month: string, style: 'short' | 'long') =>
    new Intl.DateTimeFormat(formatTag[locale], {
      month: style,
      ...(style === 'long' ? { year: 'numeric' } : {}),
      timeZone: 'UTC',
    }).format(new Date(`${month}-01T00:00:00Z`));
  const choices = [null, ...requestKinds]
    .flatMap((kind) => bases.map((basis) => ({ kind, basis })))
    .filter((one) => all.some(({ kind, basis }) => kind === one.kind && basis === one.basis));
  const chosen = choices.find((one) => valueOf(one) === shown) ?? choices[0] ?? { kind: null, basis: 'law' };
  const ofKind = all.filter(({ kind, basis }) => kind === chosen.kind && basis === chosen.basis);
  const newest = ofKind[0];
  return {
    shown: valueOf(chosen),
    basis: chosen.basis,
    of: { kindId: chosen.kind, basis: chosen.basis, from: yearBefore(today) },
    choices: choices.map((one) => ({
      value: valueOf(one),
      label: words('oversight.pace.choice', {
        kind: kindInWords(one.kind, words),
        basis: words(`site.basis.${one.basis}`),
      }),
    })),
    answered: ofKind.reduce((sum, one) => sum + one.answered, 0),
    onTime: ofKind.reduce((sum, one) => sum + one.onTime, 0),
    months: monthsTo(today).map((month) => ({
      short: nameOf(month, 'short'),
      ...(ofKind.find((one) => one.month === month) ?? {
        month,
        answered: 0,
        onTime: 0,
        medianDays: 0,
        ninetiethDays: 0,
      }),
    })),
    newest: newest ? { ...newest, month: nameOf(newest.month, 'long') } : null,
    rows: all.map((row) => ({
      ...row,
      key: `${row.month} ${valueOf(row)}`,
      short: nameOf(row.month, 'short'),
      monthInWords: nameOf(row.month, 'long'),
      kind: kindInWords(row.kind, words),
      kindId: row.kind,
    })),
  };
}
