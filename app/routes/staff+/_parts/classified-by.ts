import type { Words } from '#app/words/words.ts';

interface Classified {
  vendor: { name: string };
  releaseRuleId: string | null;
  releaseRuleVersion: number | null;
  legalBasis: string | null;
  /** Who stated the basis, where it is known. */
  statedBy: string | undefined;
}

/** What says what a release was for: a rule in its version, somebody here by name, or nothing. */
export function classifiedBy(words: Words, row: Classified): string {
  if (row.releaseRuleId !== null)
    return words('ledger.list.rule', { vendor: row.vendor.name, version: row.releaseRuleVersion ?? 1 });
  if (row.legalBasis === null) return words('ledger.list.noRule');
  return row.statedBy ? words('ledger.list.statedBy', { name: row.statedBy }) : words('ledger.list.stated');
}
