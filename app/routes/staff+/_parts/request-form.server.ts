import { z } from 'zod';
import { templateUses } from '#app/facility/templates.ts';
import type { Document } from '#app/requests/attachments.server.ts';
import { feeGrounds } from '#app/requests/fees.ts';
import { dayField } from '#app/requests/kinds/asked-form.ts';
import type { AnswerShape } from '#app/requests/kinds/kind.ts';
import { outcomes } from '#app/requests/moves.ts';
import { theirWords } from '#app/requests/their-word.server.ts';
import { moneyField } from '#app/web/fields.ts';
import type { MessageId } from '#app/words/words.ts';
import { intents, type Intent } from './request-intents.ts';

/** Of the note that goes with a list or a confirmation; a letter may be longer. */
const longestNote = 4_000;
const longestText = 20_000;
// Browsers send a line's end as two characters; it counts, and is kept, as one.
const text = z
  .string()
  .default('')
  .transform((typed) => typed.replaceAll('\r\n', '\n').trim())
  .pipe(z.string().max(longestText, 'errors.tooLong'));

/** Everything that the forms of a request's page send. */
export const requestForm = z.strictObject({
  // A button that puts ready-made words in names their use, and no act.
  intent: z.enum([...intents, 'fill'], 'errors.foreignField').default('fill'),
  fill: z.enum(templateUses, 'errors.foreignField').optional(),
  version: z
    .string('errors.foreignField')
    .regex(/^\d{1,9}$/, 'errors.foreignField')
    .transform(Number),
  submissionKey: z.uuid('errors.foreignField').optional(),
  note: text,
  outcome: z.enum(outcomes, 'errors.choose').optional(),
  ground: z.string().max(60, 'errors.foreignField').default(''),
  contains: z.array(z.string().max(60)).max(20, 'errors.foreignField').default([]),
  reviewed: z.literal('reviewed', 'errors.foreignField').optional(),
  elementsLookedFor: z.literal('elementsLookedFor', 'errors.foreignField').optional(),
  message: text,
  statement: text,
  waits: z.literal('waits', 'errors.foreignField').optional(),
  /** A document went with the message before a fresh factor was asked for: a kept form has none. */
  documentOwed: z.literal('yes', 'errors.foreignField').optional(),
  remark: text,
  fileUse: z.enum(['internal', 'forRelease'], 'errors.choose').optional(),
  assignee: z.union([z.literal(''), z.uuid()], 'errors.foreignField').default(''),
  extendReason: text,
  newDueOn: z.union([z.literal(''), z.iso.date()], 'errors.date').default(''),
  duplicateReason: text,
  twin: z.string().trim().max(40, 'errors.twinMissing').default(''),
  undoReason: text,
  unproved: text,
  fileId: z.uuid('errors.foreignField').optional(),
  goOnReason: text,
  cameOn: z.union([z.literal(''), z.iso.date()], 'errors.date').default(''),
  trulyOn: z.union([z.literal(''), z.iso.date()], 'errors.date').default(''),
  trulyTime: z.union([z.literal(''), z.iso.time({ precision: -1 })], 'errors.time').default(''),
  trulyLongAgo: z.literal('yes', 'errors.foreignField').optional(),
  correctReason: text,
  paidOn: z.union([z.literal(''), z.iso.date()], 'errors.date').default(''),
  feeAmount: z.string().max(10, 'errors.money').default(''),
  feeBasis: text,
  feeGround: z.enum(feeGrounds, 'errors.choose').optional(),
  said: z.enum(theirWords, 'errors.choose').optional(),
  channel: z.enum(['paper', 'phone', 'desk'], 'errors.choose').optional(),
  saidOn: z.union([z.literal(''), z.iso.date()], 'errors.date').default(''),
  saidText: text,
  /** Of a time that is to be shorter: looked at only where that is what was said. */
  newFrom: z.string('errors.date').trim().max(40, 'errors.date').optional(),
  newTo: z.string('errors.date').trim().max(40, 'errors.date').optional(),
  postedOn: z.union([z.literal(''), z.iso.date()], 'errors.date').default(''),
});
export type Fields = z.infer<typeof requestForm>;

