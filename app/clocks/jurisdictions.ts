/** Whose law sets the clocks. */
export const jurisdictions = ['US', 'US-CA', 'US-WA', 'EU', 'UK'] as const;
export type Jurisdiction = (typeof jurisdictions)[number];

/** Whose law gives patients their rights: the federal one of the United States in all of them, or one of the two GDPRs. */
export type Place = 'states' | 'EU' | 'UK';

export function placeOf(jurisdiction: Jurisdiction): Place {
  return jurisdiction === 'EU' || jurisdiction === 'UK' ? jurisdiction : 'states';
}

export function isJurisdiction(value: unknown): value is Jurisdiction {
  return (jurisdictions as readonly unknown[]).includes(value);
}
