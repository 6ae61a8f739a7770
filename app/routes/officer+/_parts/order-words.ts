import type { OfficerOrderRefusal } from '#app/people/officer-orders.ts';
import type { MessageId } from '#app/words/words.ts';

/** Why an order of an officer cannot be asked for or confirmed, in words for the officer who tried. */
export const orderRefusals: Record<Exclude<OfficerOrderRefusal, 'notFound'>, MessageId> = {
  notWaiting: 'errors.helpNotWaiting',
  asker: 'errors.helpAsker',
  subject: 'errors.helpSubject',
  askerGone: 'errors.helpAskerGone',
  noSecondOfficer: 'errors.noSecondOfficer',
  waitingAlready: 'errors.orderWaitingAlready',
  changedMeanwhile: 'errors.changedMeanwhile',
  lastOfficer: 'errors.lastOfficer',
  nameTaken: 'errors.keyNameTaken',
  vendorScopes: 'errors.keyVendorScopes',
};
