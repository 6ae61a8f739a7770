import { z } from 'zod';
import { everywhere, type KindDefinition } from './kind.ts';

/** The questions that people ask most, in the order of the company's label. */
const questionTopics = [
  'shared',
  'training',
  'optOut',
  'kept',
  'deidentified',
  'face',
  'encrypted',
  'other',
] as const;

const questionDetails = z.strictObject({
  topic: z.enum(questionTopics),
  /** The companies that it is about, if any. */
  vendors: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(200)]).optional(),
});
export type QuestionDetails = z.infer<typeof questionDetails>;

/** A question about privacy. No law sets when it is answered. */
export const question: KindDefinition<QuestionDetails> = {
  kind: 'question',
  title: 'requests.kind.question',
  lead: 'requests.lead.question',
  group: 'talk',
  rules: everywhere('promise.question'),
  details: questionDetails,
  form: [
    {
      name: 'topic',
      input: 'choice',
      label: 'requests.question.topic',
      required: true,
      options: questionTopics.map((value) => ({ value, label: `requests.question.topic.${value}` })),
    },
    {
      name: 'question',
      input: 'words',
      label: 'requests.question.question',
      hint: 'requests.question.questionHint',
      required: true,
    },
    {
      name: 'vendors',
      input: 'vendors',
      label: 'requests.question.vendors',
      hint: 'requests.question.vendorsHint',
      required: false,
    },
  ],
  takesFiles: false,
  answer: 'letter',
  outcomes: ['granted', 'grantedInPart'],
  needsIdentity: false,
  grounds: [],
  mustContain: {
    granted: [{ id: 'answersIt', label: 'requests.element.answersIt' }],
    grantedInPart: [{ id: 'whatIsNotKnown', label: 'requests.element.whatIsNotKnown' }],
  },
  secondLook: [],
  canWithdraw: true,
};
