import type { Role } from '#app/audit/actor.ts';
import { can } from './can.ts';

/** How long an order waits for its second person. */
export const orderFor = 24 * 60 * 60_000;

/** What is asked for an account. */
export const accountOrderKinds = ['codeSheet', 'resetFactors'] as const;
export type AccountOrderKind = (typeof accountOrderKinds)[number];
/** And for an invitation, whose account is yet to be made: a sheet that opens it. */
export type OrderKind = AccountOrderKind | 'invitedSheet';

export type OrderRefusal =
  /** There is no such order, or none for this account to see. */
  | 'notFound'
  /** Somebody decided it already, or its time is over. */
  | 'notWaiting'
  /** Who asked cannot be the second person. */
  | 'asker'
  /** Who issued the invitation has seen its code: with the sheet they would hold both papers. */
  | 'inviter'
  /** Nobody decides about their own account. */
  | 'subject'
  /** For colleagues the second person is a privacy officer. */
  | 'officerNeeded'
  /** Who asked may not ask any more. */
  | 'askerGone'
  | 'subjectDisabled'
  /** The invitation was used, revoked or has expired. */
  | 'invitationOver'
  | 'emailTaken';

/** Refusals that stand in the way of a “yes” alone: a “no” is right also where whoever asked, or whom it is about, is gone. */
export const onlyOfYes: ReadonlySet<OrderRefusal> = new Set([
  'askerGone',
  'subjectDisabled',
  'invitationOver',
]);

export interface OrderPeople {
  subject: { id: string; role: Role };
  askedById: string;
  /** Of an order for an invitation: who issued that. */
  invitedById: string | null;
}

/** Why somebody cannot be the second person of an order; null when they can. */
export function refusalToDecide(
  decider: { id: string; role: Role },
  { subject, askedById, invitedById }: OrderPeople,
): Extract<OrderRefusal, 'asker' | 'inviter' | 'subject' | 'officerNeeded'> | null {
  if (decider.id === askedById) return 'asker';
  if (decider.id === invitedById) return 'inviter';
  if (decider.id === subject.id) return 'subject';
  const isColleague = subject.role !== 'patient';
  if (!can(decider.role, 'signInHelp.approve') || (isColleague && decider.role !== 'privacyOfficer'))
    return 'officerNeeded';
  return null;
}
