/** Whose law sets the clocks. */
export const jurisdictions = ['US', 'US-CA', 'US-WA', 'EU', 'UK'] as const;
export type Jurisdiction = (typeof jurisdictions)[number];

export function isJurisdiction(value: unknown): value is Jurisdiction {
  return (jurisdictions as readonly unknown[]).includes(value);
}
