import type { LabelFieldId } from './label-fields.ts';
import { longestValue, standingOf, unanswered, type LabelValue, type LabelValues } from './label.ts';
import type { CardElements } from './model-card.ts';

/** What a card says where it says nothing. It is not a no. */
const empty =
  /^(n\s*\/?\s*a|not applicable|not available|not provided|tbd|to be determined|unknown|[-–—.]*)\.?$/i;
export const saysNothing = (text: string) => empty.test(text.trim());

const metric = (kind: string) => `KeyMetrics.${kind}`;
const efficacy = metric('UsefulnessUsabilityEfficacy');

/** Which elements answer which field in words; those of several are joined, each under its name. */
const inWords: readonly (readonly [LabelFieldId, readonly string[]])[] = [
  ['product', ['BasicInfo.ModelName']],
  ['developer', ['BasicInfo.ModelDeveloper']],
  ['contact', ['BasicInfo.DeveloperContact']],
  ['version', ['ReleaseInfo.ReleaseVersion']],
  ['releaseDate', ['ReleaseInfo.ReleaseDate']],
  ['purpose', ['UsesAndDirections.IntendedUseAndWorkflow']],
  ['dataSent', ['TrustIngredients.AISystemFacts.OutputAndInputDataTypes']],
  ['knownLimits', ['Warnings.KnownRisksAndLimitations', 'UsesAndDirections.CautionedOutOfScopeSettings']],
  ['knownBiases', ['Warnings.KnownBiasesOrEthicalConsiderations']],
  ['trainingPopulation', ['TrustIngredients.AISystemFacts.DevelopmentDataCharacterization']],
  [
    'validation',
    [
      `${efficacy}.TestType`,
      `${efficacy}.TestingDataDescription`,
      `${efficacy}.ValidationProcessAndJustification`,
    ],
  ],
  [
    'performance',
    ['UsefulnessUsabilityEfficacy', 'FairnessEquity', 'SafetyReliability'].flatMap((kind) => [
      `${metric(kind)}.Result`,
      `${metric(kind)}.Results.MetricResult.Label`,
      `${metric(kind)}.Results.MetricResult.ValueJson`,
      `${metric(kind)}.Interpretation`,
    ]),
  ],
  ['monitoring', ['TrustIngredients.AISystemFacts.OngoingMaintenance']],
  ['funding', ['TrustIngredients.TransparencyInformation.FundingSource']],
  ['thirdParty', ['TrustIngredients.TransparencyInformation.ThirdPartyInformation']],
  [
    'stakeholders',
    ['TrustIngredients.TransparencyInformation.StakeholdersConsulted', 'Resources.StakeholdersConsulted'],
  ],
  ['patientConsentOrDisclosure', ['Resources.PatientConsentOrDisclosure']],
  ['protocol', ['Resources.ClinicalTrial']],
];

