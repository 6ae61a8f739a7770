import { vendorRelationships } from './register.ts';

/** The parts of a label, in the order in which they are read. */
export const labelGroups = [
  'who',
  'use',
  'identity',
  'training',
  'keeping',
  'protection',
  'money',
  'trouble',
  'care',
  'testing',
  'people',
] as const;
export type LabelGroup = (typeof labelGroups)[number];

/** What an answer is: words; yes or no; one of fixed answers, each of which is a state. `register` ones the register gives by itself. */
export type LabelFieldType = 'text' | 'yesNo' | 'choice' | 'register';
export type AnsweredState = 'yes' | 'no' | 'partly';

interface FieldShape {
  group: LabelGroup;
  type: LabelFieldType;
  /** The fixed answers, and what each says to the question as a whole. */
  options?: Readonly<Record<string, AnsweredState>>;
}

const text = (group: LabelGroup) => ({ group, type: 'text' as const });
const yesNo = (group: LabelGroup) => ({ group, type: 'yesNo' as const });
const choice = <O extends Readonly<Record<string, AnsweredState>>>(group: LabelGroup, options: O) => ({
  group,
  type: 'choice' as const,
  options,
});
/** Answers that are no yes and no no: one of several. */
const oneOf = <const C extends readonly string[]>(codes: C) =>
  Object.fromEntries(codes.map((code) => [code, 'yes'])) as Record<C[number], AnsweredState>;

/**
 * Every field of a label: the applied model card of the Coalition for Health AI, 45 CFR 170.315(b)(11)(iv)(B), and what patients ask that
 * neither has. Their words are `labels.field.…`, `labels.say.…` of the catalogues. A field is never renamed: published answers name it.
 */
export const labelFields = {
  product: text('who'),
  developer: text('who'),
  contact: text('who'),
  version: text('who'),
  releaseDate: text('who'),
  relationship: { group: 'who', type: 'register', options: oneOf(vendorRelationships) },
  role: choice('who', oneOf(['worksForUs', 'decidesItself', 'both'])),
  purpose: text('use'),
  aiUse: choice('use', oneOf(['readsForCare', 'trains', 'research', 'checksQuality', 'several'])),
  regulatoryStatus: choice('use', {
    fda: 'yes',
    ce: 'yes',
    ukca: 'yes',
    several: 'yes',
    researchOnly: 'no',
    none: 'no',
  }),
  dataSent: text('use'),
  identifiability: choice('identity', { named: 'yes', coded: 'partly', deidentified: 'no' }),
  faceProtection: yesNo('identity'),
  reidProhibited: yesNo('identity'),
  reidTesting: yesNo('identity'),
  usedForTraining: choice('training', {
    never: 'no',
    onlyWithPermission: 'partly',
    withOptOut: 'yes',
    always: 'yes',
  }),
  trainingBasis: text('training'),
  optOutHonoured: yesNo('training'),
  optOutEffect: choice('training', oneOf(['futureOnly', 'alsoPast'])),
  retention: text('keeping'),
  retentionAfterTraining: text('keeping'),
  deletionProof: yesNo('keeping'),
  encryptionInTransit: yesNo('protection'),
  encryptionAtRest: yesNo('protection'),
  keyHolder: choice('protection', oneOf(['facility', 'vendor', 'thirdParty'])),
  access: text('protection'),
  location: text('protection'),
  transfers: text('protection'),
  commercialUse: yesNo('money'),
  sold: yesNo('money'),
  payment: yesNo('money'),
  breachPolicy: text('trouble'),
  pastBreaches: yesNo('trouble'),
  integrity: yesNo('trouble'),
  humanOversight: yesNo('care'),
  decisionRole: choice('care', { informs: 'yes', augments: 'yes', replaces: 'no' }),
  knownLimits: text('care'),
  knownBiases: text('care'),
  riskLevel: choice('care', oneOf(['low', 'medium', 'high'])),
  trainingPopulation: text('testing'),
  validation: text('testing'),
  performance: text('testing'),
  monitoring: text('testing'),
  updatePolicy: text('testing'),
  funding: text('money'),
  thirdParty: text('money'),
  stakeholders: text('people'),
  patientConsentOrDisclosure: text('people'),
  ethicsApproval: yesNo('people'),
  protocol: text('people'),
  contractEnd: { group: 'keeping', type: 'register', options: { endsOn: 'yes', noEnd: 'yes', none: 'no' } },
  exitPlan: text('keeping'),
} as const satisfies Record<string, FieldShape>;

export type LabelFieldId = keyof typeof labelFields;
export const labelFieldIds = Object.keys(labelFields) as LabelFieldId[];

export function isLabelField(name: string): name is LabelFieldId {
  return Object.hasOwn(labelFields, name);
}

export function shapeOf(field: LabelFieldId): FieldShape {
  return labelFields[field];
}

export function fieldsOf(group: LabelGroup): LabelFieldId[] {
  return labelFieldIds.filter((field) => labelFields[field].group === group);
}

/** Those that staff answer; the others the register answers. */
export function askedFieldsOf(group: LabelGroup): LabelFieldId[] {
  return fieldsOf(group).filter((field) => labelFields[field].type !== 'register');
}

/**
 * What can be chosen as the answer of a field: its fixed answers, or yes, no and partly; in words, `yes` is "answered". Always also that it
 * does not apply, and that there is no answer.
 */
export function answersOf(field: LabelFieldId): string[] {
  const { type, options = {} } = shapeOf(field);
  const own =
    type === 'text' ? ['yes', 'partly'] : type === 'yesNo' ? ['yes', 'no', 'partly'] : Object.keys(options);
  return [...own, 'notApplicable', 'notAnswered'];
}
