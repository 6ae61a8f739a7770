import { z } from 'zod';
import { searchPatients } from '#app/people/patients-search.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { dateInWords } from '#app/words/dates.ts';

const text = z.string().trim().max(120, 'errors.tooLong').default('');
const schema = z.strictObject({
  name: text,
  bornOn: z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default(''),
  number: text,
  issuer: text,
  after: z.uuid('errors.formUnreadable').optional(),
});

/** A search is a form that is sent, not an address: names and birth dates stay out of addresses and logs. */
export async function findPatients(args: DoorArgs, { world, person, locale }: Visit) {
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { after, ...typed } = form.value;
  if (!typed.name && !typed.bornOn && !typed.number)
    return oneMistake('name', 'errors.searchEmpty', { typed: { issuer: [typed.issuer] } });
  const { found, next } = await searchPatients(world, person, { ...typed, after: after ?? null });
  return {
    typed,
    isFirst: after === undefined,
    next,
    found: found.map((one) => ({ ...one, bornOn: dateInWords(locale, one.bornOn) })),
  };
}
