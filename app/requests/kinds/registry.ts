import { access } from './access.ts';
import { accounting } from './accounting.ts';
import { amendment } from './amendment.ts';
import { complaint } from './complaint.ts';
import type { RequestKind } from './kind.ts';
import { optOut } from './opt-out.ts';
import { optOutWithdrawal } from './opt-out-withdrawal.ts';
import { question } from './question.ts';
import { recall } from './recall.ts';
import { restriction } from './restriction.ts';

/** Every kind of request. A new kind is its file and its line here. */
const kinds = {
  optOut,
  optOutWithdrawal,
  accounting,
  access,
  question,
  restriction,
  amendment,
  recall,
  complaint,
};

export type DetailsOf<K extends RequestKind> = (typeof kinds)[K]['details']['_output'];

export function kindDefinition<K extends RequestKind>(kind: K): (typeof kinds)[K] {
  return kinds[kind];
}
