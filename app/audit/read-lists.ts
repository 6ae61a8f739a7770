/** The lists that show patients' names or numbers to the facility's people. Each has words, for the patient and for the audit trail. */
export const readLists = [
  'queue',
  'requestSearch',
  'patientSearch',
  'ledger',
  'choices',
  'unmatched',
  'importFile',
  'identityClaims',
  'representatives',
  'signInHelp',
  'alerts',
  'suspensions',
  'looks',
  'accounts',
  'mail',
  'auditLog',
  'reasonAsked',
] as const;
export type ReadList = (typeof readLists)[number];
