/** Bounds on what comes as FHIR, besides those of one message (`limits` of dicom-audit/refusal.ts). */
export const fhirLimits = {
  /** Of one call: a Bundle with all its entries. */
  bodyBytes: 8 * 1024 * 1024,
  entries: 10_000,
} as const;
