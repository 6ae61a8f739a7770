import { z } from 'zod';
import { optOutPurposes } from '#app/optouts/purposes.ts';
import type { KindDefinition } from './kind.ts';

/** Version of the words (`optOuts.wording.*`) that a patient agrees to when they file. Changed words are a new version. */
export const optOutWordingVersion = '2026-11';

const optOutDetails = z.strictObject({
  purposes: z.array(z.enum(optOutPurposes)).min(1),
  vendors: z.union([z.literal('all'), z.array(z.uuid()).min(1)]),
  studies: z.literal('all'),
  coversDeidentified: z.boolean(),
  wordingVersion: z.literal(optOutWordingVersion),
});
export type OptOutDetails = z.infer<typeof optOutDetails>;

export const optOut: KindDefinition<OptOutDetails> = {
  kind: 'optOut',
  rule: 'promise.optOut',
  details: optOutDetails,
  answer: 'confirmation',
  title: 'requests.kind.optOut',
};
