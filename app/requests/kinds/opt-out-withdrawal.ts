import { z } from 'zod';
import { everywhere, type KindDefinition } from './kind.ts';
import { optOutWordingVersion } from './opt-out.ts';

const optOutWithdrawalDetails = z.strictObject({
  /** The record that is withdrawn. */
  optOutId: z.uuid(),
  wordingVersion: z.literal(optOutWordingVersion),
});
export type OptOutWithdrawalDetails = z.infer<typeof optOutWithdrawalDetails>;

export const optOutWithdrawal: KindDefinition<OptOutWithdrawalDetails> = {
  kind: 'optOutWithdrawal',
  title: 'requests.kind.optOutWithdrawal',
  lead: 'requests.lead.optOutWithdrawal',
  group: 'images',
  // One sees one's choices first.
  page: '/opt-outs',
  rules: everywhere('promise.optOutWithdrawal'),
  details: optOutWithdrawalDetails,
  form: null,
  takesFiles: false,
  answer: 'confirmation',
  outcomes: ['granted'],
  needsIdentity: false,
  grounds: [],
  mustContain: {},
  secondLook: [],
  canWithdraw: false,
};
