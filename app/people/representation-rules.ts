import type { Person } from '#app/audit/actor.ts';

export const representationBases = [
  'parentOfMinor',
  'guardian',
  'healthCareProxy',
  'powerOfAttorney',
  'executorOrAdministrator',
  'courtOrder',
  'patientsWish',
] as const;
/** On what a representative's authority rests (45 CFR 164.502(g)(2)–(4)), or the patient's own wish. */
export type RepresentationBasis = (typeof representationBases)[number];

export const representationScopes = ['see', 'file', 'both'] as const;
export type RepresentationScope = (typeof representationScopes)[number];

export type RepresentationState = 'asked' | 'granted' | 'refused' | 'ended';

/** A representation as the rules look at it. Dates are facility-local, `YYYY-MM-DD`. */
export interface Representation {
  state: RepresentationState;
  basis: RepresentationBasis;
  startsOn: string | null;
  endsOn: string | null;
}

export interface Grant {
  basis: RepresentationBasis;
  scope: RepresentationScope;
  startsOn: string;
  /** The last day that counts; null where no end is set. */
  endsOn: string | null;
}

export type RepresentationRefusal =
  | 'notFromThisState'
  | 'notAMinor'
  | 'endsAfterMinority'
  | 'endsBeforeStart'
  | 'endsInThePast'
  | 'startsInTheFuture';

/** Which of what was typed a record agrees with; null: it was not typed. */
export interface TypedAgreement {
  givenName: boolean;
  familyName: boolean;
  bornOn: boolean;
  patientNumber: boolean | null;
}

/** Whether an authority is shown by a paper: all but a parent's, and the patient's own wish. */
function restsOnDocument(basis: RepresentationBasis): boolean {
  return basis !== 'parentOfMinor' && basis !== 'patientsWish';
}

/** What staff say with a grant, in words of their own. */
export interface GrantWords {
  /** Why, where it is not what was asked or does not agree with the record. */
  reason: string | null;
  /** What paper they saw, where no document came with the request. */
  paperSeen: string | null;
}

export type GrantUnexplained = 'reasonDiffers' | 'basisDiffers' | 'guardianOfAdult' | 'documentMissing';

/** What of a grant has to be said in words first; null: nothing. @param bornOn the patient's */
export function unexplainedOf(
  asked: { basis: RepresentationBasis; documents: number; agrees: TypedAgreement },
  basis: RepresentationBasis,
  { reason, paperSeen }: GrantWords,
  { bornOn, todayOn }: { bornOn: string; todayOn: string },
): GrantUnexplained | null {
  if (!reason) {
    if (Object.values(asked.agrees).includes(false)) return 'reasonDiffers';
    if (basis !== asked.basis) return 'basisDiffers';
    // Most guardians are a child's; an adult has one by a court's order.
    if (basis === 'guardian' && !isMinor(bornOn, todayOn)) return 'guardianOfAdult';
  }
  return restsOnDocument(basis) && asked.documents === 0 && !paperSeen ? 'documentMissing' : null;
}

/**
 * The last day on which a parent acts for a child by 45 CFR 164.502(g)(3): the day before the 18th birthday. Who was born on 29 February
 * has that birthday on 28 February where the year has no 29th: of the two readings the one that ends the authority earlier.
 */
export function lastDayAsMinor(bornOn: string): string {
  const [year = 0, month = 0, day = 0] = bornOn.split('-').map(Number);
  const birthday = new Date(Date.UTC(year + 18, month - 1, day));
  // 18 years after a leap year there is no 29 February, and Date would go on to 1 March.
  if (birthday.getUTCMonth() !== month - 1) birthday.setUTCDate(0);
  birthday.setUTCDate(birthday.getUTCDate() - 1);
  return birthday.toISOString().slice(0, 10);
}

export function isMinor(bornOn: string, todayOn: string): boolean {
  return todayOn <= lastDayAsMinor(bornOn);
}

/** Only an account of a patient's kind asks: staff have their own way to a record. */
export function mayAsk(person: Person): boolean {
  return person.role === 'patient';
}

/**
 * What is granted, or why it may not be. A parent's authority gets its end from the child's birth date, never a later one.
 * @param bornOn the patient's
 */
export function decideGrant(
  state: RepresentationState,
  grant: Grant,
  bornOn: string,
  todayOn: string,
): { ok: true; grant: Grant } | { ok: false; refusal: RepresentationRefusal } {
  if (state !== 'asked') return { ok: false, refusal: 'notFromThisState' };
  if (grant.startsOn > todayOn) return { ok: false, refusal: 'startsInTheFuture' };
  let { endsOn } = grant;
  if (grant.basis === 'parentOfMinor') {
    if (!isMinor(bornOn, todayOn)) return { ok: false, refusal: 'notAMinor' };
    endsOn ??= lastDayAsMinor(bornOn);
    if (endsOn > lastDayAsMinor(bornOn)) return { ok: false, refusal: 'endsAfterMinority' };
  }
  if (endsOn !== null && endsOn < grant.startsOn) return { ok: false, refusal: 'endsBeforeStart' };
  if (endsOn !== null && endsOn < todayOn) return { ok: false, refusal: 'endsInThePast' };
  return { ok: true, grant: { ...grant, endsOn } };
}

/** Whether a request may be refused, or a granted authority ended. */
export function mayMove(state: RepresentationState, to: 'refused' | 'ended'): boolean {
  return to === 'refused' ? state === 'asked' : state === 'granted';
}

/** Whether it counts on a day. A parent's is held against the child's birth date once more, whatever end was written down. */
export function countsOn(
  { state, basis, startsOn, endsOn }: Representation,
  bornOn: string,
  todayOn: string,
): boolean {
  return (
    state === 'granted' &&
    (startsOn === null || startsOn <= todayOn) &&
    (endsOn === null || endsOn >= todayOn) &&
    (basis !== 'parentOfMinor' || isMinor(bornOn, todayOn))
  );
}

/** A patient ends by themselves what rests on their wish alone; what rests on the law, the facility ends. */
export function patientMayEnd(basis: RepresentationBasis): boolean {
  return basis === 'patientsWish';
}

/** How an authority that was granted stands today. `ranOut`: nobody ended it, its last day has passed. */
export function standing(
  representation: Representation,
  bornOn: string | null,
  todayOn: string,
): 'asked' | 'refused' | 'counts' | 'ranOut' | 'ended' {
  const { state } = representation;
  if (state !== 'granted') return state;
  return bornOn !== null && countsOn(representation, bornOn, todayOn) ? 'counts' : 'ranOut';
}
