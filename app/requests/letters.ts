import { placeOf, type Jurisdiction } from '#app/clocks/jurisdictions.ts';
import { regulatorsOf } from '#app/disclosures/regulators.ts';
import type { MessageId } from '#app/words/words.ts';
import { groundOf, type RequestKind } from './kinds/registry.ts';
import { identityNotShown } from './kinds/kind.ts';
import type { Outcome, RequestResolution } from './moves.ts';

/**
 * What an answer has to tell the patient besides its reasons, in the order of the letter. Every message takes `facility`, `phone`,
 * `email` and `address`.
 * - United States: 45 CFR 164.524(d)(2) (access) and 164.526(d)(1) (amendment), for a denial in whole or in part: the review right
 *   where the ground is reviewable (164.524(a)(4)), the statement of disagreement, and how to complain to the facility and to HHS.
 * - European Union and United Kingdom: Art. 12(4): the supervisory authority and the courts.
 * @param ground id of a ground of the kind; null for one that was not denied
 */
export function lettersOf(
  kind: RequestKind,
  outcome: Outcome,
  ground: string | null,
  jurisdiction: Jurisdiction,
): MessageId[] {
  const isDenial = outcome === 'denied' || outcome === 'grantedInPart';
  // Whoever complained is told where else to go, whatever was found.
  if (!isDenial && kind !== 'complaint') return [];
  const regulators = regulatorsOf(placeOf(jurisdiction));
  if (ground === identityNotShown.id)
    return ['letters.identity', 'disclosures.accounting.complain.facility', ...regulators];
  return [
    ...(placeOf(jurisdiction) === 'states' && isDenial ? ownRights(kind, ground) : []),
    'disclosures.accounting.complain.facility',
    ...regulators,
  ];
}

function ownRights(kind: RequestKind, ground: string | null): MessageId[] {
  if (kind === 'amendment') return ['letters.disagree', 'letters.attach'];
  if (kind !== 'access' || ground === null) return [];
  return [groundOf(kind, ground)?.reviewable ? 'letters.review' : 'letters.noReview'];
}

/** How an answer settled a request, in a sentence. */
export function outcomeWords(kind: RequestKind, outcome: Outcome): MessageId {
  if (kind === 'question') return 'asking.outcome.question';
  // Where a company refused, it was not the facility that did.
  if (kind === 'recall' && outcome === 'denied') return 'asking.outcome.recall.denied';
  if (kind === 'complaint' && outcome !== 'nothingToReport') return `asking.outcome.complaint.${outcome}`;
  return `asking.outcome.${outcome}`;
}

/** How a request ended, as staff read it in a word. @param kind null: of whichever kind */
export function resolutionWords(kind: RequestKind | null, resolution: RequestResolution): MessageId {
  const isFinding = resolution === 'granted' || resolution === 'grantedInPart' || resolution === 'denied';
  return kind === 'complaint' && isFinding
    ? `requests.resolution.complaint.${resolution}`
    : `requests.resolution.${resolution}`;
}
