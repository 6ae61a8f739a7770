import { freeAccountingAgainFrom } from '#app/clocks/windows.ts';
import type { KindDefinition } from './kinds/kind.ts';
import { kindDefinition, type RequestKind } from './kinds/registry.ts';

/** Why something may be asked where access is free by law: GDPR Art. 12(5) has the first two, Art. 15(3) the third. */
export const feeGrounds = ['unfounded', 'excessive', 'furtherCopy'] as const;
export type FeeGround = (typeof feeGrounds)[number];

/**
 * What the law of a request says of a cost. `hipaa`: what the work costs (45 CFR 164.524(c)(4), 164.528(c)(2)). `gdpr`: nothing, but on a
 * ground that the facility has to show (GDPR and UK GDPR Art. 12(5)). Null: nothing may be asked, as for a kind that has no cost, and for an
 * appeal.
 * @param ruleId the rule that the request was filed under
 */
export function feeLaw(kind: RequestKind, ruleId: string): 'hipaa' | 'gdpr' | null {
  const { mayCost }: KindDefinition<unknown> = kindDefinition(kind);
  if (!mayCost) return null;
  if (ruleId.startsWith('hipaa.')) return 'hipaa';
  return ruleId === 'eu.gdpr.art12' || ruleId === 'uk.gdpr.art12a' ? 'gdpr' : null;
}

/**
 * Whether a cost may be taken back: the patient has not answered it, or changed a list because of it, which may then cost nothing (45 CFR
 * 164.528(c)(2)(ii): "to avoid or reduce the fee").
 */
export function mayTakeFeeBack(kind: RequestKind, choice: string | null): boolean {
  return choice === null || (choice === 'change' && kind === 'accounting');
}

/** The grounds there are for asking something of a request under the GDPR. @param earlier whether a copy was given to the patient before */
export function groundsOfFee(kind: RequestKind, earlier: boolean): readonly FeeGround[] {
  return feeGrounds.filter((ground) => ground !== 'furtherCopy' || (kind === 'access' && earlier));
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
