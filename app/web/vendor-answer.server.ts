import { z } from 'zod';
import type { GivenAnswer } from '#app/optouts/vendor-notices/answers.server.ts';
import { vendorDeeds } from '#app/optouts/vendor-notices/states.ts';
import { oneMistake } from './forms.server.ts';
import type { UploadedDocument } from './uploads.server.ts';

/** The fields of what a vendor says that it did, on its own page and on the facility's. */
export const vendorAnswerFields = {
  deed: z.array(z.enum(vendorDeeds, 'errors.foreignField')).max(10, 'errors.foreignField').default([]),
  since: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  text: z
    .string('errors.formUnreadable')
    .transform((text) => text.replaceAll('\r\n', '\n').trim())
    .pipe(z.string().max(4_000, 'errors.tooLong'))
    .default(''),
};

type Fields = z.output<z.ZodObject<typeof vendorAnswerFields>>;

export function answerOfFields({ deed, since, text }: Fields, proof: UploadedDocument | null): GivenAnswer {
  return { deeds: [...new Set(deed)], sinceOn: since === '' ? null : since, text, proof };
}

const fieldOf = {
  nothingSaid: 'deed',
  contradiction: 'since',
  sayWhy: 'text',
  proofMissing: 'text',
  sinceMissing: 'since',
  inFuture: 'since',
  tooEarly: 'since',
  closed: '',
  linkUsed: '',
  linkOver: '',
  changed: '',
} as const;

/** The same form again, with what was typed and what is wrong with it. */
export function answerMistake(refusal: keyof typeof fieldOf, { deed, since, text }: Fields) {
  return oneMistake(fieldOf[refusal], `errors.vendorNotice.${refusal}`, {
    typed: { deed, since: [since], text: [text] },
    status: fieldOf[refusal] === '' ? 409 : 400,
  });
}
