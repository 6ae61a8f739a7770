import { classify, type Classification } from './ingest/classify.ts';
import type { ExclusionReason, LegalBasis, PurposeCode } from './accounting-words.ts';

/** What a rule says. */
export interface RuleSays {
  purpose: string;
  legalBasis: string;
  legallyRequired: boolean;
  exclusionReason: string | null;
}

export interface RuleVersion extends RuleSays {
  id: string;
  version: number;
  validFrom: Date;
  /** From then on it is in force no more. */
  validTo: Date | null;
}

/** What an officer proposes. */
export interface ProposedRule {
  purpose: PurposeCode;
  legalBasis: LegalBasis;
  /** Null: 45 CFR 164.528 makes the facility list it. */
  exclusionReason: VendorExclusion | null;
  /** Null: from now on. */
  validFrom: Date | null;
}

/** Exclusions of 164.528(a)(1) that a release to a company may have: a company is not the individual. */
export type VendorExclusion = Exclude<ExclusionReason, 'toIndividual'>;

/** The bases that an exclusion rests on. Another basis with it is refused: what cannot be shown to be excluded is listed. */
export const basesOfExclusion: Readonly<Record<VendorExclusion, readonly LegalBasis[]>> = {
  treatmentPaymentOperations: ['treatment', 'operations'],
  authorization: ['authorization'],
  limitedDataSet: ['operations', 'irbWaiver'],
  deidentified: ['deidentified'],
};

export type RuleRefusal =
  /** The basis does not carry the exclusion. */
  | 'exclusionUnfounded'
  /** Rows on record rest on what was in force then. */
  | 'startsTooEarly'
  /** A version that begins later is there already: the next can only follow it. */
  | 'startsBeforePlanned'
  | 'nothingChanged';

export type PlacedRule =
  | {
      ok: true;
      version: number;
      validFrom: Date;
      /** Whose end that is. */ endsId: string | null;
      says: RuleSays;
    }
  | { ok: false; refusal: RuleRefusal };

/** The newest of a vendor's versions, in force or not. */
export function newestVersion(versions: readonly RuleVersion[]): RuleVersion | null {
  return [...versions].sort((a, b) => b.version - a.version)[0] ?? null;
}

export function ruleInForceAt(versions: readonly RuleVersion[], at: Date): RuleVersion | null {
  return versions.find(({ validFrom, validTo }) => validFrom <= at && (!validTo || validTo > at)) ?? null;
}

/**
 * Where a new version of a vendor's rule goes: after the newest, which ends where it begins. Where no rule is in force it may begin in the
 * past; nothing that is on record changes by it.
 */
export function placeRule(versions: readonly RuleVersion[], proposed: ProposedRule, now: Date): PlacedRule {
  const { purpose, legalBasis, exclusionReason } = proposed;
  if (exclusionReason !== null && !basesOfExclusion[exclusionReason].includes(legalBasis))
    return { ok: false, refusal: 'exclusionUnfounded' };
  const says = { purpose, legalBasis, exclusionReason, legallyRequired: exclusionReason === null };
  const newest = newestVersion(versions);
  const validFrom = proposed.validFrom ?? now;
  if (!newest) return { ok: true, version: 1, validFrom, endsId: null, says };
  const version = newest.version + 1;
  if (newest.validTo !== null)
    return validFrom < newest.validTo
      ? { ok: false, refusal: 'startsTooEarly' }
      : { ok: true, version, validFrom, endsId: null, says };
  if (newest.validFrom > now && validFrom <= newest.validFrom)
    return { ok: false, refusal: 'startsBeforePlanned' };
  if (validFrom < now) return { ok: false, refusal: 'startsTooEarly' };
  return saysSame(newest, says)
    ? { ok: false, refusal: 'nothingChanged' }
    : { ok: true, version, validFrom, endsId: newest.id, says };
}

function saysSame(a: RuleSays, b: RuleSays): boolean {
  return a.purpose === b.purpose && a.legalBasis === b.legalBasis && a.exclusionReason === b.exclusionReason;
}

/** Rows of the ledger that were classed alike. */
export interface ClassedAlike {
  purpose: string | null;
  legalBasis: string | null;
  legallyRequired: boolean;
  exclusionReason: string | null;
  /** A rule said so; without one, `purpose` is what the report stated. */
  hasRule: boolean;
  anonymized: boolean | null;
  count: number;
}

export interface ClassedOtherwise {
  was: ClassedAlike;
  would: Classification;
}

/** What a rule would have said otherwise of rows that are on record. They stay as they are: this is for a person to weigh. */
export function classedOtherwise(rows: readonly ClassedAlike[], says: RuleSays): ClassedOtherwise[] {
  return rows.flatMap((was) => {
    const statedPurpose = was.hasRule ? null : was.purpose;
    const would = classify({ id: '', version: 0, ...says }, { anonymized: was.anonymized, statedPurpose });
    const isSame =
      would.purpose === was.purpose &&
      would.legalBasis === was.legalBasis &&
      would.legallyRequired === was.legallyRequired &&
      would.exclusionReason === was.exclusionReason;
    return isSame ? [] : [{ was, would }];
  });
}

/** Of these rows: how many would come into the law's list, and how many would leave it. */
export function listChanges(otherwise: readonly ClassedOtherwise[]) {
  const count = (test: (one: ClassedOtherwise) => boolean) =>
    otherwise.reduce((sum, one) => sum + (test(one) ? one.was.count : 0), 0);
  return {
    otherwise: count(() => true),
    intoLaw: count(({ was, would }) => would.legallyRequired && !was.legallyRequired),
    outOfLaw: count(({ was, would }) => !would.legallyRequired && was.legallyRequired),
  };
}
