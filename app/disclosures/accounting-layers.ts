import type { Place } from '#app/clocks/jurisdictions.ts';
import type { MessageId } from '#app/words/words.ts';

/** What one layer of an accounting is called, what it is, what stands where it is empty, and what its last column says. */
interface LayerWords {
  heading: MessageId;
  intro: MessageId;
  none: MessageId;
  ground: MessageId;
}

const law = {
  heading: 'disclosures.accounting.law.heading',
  intro: 'disclosures.accounting.law.intro',
  none: 'disclosures.accounting.law.none',
  ground: 'disclosures.accounting.column.basis',
} as const satisfies LayerWords;

const everyone = {
  heading: 'disclosures.accounting.all.heading',
  intro: 'disclosures.accounting.all.intro',
  none: 'disclosures.accounting.all.none',
  ground: 'disclosures.accounting.column.basis',
} as const satisfies LayerWords;

/** What the law lists: in the United States a part of the releases (45 CFR 164.528), elsewhere all of them (Art. 15(1)(c)). */
export const lawLayer = { states: law, EU: everyone, UK: everyone } as const satisfies Record<
  Place,
  LayerWords
>;

/** Everyone else: there is no such layer where the law lists all. */
export const otherLayer = {
  heading: 'disclosures.accounting.also.heading',
  intro: 'disclosures.accounting.also.intro',
  none: 'disclosures.accounting.also.none',
  ground: 'disclosures.accounting.column.exclusion',
} as const satisfies LayerWords;

/** What the law calls the list, or which right it is. */
export const lawNames = {
  states: 'disclosures.accounting.lawName',
  EU: 'disclosures.accounting.lawNameEu',
  UK: 'disclosures.accounting.lawNameUk',
} as const satisfies Record<Place, MessageId>;

/** What stands before the studies on many people. */
export const researchIntros = {
  states: 'disclosures.accounting.research.intro',
  EU: 'disclosures.accounting.research.introAll',
  UK: 'disclosures.accounting.research.introAll',
} as const satisfies Record<Place, MessageId>;
