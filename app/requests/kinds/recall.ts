import { z } from 'zod';
import { inTheStates, type KindDefinition } from './kind.ts';

const recallDetails = z.strictObject({
  vendors: z.union([z.literal('all'), z.array(z.uuid()).min(1).max(200)]),
});
export type RecallDetails = z.infer<typeof recallDetails>;

/** Asking a company to stop using, or delete, what it has already. No law of the United States sets a date; GDPR Arts. 17 and 19. */
export const recall: KindDefinition<RecallDetails> = {
  kind: 'recall',
  title: 'requests.kind.recall',
  lead: 'requests.lead.recall',
  group: 'images',
  rules: inTheStates('promise.recall'),
  details: recallDetails,
  form: [
    { name: 'vendors', input: 'vendors', label: 'requests.recall.vendors', required: true },
    {
      name: 'wish',
      input: 'words',
      label: 'requests.recall.wish',
      hint: 'requests.recall.wishHint',
      required: false,
    },
  ],
  takesFiles: false,
  answer: 'letter',
  outcomes: ['granted', 'grantedInPart', 'denied', 'nothingToReport'],
  needsIdentity: true,
  grounds: [
    {
      id: 'companyRefuses',
      label: 'requests.ground.companyRefuses',
      citations: { states: null, EU: null, UK: null },
      reviewable: false,
    },
    {
      id: 'lawKeepsIt',
      label: 'requests.ground.lawKeepsIt',
      citations: { states: null, EU: 'GDPR Art. 17(3)', UK: 'UK GDPR Art. 17(3)' },
      reviewable: false,
    },
  ],
  mustContain: {
    granted: [
      { id: 'whatEachCompanySaid', label: 'requests.element.whatEachCompanySaid' },
      { id: 'whatCannotBeUndone', label: 'requests.element.whatCannotBeUndone' },
    ],
    grantedInPart: [
      { id: 'whatEachCompanySaid', label: 'requests.element.whatEachCompanySaid' },
      { id: 'whatCannotBeUndone', label: 'requests.element.whatCannotBeUndone' },
    ],
    denied: [{ id: 'plainReasons', label: 'requests.element.plainReasons' }],
    nothingToReport: [{ id: 'whatWasLookedAt', label: 'requests.element.whatWasLookedAt' }],
  },
  secondLook: [],
  canWithdraw: true,
};
