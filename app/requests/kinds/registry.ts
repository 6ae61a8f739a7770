import { accounting } from './accounting.ts';
import type { RequestKind } from './kind.ts';
import { optOut } from './opt-out.ts';
import { optOutWithdrawal } from './opt-out-withdrawal.ts';

/** Every kind of request. A new kind is its file and its line here. */
const kinds = { optOut, optOutWithdrawal, accounting };

export type DetailsOf<K extends RequestKind> = (typeof kinds)[K]['details']['_output'];

export function kindDefinition<K extends RequestKind>(kind: K): (typeof kinds)[K] {
  return kinds[kind];
}
