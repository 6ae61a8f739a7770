import { z } from 'zod';
import {
  answersOf,
  askedFieldsOf,
  shapeOf,
  type LabelFieldId,
  type LabelGroup,
} from '#app/vendors/label-fields.ts';
import {
  answerChosen,
  chosenAnswer,
  labelAsserters,
  labelValueSchema,
  longestEvidence,
  longestPlain,
  longestValue,
  unanswered,
  type LabelValue,
  type LabelValues,
} from '#app/vendors/label.ts';
import type { MessageId } from '#app/words/words.ts';

/** What is asked of each field of a label, by the ending of its name in the form. */
export const labelInputs = [
  'Answer',
  'Plain',
  'PlainEs',
  'Value',
  'By',
  'Evidence',
  'AsOf',
  'Until',
] as const;
export type LabelInput = (typeof labelInputs)[number];

const text = (longest: number) =>
  z
    .string('errors.formUnreadable')
    .trim()
    .transform((typed) => typed.replaceAll('\r\n', '\n'))
    .refine((typed) => typed.length <= longest, 'errors.tooLong');
const date = z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date');

function inputsOf(field: LabelFieldId): Record<LabelInput, z.ZodType<string>> {
  return {
    Answer: z.enum(answersOf(field), 'errors.choose'),
    Plain: text(longestPlain),
    PlainEs: text(longestPlain),
    Value: text(longestValue),
    By: z.enum(labelAsserters, 'errors.choose'),
    Evidence: text(longestEvidence),
    AsOf: date,
    Until: date,
  };
}

/** The revision of the draft that a form was shown with. */
export const revisionField = z.string('errors.formUnreadable').regex(/^\d{1,9}$/, 'errors.formUnreadable');

/** The form of a part of a label. */
export function partSchema(group: LabelGroup) {
  const fields = askedFieldsOf(group).flatMap((field) =>
    Object.entries(inputsOf(field)).map(([input, schema]) => [`${field}${input}`, schema] as const),
  );
  return z.strictObject({
    revision: revisionField,
    ...Object.fromEntries(fields),
  }) as z.ZodType<Record<string, string>>;
}

/** The answers of a form that was read, or what is wrong with them together. */
export function answersIn(
  group: LabelGroup,
  form: Record<string, string>,
  today: string,
): { answers: LabelValues; errors: Record<string, MessageId> } {
  const answers: LabelValues = {};
  const errors: Record<string, MessageId> = {};
  for (const field of askedFieldsOf(group)) {
    const typed = (input: LabelInput) => form[`${field}${input}`] || null;
    const value: LabelValue = {
      ...unanswered,
      ...chosenAnswer(field, typed('Answer') ?? 'notAnswered'),
      plain: typed('Plain'),
      plainEs: typed('PlainEs'),
      value: typed('Value'),
      assertedBy: typed('By') === 'facility' ? 'facility' : 'vendor',
      evidenceUrl: typed('Evidence'),
      asOf: typed('AsOf'),
      validUntil: typed('Until'),
    };
    for (const [input, error] of wrongWith(field, value, today)) errors[`${field}${input}`] ??= error;
    answers[field] = value;
  }
  return { answers, errors };
}

function wrongWith(field: LabelFieldId, value: LabelValue, today: string): [LabelInput, MessageId][] {
  const { state, plain, plainEs, value: technical, evidenceUrl, asOf, validUntil } = value;
  const wrong: [LabelInput, MessageId][] = [];
  if (evidenceUrl !== null && !labelValueSchema.shape.evidenceUrl.safeParse(evidenceUrl).success)
    wrong.push(['Evidence', 'errors.label.evidence']);
  if (asOf !== null && asOf > today) wrong.push(['AsOf', 'errors.label.future']);
  if (asOf !== null && validUntil !== null && validUntil < asOf)
    wrong.push(['Until', 'errors.label.endsBefore']);
  const says = [plain, plainEs, technical].some((one) => one !== null);
  if (state === 'notAnswered' && (says || evidenceUrl !== null || validUntil !== null))
    wrong.push(['Answer', 'errors.label.saysNothing']);
  if (shapeOf(field).type === 'text' && (state === 'yes' || state === 'partly') && !plain && !technical)
    wrong.push(['Plain', 'errors.label.wordsMissing']);
  return wrong;
}

/** A kept answer as its form shows it. */
export function shownIn(value: LabelValue = unanswered): Record<LabelInput, string> {
  return {
    Answer: answerChosen(value),
    Plain: value.plain ?? '',
    PlainEs: value.plainEs ?? '',
    Value: value.value ?? '',
    By: value.assertedBy,
    Evidence: value.evidenceUrl ?? '',
    AsOf: value.asOf ?? '',
    Until: value.validUntil ?? '',
  };
}
