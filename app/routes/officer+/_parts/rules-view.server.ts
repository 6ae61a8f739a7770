import {
  basisCitation,
  basisInWords,
  exclusionCitation,
  exclusionInWords,
  purposeInWords,
} from '#app/disclosures/accounting-words.ts';
import {
  listChanges,
  newestVersion,
  ruleInForceAt,
  type ClassedOtherwise,
  type RuleSays,
  type RuleVersion,
} from '#app/disclosures/release-rules.ts';
import type { RuleMaking, VendorRules } from '#app/disclosures/release-rules.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

interface Reader {
  locale: Locale;
  timeZone: string;
  now: Date;
}

export interface RuleInWords {
  purpose: string;
  basis: string;
  list: string;
}

/** A rule as a patient reads it in an accounting, with the law's own places beside it. */
export function ruleInWords(says: RuleSays, words: Words): RuleInWords {
  const citation = (cited: string | null) => (cited ? ` (${cited})` : '');
  return {
    purpose: `${purposeInWords(words, says.purpose)} (${says.purpose})`,
    basis: `${basisInWords(words, says.legalBasis)}${citation(basisCitation(says.legalBasis))}`,
    list: listInWords(says, words),
  };
}

function listInWords(
  { legallyRequired, exclusionReason }: { legallyRequired: boolean; exclusionReason: string | null },
  words: Words,
): string {
  if (legallyRequired) return words('releases.list.law');
  const cited = exclusionCitation(exclusionReason);
  return `${words('releases.list.also')} ${exclusionInWords(words, exclusionReason)}${cited ? ` (${cited})` : ''}`;
}

export interface VersionView extends RuleInWords {
  id: string;
  version: number;
  from: string;
  until: string | null;
  standing: 'inForce' | 'planned' | 'ended';
  made: string | null;
}

export function versionView(
  rule: RuleVersion,
  made: RuleMaking | undefined,
  { locale, timeZone, now }: Reader,
): VersionView {
  const words = wordsFor(locale);
  const at = (instant: Date) => instantInWords(locale, instant, timeZone);
  return {
    ...ruleInWords(rule, words),
    id: rule.id,
    version: rule.version,
    from: at(rule.validFrom),
    until: rule.validTo && at(rule.validTo),
    standing: rule.validFrom > now ? 'planned' : rule.validTo && rule.validTo <= now ? 'ended' : 'inForce',
    made: made ? words('releases.made', { name: made.by, at: at(made.at), reason: made.reason ?? '' }) : null,
  };
}

/** A vendor's rule in a line of the register. */
export function vendorRuleView({ id, name, versions }: VendorRules, { locale, timeZone, now }: Reader) {
  const words = wordsFor(locale);
  const inForce = ruleInForceAt(versions, now);
  const newest = newestVersion(versions);
  return {
    id,
    name,
    rule: inForce && {
      ...ruleInWords(inForce, words),
      version: inForce.version,
      from: instantInWords(locale, inForce.validFrom, timeZone),
    },
    planned:
      newest && newest.validFrom > now
        ? words('releases.plannedFrom', {
            version: newest.version,
            at: instantInWords(locale, newest.validFrom, timeZone),
          })
        : null,
  };
}

/** What a proposed version would have said otherwise of rows on record. */
export function previewView(rows: number, otherwise: readonly ClassedOtherwise[], locale: Locale) {
  const words = wordsFor(locale);
  return {
    rows,
    ...listChanges(otherwise),
    lines: otherwise.map(({ was, would }, at) => ({
      id: `${at}`,
      count: was.count,
      was: [purposeInWords(words, was.purpose), basisInWords(words, was.legalBasis), listInWords(was, words)],
      would: [
        purposeInWords(words, would.purpose),
        basisInWords(words, would.legalBasis),
        listInWords(would, words),
      ],
    })),
  };
}
