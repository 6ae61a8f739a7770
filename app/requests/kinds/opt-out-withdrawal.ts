import { z } from 'zod';
import type { KindDefinition } from './kind.ts';
import { optOutWordingVersion } from './opt-out.ts';

const optOutWithdrawalDetails = z.strictObject({
  /** The record that is withdrawn. */
  optOutId: z.uuid(),
  wordingVersion: z.literal(optOutWordingVersion),
});
export type OptOutWithdrawalDetails = z.infer<typeof optOutWithdrawalDetails>;

export const optOutWithdrawal: KindDefinition<OptOutWithdrawalDetails> = {
  kind: 'optOutWithdrawal',
  rule: 'promise.optOutWithdrawal',
  details: optOutWithdrawalDetails,
  answer: 'confirmation',
  title: 'requests.kind.optOutWithdrawal',
};
