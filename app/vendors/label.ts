import { z } from 'zod';
import { isLabelField, labelFieldIds, shapeOf, type LabelFieldId } from './label-fields.ts';
import type { VendorRelationship } from './register.ts';

const labelStates = ['yes', 'no', 'partly', 'notApplicable', 'notAnswered'] as const;
export type LabelState = (typeof labelStates)[number];
export const labelAsserters = ['facility', 'vendor'] as const;

export const longestPlain = 400;
export const longestValue = 10_000;
export const longestEvidence = 500;

const date = z.iso.date();

/** One answer. Dates are legal dates, `YYYY-MM-DD`. */
export const labelValueSchema = z.strictObject({
  state: z.enum(labelStates),
  /** Of a field with fixed answers, which of them. */
  code: z.string().max(40).nullable(),
  /** In patient words. */
  plain: z.string().max(longestPlain).nullable(),
  plainEs: z.string().max(longestPlain).nullable(),
  /** In technical words. */
  value: z.string().max(longestValue).nullable(),
  assertedBy: z.enum(labelAsserters),
  evidenceUrl: z
    .url({ protocol: /^https?$/ })
    .max(longestEvidence)
    .nullable(),
  /** The day on which it was asked, or answered. */
  asOf: date.nullable(),
  /** The last day on which it was said to be true. */
  validUntil: date.nullable(),
});
export type LabelValue = z.infer<typeof labelValueSchema>;
export type LabelValues = Partial<Record<LabelFieldId, LabelValue>>;

/** Answers as they are kept as JSON. Fields that this version does not know are left out. */
export function readLabelValues(kept: unknown): LabelValues {
  const rows = z.record(z.string(), labelValueSchema).parse(kept);
  return Object.fromEntries(Object.entries(rows).filter(([field]) => isLabelField(field)));
}

export const unanswered: LabelValue = {
  state: 'notAnswered',
  code: null,
  plain: null,
  plainEs: null,
  value: null,
  assertedBy: 'vendor',
  evidenceUrl: null,
  asOf: null,
  validUntil: null,
};

/** The state and the code of what was chosen in a field's list (`answersOf`). */
export function chosenAnswer(field: LabelFieldId, answer: string): Pick<LabelValue, 'state' | 'code'> {
  const { options } = shapeOf(field);
  const state = options?.[answer];
  if (state) return { state, code: answer };
  return { state: labelStates.find((one) => one === answer) ?? 'notAnswered', code: null };
}

/** What was chosen, of a kept answer. */
export function answerChosen({ state, code }: Pick<LabelValue, 'state' | 'code'>): string {
  return code ?? state;
}

/** How an answer stands on a day. What was true until a day that is over counts as an answer no more: nobody said that it still is. */
export type LabelStanding = 'current' | 'expired' | 'notAnswered';

export function standingOf(value: LabelValue | undefined, today: string): LabelStanding {
  if (!value || value.state === 'notAnswered') return 'notAnswered';
  return value.validUntil !== null && value.validUntil < today ? 'expired' : 'current';
}

/** The answer that counts on a day; null where there is none, or none any more. */
export function currentValue(values: LabelValues, field: LabelFieldId, today: string): LabelValue | null {
  const value = values[field];
  return value && standingOf(value, today) === 'current' ? value : null;
}

/** How complete a label is, by who says so. Never a score: what is answered well or badly is not in it. */
export interface Completeness {
  of: number;
  /** The facility says so. */
  checked: number;
  /** The company says so. */
  said: number;
  /** Was true until a day that is over. */
  expired: number;
  notAnswered: number;
}

export function completenessOf(values: LabelValues, today: string): Completeness {
  const counted = { of: labelFieldIds.length, checked: 0, said: 0, expired: 0, notAnswered: 0 };
  for (const field of labelFieldIds) {
    const value = values[field];
    const standing = standingOf(value, today);
    if (standing === 'current') counted[value?.assertedBy === 'facility' ? 'checked' : 'said'] += 1;
    else counted[standing] += 1;
  }
  return counted;
}

/** The newest day on which any answer was given. */
export function newestAsOf(values: LabelValues): string | null {
  const days = Object.values(values).flatMap(({ asOf }) => asOf ?? []);
  return days.sort().at(-1) ?? null;
}

interface LabelDifference {
  field: LabelFieldId;
  before: LabelValue | null;
  after: LabelValue | null;
}

/** Which answers are not the same, in the order of the fields. */
export function labelDifferences(before: LabelValues, after: LabelValues): LabelDifference[] {
  return labelFieldIds.flatMap((field) => {
    const [was, is] = [before[field] ?? null, after[field] ?? null];
    return sameAnswer(was, is) ? [] : [{ field, before: was, after: is }];
  });
}

const parts = Object.keys(unanswered) as (keyof LabelValue)[];
const sameAnswer = (a: LabelValue | null, b: LabelValue | null) =>
  a === null || b === null ? a === b : parts.every((part) => a[part] === b[part]);

/** A word that patients must not read unless another field bears it out, and where it stands. */
export interface WordingProblem {
  field: LabelFieldId;
  rule: 'anonymous' | 'secure';
}

const anonymous = /\ban[oó]n[iy]m/iu;
const secure = /\b(in)?secure(ly|d)?\b|\bsegur[oa]s?\b/iu;

/**
 * Patient words that say more than is known: "anonymous" without a method by which names are taken off, "secure" without an answer about
 * how images are kept from others. What a company says in its own words is quoted, and not judged.
 */
export function wordingProblems(values: LabelValues): WordingProblem[] {
  const hasMethod = values.identifiability?.code === 'deidentified' && values.identifiability.value !== null;
  const bearsOut = (field: 'encryptionInTransit' | 'encryptionAtRest') =>
    values[field]?.state === 'yes' && values[field].value !== null;
  const isProtected = bearsOut('encryptionInTransit') && bearsOut('encryptionAtRest');
  return labelFieldIds.flatMap((field) => {
    const words = `${values[field]?.plain ?? ''} ${values[field]?.plainEs ?? ''}`;
    return [
      ...(anonymous.test(words) && !hasMethod ? [{ field, rule: 'anonymous' as const }] : []),
      ...(secure.test(words) && !isProtected ? [{ field, rule: 'secure' as const }] : []),
    ];
  });
}

/** The last day on which an agreement binds: the one before its end. */
export function lastDayOf(validTo: string): string {
  return new Date(Date.parse(`${validTo}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

interface RegisterFacts {
  relationship: VendorRelationship;
  agreements: readonly { validFrom: string; validTo: string | null }[];
}

/** What the register answers by itself, on a day: it is never asked, and never out of date. */
export function registerAnswers({ relationship, agreements }: RegisterFacts, today: string): LabelValues {
  const ours = { ...unanswered, assertedBy: 'facility' as const };
  const inForce = agreements.filter(
    ({ validFrom, validTo }) => validFrom <= today && (validTo === null || validTo > today),
  );
  const last = inForce.some(({ validTo }) => validTo === null)
    ? null
    : inForce
        .map(({ validTo }) => validTo ?? '')
        .sort()
        .at(-1);
  return {
    relationship: { ...ours, state: 'yes', code: relationship },
    contractEnd:
      inForce.length === 0
        ? { ...ours, state: 'no', code: 'none' }
        : last
          ? { ...ours, state: 'yes', code: 'endsOn', value: lastDayOf(last) }
          : { ...ours, state: 'yes', code: 'noEnd' },
  };
}
