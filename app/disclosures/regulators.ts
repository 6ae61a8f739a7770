import type { Place } from '#app/clocks/jurisdictions.ts';
import type { MessageId } from '#app/words/words.ts';

/** How to go to the regulator of a place and, where the law says so, to court. */
export function regulatorsOf(place: Place): MessageId[] {
  switch (place) {
    case 'EU':
      return ['letters.authority', 'letters.court'];
    case 'UK':
      return ['letters.ico', 'letters.courtUk'];
    case 'states':
      return [
        'disclosures.accounting.complain.regulator',
        'disclosures.accounting.complain.time',
        'disclosures.accounting.complain.safe',
      ];
  }
}