/** What was typed, to stand in the form again. */
export function typedOf(fields: Fields): Record<string, string[]> {
  const {
    contains,
    version: _version,
    submissionKey: _key,
    intent: _intent,
    documentOwed: _owed,
    fill: _fill,
    ...texts
  } = fields;
  const typed = Object.entries(texts).flatMap(([name, value]): [string, string[]][] =>
    value ? [[name, [value]]] : [],
  );
  return { ...Object.fromEntries(typed), ...(contains.length > 0 ? { contains } : {}) };
}

/** The field that a form's reason is typed into. */
export function reasonOf(intent: Intent | 'fill'): string {
  switch (intent) {
    case 'extend':
      return 'extendReason';
    case 'goOn':
      return 'goOnReason';
    case 'undoDuplicate':
      return 'undoReason';
    case 'correctReceived':
      return 'correctReason';
    case 'refuseIdentity':
      return 'unproved';
    case 'message':
      return 'message';
    case 'markDuplicate':
      return 'duplicateReason';
    default:
      return 'note';
  }
}

/** What a changed request lacks: a form that asks for a time sends both its days, another one needs words. */
function mistakeInChange({
  saidText,
  newFrom,
  newTo,
}: Pick<Fields, 'saidText' | 'newFrom' | 'newTo'>): [field: string, message: MessageId] | null {
  if (newFrom === undefined && newTo === undefined) return saidText ? null : ['saidText', 'errors.required'];
  if (!dayField.safeParse(newFrom).success) return ['newFrom', 'errors.date'];
  return dayField.safeParse(newTo).success ? null : ['newTo', 'errors.date'];
}

/** What a form lacks before anything is asked of the request. */
export function mistakeIn(
  {
    intent,
    note,
    reviewed,
    message,
    statement,
    remark,
    fileUse,
    fileId,
    submissionKey,
    outcome,
    feeAmount,
    documentOwed,
    said,
    channel,
    saidOn,
    saidText,
    newFrom,
    newTo,
    postedOn,
  }: Fields,
  document: Document | null,
  shape: AnswerShape,
): [field: string, message: MessageId] | null {
  if (shape !== 'letter' && note.length > longestNote) return ['note', 'errors.tooLong'];
  switch (intent) {
    case 'confirm':
      return shape === 'confirmation' ? null : ['', 'errors.foreignField'];
    case 'letter':
      if (shape !== 'letter') return ['', 'errors.foreignField'];
      return outcome ? null : ['outcome', 'errors.choose'];
    case 'draft':
      return shape === 'accounting' ? null : ['', 'errors.foreignField'];
    case 'send':
      return reviewed
        ? null
        : ['reviewed', shape === 'letter' ? 'desk.letter.notRead' : 'staff.mistake.notReviewed'];
    case 'message':
      if (!submissionKey) return ['', 'errors.formUnreadable'];
      if (!message) return ['message', 'errors.required'];
      return documentOwed && !document ? ['messageDocument', 'errors.fileAgain'] : null;
    case 'disagree':
      if (!submissionKey) return ['', 'errors.formUnreadable'];
      if (!statement) return ['statement', 'errors.required'];
      return documentOwed && !document ? ['statementDocument', 'errors.fileAgain'] : null;
    case 'remark':
      if (!submissionKey) return ['', 'errors.formUnreadable'];
      return remark ? null : ['remark', 'errors.required'];
    case 'tellFee':
      return moneyField.safeParse(feeAmount).success ? null : ['feeAmount', 'errors.money'];
    case 'enterWord':
      if (!submissionKey) return ['', 'errors.formUnreadable'];
      if (!said) return ['said', 'errors.choose'];
      if (!channel) return ['channel', 'errors.choose'];
      if (!saidOn) return ['saidOn', 'errors.required'];
      return said === 'feeChange' ? mistakeInChange({ saidText, newFrom, newTo }) : null;
    case 'posted':
      return postedOn ? null : ['postedOn', 'errors.required'];
    case 'takeFileBack':
      return fileId ? null : ['', 'errors.formUnreadable'];
    case 'file':
      if (!document) return ['document', 'desk.file.choose'];
      return fileUse ? null : ['fileUse', 'errors.choose'];
    default:
      return null;
  }
}
