import { useWords } from '#app/components/words.tsx';
import type { MessageId, MessageValues } from '#app/words/words.ts';

/** What a form page shows again after a mistake: the messages beside the fields, and what was typed. */
export interface FormMistakes {
  /** By field name; `''` is about the form as a whole. */
  errors: Record<string, MessageId>;
  /** What the messages' blanks are filled with. */
  values?: MessageValues;
  typed: Record<string, string[]>;
}

/**
 * Helps a form show the mistakes its action answered with.
 * @param fieldIds of controls whose id is not their name (a group of choices: its first one)
 */
export function useMistakes(
  answer: { mistakes?: FormMistakes } | undefined,
  fieldIds: Record<string, string> = {},
) {
  const words = useWords();
  const mistakes = answer?.mistakes;
  const say = (id: MessageId) => words(id, mistakes?.values);
  return {
    any: mistakes !== undefined,
    /** The message beside a field. */
    error: (name: string) => (mistakes?.errors[name] ? say(mistakes.errors[name]) : undefined),
    /** What was typed before. */
    typed: (name: string) => mistakes?.typed[name]?.[0],
    chosen: (name: string) => mistakes?.typed[name],
    /** For `ErrorSummary`. */
    summary: Object.entries(mistakes?.errors ?? {}).map(([name, id]) => ({
      message: say(id),
      ...(name === '' ? {} : { fieldId: fieldIds[name] ?? name }),
    })),
  };
}
