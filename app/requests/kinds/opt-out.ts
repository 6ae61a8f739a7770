import { z } from 'zod';
import { mostStudies, type ChoiceMade } from '#app/optouts/choosing.ts';
import { optOutPurposes } from '#app/optouts/purposes.ts';
import { inTheStates, type KindDefinition } from './kind.ts';

/** Version of the words (`optOuts.wording.*`) that a patient agrees to when they file. Changed words are a new version. */
export const optOutWordingVersion = '2026-11';

const studyUid = z.string().regex(/^[0-9.]{1,64}$/);

const optOutDetails = z.strictObject({
  /** A "yes" to uses that the facility asks permission for; absent: a "no". */
  act: z.literal('permitted').optional(),
  /** The choice in whose place this one stands. */
  replaces: z.uuid().optional(),
  purposes: z.array(z.enum(optOutPurposes)).min(1),
  vendors: z.union([z.literal('all'), z.array(z.uuid()).min(1)]),
  studies: z.union([z.literal('all'), z.array(studyUid).min(1).max(mostStudies)]),
  coversDeidentified: z.boolean(),
  wordingVersion: z.literal(optOutWordingVersion),
});
export type OptOutDetails = z.infer<typeof optOutDetails>;

/** A choice that was made, as its request keeps it. */
export function optOutDetailsOf({ act, replaces, choice }: ChoiceMade): OptOutDetails {
  return {
    ...choice,
    ...(act === 'permitted' ? { act } : {}),
    ...(replaces ? { replaces } : {}),
    wordingVersion: optOutWordingVersion,
  };
}

export const optOut: KindDefinition<OptOutDetails> = {
  kind: 'optOut',
  title: 'requests.kind.optOut',
  lead: 'requests.lead.optOut',
  group: 'images',
  page: '/opt-outs/new',
  // In the Union and the Kingdom an objection (Art. 21), answered by the month of Art. 12(3). It counts from the moment it is filed.
  rules: inTheStates('promise.optOut'),
  details: optOutDetails,
  form: null,
  takesFiles: false,
  answer: 'confirmation',
  outcomes: ['granted'],
  needsIdentity: false,
  grounds: [],
  mustContain: {},
  secondLook: [],
  canWithdraw: false,
};
