import { freeAccountingAgainFrom } from '#app/clocks/windows.ts';
import type { RequestKind } from './kinds/kind.ts';

/** Kinds whose answer may cost something: 45 CFR 164.524(c)(4), 164.528(c)(2). */
export function mayCost(kind: RequestKind): boolean {
  return kind === 'access' || kind === 'accounting';
}

/**
 * Whether an accounting is free: the first in any 12 months (45 CFR 164.528(c)(2)).
 * @param earlier facility-local days of the patient's earlier requests for one that were not taken back, oldest first
 */
export function isFreeAccounting(earlier: readonly string[], receivedOn: string): boolean {
  let freeFrom = '';
  for (const day of earlier) if (day >= freeFrom) freeFrom = freeAccountingAgainFrom(day);
  return receivedOn >= freeFrom;
}
