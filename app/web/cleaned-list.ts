import { z } from 'zod';
import type { ListRefusal } from '#app/optouts/cohort-list.ts';
import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import type { MessageId } from '#app/words/words.ts';

/** What lists are cleaned for, by the code of it. */
export const listPurposes = {
  MLTRAINING: 'aiTraining',
  HRESCH: 'research',
  HMARKT: 'commercialSharing',
} as const satisfies Record<string, OptOutPurpose>;
const codes = Object.keys(listPurposes) as (keyof typeof listPurposes)[];

/** What is asked beside the list, by the form and in the address. */
export const listForm = z.strictObject({
  purpose: z.enum(codes, 'errors.list.purpose'),
  vendor: z.string('errors.list.vendor').min(1, 'errors.list.vendor').max(200, 'errors.list.vendor'),
  named: z.enum(['yes', 'no'], 'errors.formUnreadable').default('yes'),
});

export type ListMistake = ListRefusal['reason'] | 'purpose' | 'vendor' | 'file' | 'busy' | 'broken';
const mistakes: readonly ListMistake[] = [
  'empty',
  'firstLine',
  'lineEnds',
  'columns',
  'encoding',
  'cutOff',
  'line',
  'tooLong',
  'tooSlow',
  'endMark',
  'purpose',
  'vendor',
  'file',
  'busy',
  'broken',
];

/** The words of what went wrong; null for a text that names nothing of it. */
export function listMistake(text: string | null): { id: MessageId; field: string } | null {
  const found = mistakes.find((one) => one === text);
  if (!found) return null;
  return { id: `errors.list.${found}`, field: found === 'purpose' || found === 'vendor' ? found : 'file' };
}
