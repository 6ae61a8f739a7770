import type { AnswerLetterProps } from '#app/components/answer-letter.tsx';
import type { AnswerLetter } from '#app/requests/letter.ts';
import { wordsFor } from '#app/words/words.ts';

/** A letter as its reader sees it, before and after it is sent: all of it in the language that it is written in. */
export function letterView({
  locale,
  facility,
  ...letter
}: AnswerLetter): Omit<AnswerLetterProps, 'children' | 'headingLevel'> {
  const words = wordsFor(locale);
  return {
    ...letter,
    lang: locale,
    headings: {
      ground: words('letters.ground'),
      text: words('letters.text', { facility: facility.name }),
      statements: words('letters.rights'),
    },
  };
}
