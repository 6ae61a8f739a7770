import type { OptOutPurpose } from './purposes.ts';

/** What the facility has set about uses that a patient can stop. */
export interface ExportRules {
  /** Uses for which nothing is sent without a "yes". For all others silence permits. */
  permission: readonly OptOutPurpose[];
}

/** The facility's rules from when on they counted, the earliest first. */
export type RulesOverTime = readonly { from: Date; rules: ExportRules }[];

const fromTheBeginning: ExportRules = { permission: [] };

/** The rules that counted at an instant. */
export function rulesAt(versions: RulesOverTime, at: Date): ExportRules {
  return versions.findLast(({ from }) => from <= at)?.rules ?? fromTheBeginning;
}

/** The rules that count now: the newest, also where another machine's faster clock set them. */
export function newestRules(versions: RulesOverTime): ExportRules {
  return versions.at(-1)?.rules ?? fromTheBeginning;
}

/**
 * From when on a choice counts no more, by what the facility has set when it is made.
 * @param years whole years, in the calendar of UTC; null: no end
 */
export function endAfter(from: Date, years: number | null): Date | null {
  if (years === null) return null;
  const end = new Date(from);
  end.setUTCFullYear(end.getUTCFullYear() + years);
  return end;
}

/** When the patient is to be asked about a choice that may end. */
export function askFrom(mayEndAt: Date, days: number): Date {
  return new Date(mayEndAt.getTime() - days * 86_400_000);
}

/**
 * When a choice ends that was asked about. A "no" never ends before its patient had the facility's days to answer, however late they were
 * asked; a "yes" ends on its day.
 */
export function endOnceAsked(act: 'denied' | 'permitted', mayEndAt: Date, askedAt: Date, days: number): Date {
  const answered = new Date(askedAt.getTime() + days * 86_400_000);
  return act === 'denied' && answered > mayEndAt ? answered : mayEndAt;
}

/** That somebody was asked whether a choice still stands, under one of their records. */
export interface Ask {
  patientId: string;
  askedAt: Date;
  endsAt: Date;
}

/**
 * The asking by which a "no" ends: the first of a person whose record is joined with the "no"'s own. What was asked of somebody whose record
 * was parted from it since was asked of a stranger.
 * @param group the records that are one person with the "no"'s own, itself among them
 */
export function askThatCounts<A extends Ask>(asks: readonly A[], group: readonly string[]): A | null {
  const [first] = asks
    .filter(({ patientId }) => group.includes(patientId))
    .sort((a, b) => a.endsAt.getTime() - b.endsAt.getTime());
  return first ?? null;
}
