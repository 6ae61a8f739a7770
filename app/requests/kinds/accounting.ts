import { z } from 'zod';
import { inTheStates, type KindDefinition } from './kind.ts';

const accountingDetails = z.strictObject({
  /** First day of the window, facility-local. The law gives six years; a patient may ask for less (164.528(a)(3)). */
  from: z.iso.date(),
  /** Last day of the window: the day of the request. */
  to: z.iso.date(),
});
export type AccountingDetails = z.infer<typeof accountingDetails>;

export const accounting: KindDefinition<AccountingDetails> = {
  kind: 'accounting',
  title: 'requests.kind.accounting',
  lead: 'requests.lead.accounting',
  group: 'images',
  mayCost: true,
  // In the Union and the Kingdom who received data is part of access (Art. 15(1)(c)).
  rules: inTheStates('hipaa.accounting'),
  details: accountingDetails,
  form: null,
  takesFiles: false,
  answer: 'accounting',
  outcomes: ['granted', 'nothingToReport'],
  needsIdentity: true,
  grounds: [],
  mustContain: {},
  secondLook: [],
  canWithdraw: true,
};
