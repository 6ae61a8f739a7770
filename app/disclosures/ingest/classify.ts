import type { AuditedTransfer } from './dicom-audit/reading.ts';
import type { RuleInForce } from './resolve.ts';

/** v3-ActReason: what each purpose is a kind of. A sender that names the broader one does not contradict a rule. */
const kindOf: Readonly<Record<string, string>> = {
  TREATDS: 'TREAT',
  MLTRAINING: 'HOPERAT',
  HQUALIMP: 'HOPERAT',
  CLINTRCH: 'HRESCH',
  CLINTRCHNPC: 'CLINTRCH',
  CLINTRCHPC: 'CLINTRCH',
  PRECLINTRCH: 'CLINTRCH',
};

/** Whether a purpose is another one, or a kind of it. What is not known is no kind of anything. */
export function isKindOf(purpose: string | null, broader: string): boolean {
  for (let at = purpose ?? undefined; at !== undefined; at = kindOf[at]) if (at === broader) return true;
  return false;
}

/** What somebody at the facility says that it rested on, and what the law makes of that. */
export interface StatedBasis {
  legalBasis: string;
  legallyRequired: boolean;
  exclusionReason: string | null;
}

export interface Classification {
  purpose: string | null;
  legalBasis: string | null;
  legallyRequired: boolean;
  exclusionReason: string | null;
  releaseRuleId: string | null;
  releaseRuleVersion: number | null;
}

/**
 * What a release was for, and whether 45 CFR 164.528 makes the facility list it. Without a rule in force, or where the sender names
 * another purpose than the rule's, nobody knows, and what cannot be shown to be excluded is listed. A basis that staff state
 * stands in the place of a rule. Truly de-identified images are no
 * protected health information (164.514(a)).
 */
export function classify(
  rule: RuleInForce | null,
  {
    anonymized,
    statedPurpose = null,
    statedBasis,
  }: Pick<AuditedTransfer, 'anonymized' | 'statedPurpose' | 'statedBasis'>,
): Classification {
  if (statedBasis) {
    const stated = { purpose: statedPurpose, ...statedBasis, releaseRuleId: null, releaseRuleVersion: null };
    return anonymized ? { ...stated, legallyRequired: false, exclusionReason: 'deidentified' } : stated;
  }
  const agrees = rule !== null && (statedPurpose === null || isKindOf(rule.purpose, statedPurpose));
  const named = agrees
    ? {
        purpose: rule.purpose,
        legalBasis: rule.legalBasis,
        releaseRuleId: rule.id,
        releaseRuleVersion: rule.version,
      }
    : { purpose: statedPurpose, legalBasis: null, releaseRuleId: null, releaseRuleVersion: null };
  if (anonymized) return { ...named, legallyRequired: false, exclusionReason: 'deidentified' };
  return {
    ...named,
    legallyRequired: agrees ? rule.legallyRequired : true,
    exclusionReason: agrees ? rule.exclusionReason : null,
  };
}
