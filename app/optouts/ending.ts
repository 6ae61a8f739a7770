/**
 * Where a choice stands that is to end. `later`: its patient was not asked yet. `onItsWay`: the mail that asks waits, or is tried
 * again. `asked`: it went out, and nobody took the choice back or said it anew. `undelivered`: it was given up. `nobody`: there is no
 * account that could be asked; a "no" stands until there is one.
 */
export const endingStandings = ['asked', 'onItsWay', 'undelivered', 'nobody', 'later'] as const;
export type EndingStanding = (typeof endingStandings)[number];

/** How far ahead officers look, in days; never less than the facility's days before an end on which it asks. */
export const endingHorizon = 56;

export const endingPageSize = 25;