/** Words by which a text says that something is not so, or not yet, or of something else: what it names is then no answer. */
const doubtful =
  /\b(not|no|non|nor|neither|never|none|without|cannot|isn|hasn|wasn|un(?:cleared|approved|marked)|lack\w*|pending|await\w*|sought|seek\w*|submi\w*|appl(?:y|ied|ying|ication)\w*|plan\w*|expect\w*|anticipat\w*|intend\w*|target\w*|future|upcoming|soon|will|progress|investigational|exempt\w*|denied|declined|reject\w*|refus\w*|revok\w*|withdr\w*|expir\w*|suspend\w*|laps\w*|former\w*|previous\w*|predicate|if|unless|until|except|ongoing|process\w*|review\w*|pursu\w*|eligible|may|might|could|should|would|need\w*|requir\w*|prior)\b|n['’]t\b|\?/i;
const isDoubtful = (text: string) => doubtful.test(text);

/** Fields with fixed answers: the one that the element's own words name, or none. */
const inCodes: readonly {
  field: LabelFieldId;
  paths: readonly string[];
  codeOf: (text: string) => string | null;
}[] = [
  {
    field: 'regulatoryStatus',
    paths: ['ReleaseInfo.RegulatoryApproval', 'ReleaseInfo.ReleaseStage'],
    codeOf: (text) => {
      if (isDoubtful(text)) return null;
      const named = [
        ...(/\bFDA[- ]?(clear|approv|de novo)|\b510\s*\(k\)/i.test(text) ? ['fda'] : []),
        ...(/\bCE[- ]?mark/i.test(text) ? ['ce'] : []),
        ...(/\bUKCA\b/i.test(text) ? ['ukca'] : []),
      ];
      return named.length > 1
        ? 'several'
        : (named[0] ?? (/research (use )?only/i.test(text) ? 'researchOnly' : null));
    },
  },
  {
    field: 'riskLevel',
    paths: ['Warnings.ClinicalRiskLevel'],
    codeOf: (text) => {
      const [, level] =
        /^(low|medium|moderate|high)(?: risk)?(?:[,;]? \(?class i{1,3}[ab]?\)?)?\.?$/i.exec(text.trim()) ??
        [];
      const word = level?.toLowerCase();
      return word === 'moderate' ? 'medium' : (word ?? null);
    },
  },
];

export interface CardReading {
  /** What the card answers, as the company's words. */
  values: LabelValues;
  /** Fields that the card has a place for, and says nothing in. */
  empty: LabelFieldId[];
  /** Elements with text that no field asks for. */
  unmapped: { path: string; text: string }[];
}

/** What a card answers of a label. @param on the day it was read, `YYYY-MM-DD` */
export function readingOf(elements: CardElements, on: string): CardReading {
  const values: LabelValues = {};
  const nothing: LabelFieldId[] = [];
  const used = new Set<string>();
  const said = (paths: readonly string[]) =>
    paths.filter((path) => path in elements && !saysNothing(elements[path] ?? ''));
  const answer = (paths: readonly string[], given: Pick<LabelValue, 'state' | 'code'>): LabelValue => {
    const text = paths.length === 1 ? (elements[paths[0] ?? ''] ?? '') : joined(paths, elements);
    const value = text.length > longestValue ? `${text.slice(0, longestValue - 4)} […]` : text;
    return { ...unanswered, ...given, value, assertedBy: 'vendor', asOf: on };
  };
  const take = (field: LabelFieldId, paths: readonly string[], given: Pick<LabelValue, 'state' | 'code'>) => {
    values[field] = answer(paths, given);
    for (const path of paths) used.add(path);
  };
  for (const [field, paths] of inWords) {
    const there = said(paths);
    if (there.length > 0) take(field, there, { state: 'yes', code: null });
    else nothing.push(field);
  }
  for (const { field, paths, codeOf } of inCodes) {
    const there = said(paths);
    const code = codeOf(there.map((path) => elements[path]).join('\n'));
    if (there.length === 0) nothing.push(field);
    else if (code) take(field, there, { state: code === 'researchOnly' ? 'no' : 'yes', code });
  }
  return {
    values,
    empty: nothing,
    unmapped: Object.entries(elements)
      .filter(([path, text]) => !used.has(path) && !saysNothing(text))
      .map(([path, text]) => ({ path, text })),
  };
}

/** Several elements as one text, each line under the element's name. */
const joined = (paths: readonly string[], elements: CardElements) =>
  paths.map((path) => `${path.split('.').slice(-2).join(' – ')}: ${elements[path] ?? ''}`).join('\n');

/** What of a reading goes into a draft: not over what the facility itself checked. */
export function fillingOf(reading: CardReading, draft: LabelValues, today: string): LabelValues {
  return Object.fromEntries(
    Object.entries(reading.values).filter(([field]) => {
      const there = draft[field as LabelFieldId];
      return !(there?.assertedBy === 'facility' && standingOf(there, today) === 'current');
    }),
  );
}
