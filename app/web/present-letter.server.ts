import type { AnswerLetterProps } from '#app/components/answer-letter.tsx';
import { isJurisdiction } from '#app/clocks/jurisdictions.ts';
import type { FacilitySettings } from '#app/facility/facility.server.ts';
import type { RequestKind } from '#app/requests/kinds/kind.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import { lettersOf, outcomeWords } from '#app/requests/letters.ts';
import type { Outcome } from '#app/requests/moves.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

interface Letter {
  kind: RequestKind;
  outcome: Outcome;
  ground: string | null;
  note: string | null;
}

/** A letter as its reader sees it, before and after it is sent, with what the law of the facility's place makes it say. */
export function letterView(
  { kind, outcome, ground, note }: Letter,
  facility: FacilitySettings,
  locale: Locale,
): Omit<AnswerLetterProps, 'children'> {
  const { name, phone, email, address, jurisdiction } = facility;
  if (!isJurisdiction(jurisdiction)) throw new Error(`there are no rules of ${jurisdiction}`);
  const words = wordsFor(locale);
  const reason = kindDefinition(kind).grounds.find(({ id }) => id === ground);
  return {
    outcome: words(outcomeWords(kind, outcome)),
    text: note,
    ground: reason ? { reason: words(reason.label), citation: reason.citation } : null,
    statements: lettersOf(kind, outcome, ground, jurisdiction).map((id) =>
      words(id, { facility: name, phone, email, address }),
    ),
    facilityName: name,
  };
}
