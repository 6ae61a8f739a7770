import { ClockInputError, type ClockInputErrorCode } from './input.ts';

export type QuestionMistakeCode =
  | ClockInputErrorCode
  | 'tooManyEvents'
  | 'tooManyHolidays'
  | 'doubledEvent'
  | 'doubledHoliday'
  | PauseMistakeCode;

export type PauseMistakeCode =
  | 'badPauseReason'
  /** The rule does not stop for that. */
  | 'pauseNotInRule'
  | 'badPauseDay'
  | 'pauseBeforeReceipt'
  | 'pauseEndsEarly'
  /** It begins before an earlier one of the same kind has ended. */
  | 'pausesOverlap'
  | 'tooManyPauses';

/** What is wrong with a question. `field`: as in `events.3.at`. `value`: what was given there. */
export interface QuestionMistake {
  field: string;
  code: QuestionMistakeCode;
  value: string;
}

/** What a check throws, by its field. */
export function tellOf(field: string, check: () => unknown): QuestionMistake[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof ClockInputError)) throw error;
    return [{ field, code: error.code, value: shortly(error.value) }];
  }
}

/** What was given, short enough to be told again. */
export function shortly(value: string): string {
  return value.length > 60 ? `${value.slice(0, 60)}…` : value;
}
