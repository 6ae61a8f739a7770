import type { z } from 'zod';
import type { RuleId } from '#app/clocks/rules.ts';
import type { MessageId } from '#app/words/words.ts';

export const requestKinds = ['optOut', 'optOutWithdrawal', 'accounting'] as const;
export type RequestKind = (typeof requestKinds)[number];

/** How a request of this kind is answered. */
export type AnswerShape = 'accounting' | 'confirmation';

export interface KindDefinition<Details> {
  kind: RequestKind;
  /** The clock of the facility's jurisdiction. */
  rule: RuleId;
  /** What its form has to hold. Checked at the door, and kept with the request. */
  details: z.ZodType<Details>;
  answer: AnswerShape;
  title: MessageId;
}
