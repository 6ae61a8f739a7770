import { z } from 'zod';
import type { KindDefinition } from './kind.ts';

const accountingDetails = z.strictObject({
  /** First day of the window, facility-local. The law gives six years; a patient may ask for less (164.528(a)(3)). */
  from: z.iso.date(),
  /** Last day of the window: the day of the request. */
  to: z.iso.date(),
});
export type AccountingDetails = z.infer<typeof accountingDetails>;

export const accounting: KindDefinition<AccountingDetails> = {
  kind: 'accounting',
  rule: 'hipaa.accounting',
  details: accountingDetails,
  answer: 'accounting',
  title: 'requests.kind.accounting',
};
