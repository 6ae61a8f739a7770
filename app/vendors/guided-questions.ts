import type { LabelFieldId } from './label-fields.ts';

interface GuidedQuestion {
  id: string;
  /** The fields that answer it, the one that says most first. */
  fields: readonly LabelFieldId[];
  /** What a question to the facility is filed under (app/requests/kinds/question.ts). */
  topic: 'shared' | 'training' | 'optOut' | 'kept' | 'deidentified' | 'face' | 'encrypted' | 'other';
}

/** What patients ask about a company, in the order in which they do. Their words are `labels.ask.…` and `labels.askNote.…`. */
export const guidedQuestions = [
  { id: 'shared', fields: ['purpose', 'aiUse', 'dataSent', 'role'], topic: 'shared' },
  { id: 'training', fields: ['usedForTraining', 'trainingBasis', 'identifiability'], topic: 'training' },
  { id: 'optOut', fields: ['optOutHonoured', 'optOutEffect'], topic: 'optOut' },
  { id: 'kept', fields: ['retention', 'retentionAfterTraining', 'deletionProof'], topic: 'kept' },
  { id: 'deidentified', fields: ['identifiability'], topic: 'deidentified' },
  { id: 'face', fields: ['faceProtection', 'reidProhibited', 'reidTesting'], topic: 'face' },
  { id: 'encrypted', fields: ['encryptionInTransit', 'encryptionAtRest', 'keyHolder'], topic: 'encrypted' },
  { id: 'whoSees', fields: ['access', 'location', 'transfers'], topic: 'other' },
  { id: 'breach', fields: ['breachPolicy', 'pastBreaches'], topic: 'other' },
  { id: 'money', fields: ['sold', 'commercialUse', 'payment', 'funding'], topic: 'other' },
  { id: 'altered', fields: ['integrity'], topic: 'other' },
  { id: 'person', fields: ['humanOversight', 'decisionRole'], topic: 'other' },
  {
    id: 'likeMe',
    fields: ['trainingPopulation', 'validation', 'knownBiases', 'knownLimits'],
    topic: 'other',
  },
  { id: 'approved', fields: ['ethicsApproval', 'protocol'], topic: 'other' },
  // No company answers this one: the page says how, and to whom.
  { id: 'complain', fields: [], topic: 'other' },
] as const satisfies readonly GuidedQuestion[];

export type GuidedQuestionId = (typeof guidedQuestions)[number]['id'];

export function guidedQuestion(id: string | null): GuidedQuestion | null {
  return guidedQuestions.find((one) => one.id === id) ?? null;
}
