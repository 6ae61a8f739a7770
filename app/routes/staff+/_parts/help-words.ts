import type { OrderRefusal } from '#app/people/credential-orders.ts';
import type { MessageId } from '#app/words/words.ts';

/** Why help with sign-in cannot be approved, in words for the person who tried. */
export const helpRefusals: Record<Exclude<OrderRefusal, 'notFound'>, MessageId> = {
  notWaiting: 'errors.helpNotWaiting',
  asker: 'errors.helpAsker',
  inviter: 'errors.helpInviter',
  subject: 'errors.helpSubject',
  officerNeeded: 'errors.helpOfficerNeeded',
  askerGone: 'errors.helpAskerGone',
  subjectDisabled: 'errors.helpAccountShut',
  invitationOver: 'errors.helpInvitationOver',
  emailTaken: 'errors.emailTaken',
};
