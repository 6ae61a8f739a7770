import { standingOf, type LabelValues } from './label.ts';
import { labelFieldIds } from './label-fields.ts';

/** Days before an end on which officers are told, and that they are told once it is there. */
const expirySteps = [60, 30, 7] as const;

/** How long before its end an answer or an agreement is said to end soon, where staff work. */
const soon = 30;

const dayNumber = (date: string) => Date.parse(`${date}T00:00:00Z`) / 86_400_000;
const daysUntil = (date: string, today: string) => dayNumber(date) - dayNumber(today);

/** Whether a last day is near, and not over. */
export function endingSoon(lastDay: string | null, today: string): boolean {
  if (lastDay === null) return false;
  const left = daysUntil(lastDay, today);
  return left >= 0 && left <= soon;
}

/** Something that ends. */
export interface Ending {
  /** `agreement:<id>`, `label:<vendor id>:<field>` */
  subject: string;
  vendorId: string;
  /** The last day on which it holds. */
  endsOn: string;
  /** The day since which that is known. */
  knownFrom: string;
}

/**
 * The steps of an end whose day has come, also those that were missed. One that lay before the end was known is owed only where it is the
 * nearest: an end that is entered ten days ahead is told once, not twice.
 */
export function expiryStepsDue({ endsOn, knownFrom }: Ending, today: string): string[] {
  const left = daysUntil(endsOn, today);
  const known = daysUntil(endsOn, knownFrom);
  if (known < 0) return [];
  const passed = expirySteps.filter((days) => days >= left);
  const nearest = Math.min(...passed);
  return [
    ...passed.filter((days) => days <= known || days === nearest).map((days) => `days:${days}`),
    ...(left < 0 ? ['ended'] : []),
  ];
}

/** How many answers of a label end within 30 days, and how many have ended. */
export function labelEndings(values: LabelValues, today: string): { soon: number; ended: number } {
  return {
    soon: labelFieldIds.filter((field) => endingSoon(values[field]?.validUntil ?? null, today)).length,
    ended: labelFieldIds.filter((field) => standingOf(values[field], today) === 'expired').length,
  };
}
