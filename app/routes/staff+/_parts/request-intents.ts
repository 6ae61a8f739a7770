/** What the buttons of a request's page ask for. */
export const intents = [
  'acknowledge',
  'askIdentity',
  'confirmIdentity',
  'goOn',
  'markDuplicate',
  'extend',
  'draft',
  'letter',
  'send',
  'confirm',
  'message',
  'remark',
  'file',
  'assign',
  'tellFee',
  'takeFeeBack',
  'feePaid',
] as const;
export type Intent = (typeof intents)[number];
