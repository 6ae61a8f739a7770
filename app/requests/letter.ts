import { isJurisdiction, placeOf } from '#app/clocks/jurisdictions.ts';
import type { ClockCount } from '#app/clocks/count.ts';
import { citationIn } from '#app/words/citations.ts';
import { dateInWords, weekdayDateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { groundOf, type RequestKind } from './kinds/registry.ts';
import { lettersOf, outcomeWords } from './letters.ts';
import type { Outcome } from './moves.ts';

/** The facility as a letter names it. */
export interface Sender {
  name: string;
  phone: string;
  email: string;
  address: string;
}

/** Everything that an answer's letter says, in one language. */
export interface AnswerLetter {
  locale: Locale;
  facility: Sender;
  /** How the request is settled, in a sentence. */
  outcome: string;
  /** The facility's own words. */
  text: string | null;
  /** Of a denial: why, and the law that allows it. */
  ground: { reason: string; citation: string | null } | null;
  /** What the law makes the answer tell besides. */
  statements: string[];
}

/** An answer's letter as it reads today. @param locale the patient's @throws for a law whose rules are not known */
export function composeAnswer(
  {
    kind,
    jurisdiction,
    outcome,
    ground,
    note,
  }: {
    kind: RequestKind;
    /** Whose law the request is answered by. */
    jurisdiction: string;
    outcome: Outcome;
    ground: string | null;
    note: string | null;
  },
  { name, phone, email, address }: Sender,
  locale: Locale,
): AnswerLetter {
  if (!isJurisdiction(jurisdiction)) throw new Error(`there are no rules of ${jurisdiction}`);
  const words = wordsFor(locale);
  const reason = groundOf(kind, ground);
  return {
    locale,
    facility: { name, phone, email, address },
    outcome: words(outcomeWords(kind, outcome)),
    text: note,
    ground: reason && {
      reason: words((outcome === 'grantedInPart' ? reason.inPart : undefined) ?? reason.label),
      citation: citationIn(locale, reason.citations[placeOf(jurisdiction)] ?? null),
    },
    statements: lettersOf(kind, outcome, ground, jurisdiction).map((id) =>
      words(id, { facility: name, phone, email, address }),
    ),
  };
}

/** Everything that the notice of an extension says besides its reasons, in one language. */
export interface ExtensionLetter {
  locale: Locale;
  /** The new last day, the one before, and when it was told. */
  dates: string;
  /** What the rule would have allowed, where an earlier day was named, and that there is no second time. */
  more: string[];
}

/** The notice of an extension. @param count.before the last day before it @param told when it was told, facility-local, in words */
export function composeExtension(
  { before, effectiveDueDate, steps }: Pick<ClockCount, 'effectiveDueDate' | 'steps'> & { before: string },
  told: string,
  locale: Locale,
): ExtensionLetter {
  const words = wordsFor(locale);
  // The facility may name an earlier day than the last one that the rule allows, and is bound by it.
  const named = steps.find((step) => step.kind === 'extensionNamed');
  return {
    locale,
    dates: words('asking.extension.date', {
      date: weekdayDateInWords(locale, effectiveDueDate),
      before: dateInWords(locale, before),
      toldOn: told,
    }),
    more: [
      ...(named ? [words('asking.extension.latest', { date: dateInWords(locale, named.allowed) })] : []),
      words('asking.extension.once'),
    ],
  };
}
