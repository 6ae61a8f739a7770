import { localDateAt } from '#app/facility/local-date.ts';

export const agencyKinds = ['healthOversight', 'lawEnforcement'] as const;
export type AgencyKindName = (typeof agencyKinds)[number];
export const statementForms = ['written', 'oral'] as const;
export type StatementForm = (typeof statementForms)[number];

export type SuspensionRefusal =
  'endMissing' | 'endBeforeStatement' | 'endedAlready' | 'statementInFuture' | 'oralTooLong';

/** 45 CFR 164.528(a)(2)(ii)(C): days from an oral statement, unless a written one comes. */
const oralDays = 30;

/**
 * The last day of a suspension. A written statement names it (45 CFR 164.528(a)(2)(i)); an oral one lasts thirty days from its day, or
 * less where the agency said so. Facility-local dates `YYYY-MM-DD`.
 */
export function suspendedUntil(
  statement: { form: StatementForm; statedOn: string; endsOn: string | null },
  now: Date,
  timeZone: string,
): { ok: true; untilOn: string } | { ok: false; refusal: SuspensionRefusal } {
  const { form, statedOn, endsOn } = statement;
  const today = localDateAt(now, timeZone);
  const longest = form === 'oral' ? daysAfter(statedOn, oralDays) : null;
  const untilOn = endsOn ?? longest;
  if (statedOn > today) return { ok: false, refusal: 'statementInFuture' };
  if (untilOn === null) return { ok: false, refusal: 'endMissing' };
  if (untilOn < statedOn) return { ok: false, refusal: 'endBeforeStatement' };
  if (longest !== null && untilOn > longest) return { ok: false, refusal: 'oralTooLong' };
  if (untilOn < today) return { ok: false, refusal: 'endedAlready' };
  return { ok: true, untilOn };
}

/** @param date `YYYY-MM-DD` */
export function daysAfter(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
