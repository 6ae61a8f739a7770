import { parseDate } from '#app/clocks/input.ts';
import type { RequestKind } from './kinds/registry.ts';

/**
 * Kinds that have no effect once they are answered: their papers end with their six years. A “no”, its withdrawal, a restriction and an
 * amendment have effect for as long as the record is kept, so theirs stay.
 */
export const endingKinds = [
  'accounting',
  'access',
  'question',
  'recall',
  'complaint',
] as const satisfies readonly RequestKind[];

/**
 * The first local date whose papers are still kept on `today`: those of a day stay until the same day six years later is over. From
 * 29 February it is 28 February, which keeps more.
 * @throws ClockInputError `badDate`
 * Source: 45 CFR 164.530(j)(2), 164.528(d).
 */
export function keptFrom(today: string): string {
  return parseDate(today).subtract({ years: 6 }).toString();
}
