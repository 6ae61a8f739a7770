/** What a patient can stop. */
export const optOutPurposes = ['aiTraining', 'research', 'commercialSharing'] as const;
export type OptOutPurpose = (typeof optOutPurposes)[number];

// HL7 v3-ActReason. MLTRAINING sits under HOPERAT (operations), not under HRESCH: a "no" to one is no "no" to the other.
const stoppable: Record<string, OptOutPurpose> = {
  MLTRAINING: 'aiTraining',
  HRESCH: 'research',
  CLINTRCH: 'research',
  CLINTRCHNPC: 'research',
  CLINTRCHPC: 'research',
  PRECLINTRCH: 'research',
  HMARKT: 'commercialSharing',
};

/** Every code of research. */
export const researchCodes: readonly string[] = Object.keys(stoppable).filter(
  (code) => stoppable[code] === 'research',
);

/** The code by which a purpose is asked about. */
export const codeOf: Record<OptOutPurpose, string> = {
  aiTraining: 'MLTRAINING',
  research: 'HRESCH',
  commercialSharing: 'HMARKT',
};

// Care (with the AI that reads the patient's own scan), payment, and the patient's own wish: no opt-out stops these.
const neverStopped = new Set([
  'TREAT',
  'TREATDS',
  'CAREMGT',
  'ETREAT',
  'HPAYMT',
  'PATRQT',
  'PATSFTY',
  'PUBHLTH',
]);

/**
 * What an export for a v3-ActReason purpose asks about. `unknown` for every code not named here, also for the wide ones
 * (HOPERAT, PurposeOfUse) that hold both stoppable and unstoppable purposes: the asker has to say which.
 */
export function purposeAsked(code: string): OptOutPurpose | 'neverStopped' | 'unknown' {
  if (neverStopped.has(code)) return 'neverStopped';
  return Object.hasOwn(stoppable, code) ? (stoppable[code] ?? 'unknown') : 'unknown';
}
