/** Whose law sets a facility's clocks. */
export const jurisdictions = ['US', 'US-CA', 'US-WA', 'EU', 'UK'] as const;
export type Jurisdiction = (typeof jurisdictions)[number];
