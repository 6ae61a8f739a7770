import { z } from 'zod';
import { everywhere, type KindDefinition } from './kind.ts';

const abouts = ['optOutIgnored', 'whoSawIt', 'lateAnswer', 'staff', 'other'] as const;

const complaintDetails = z.strictObject({ about: z.enum(abouts) });
export type ComplaintDetails = z.infer<typeof complaintDetails>;

/**
 * A complaint to the facility: 45 CFR 164.530(d) sets no date. In the United Kingdom it is acknowledged within 30 days and answered "without
 * undue delay" (DPA 2018 s.164A), which is no number of days either: the answer's date is the facility's promise everywhere.
 * The regulator's own route is shown before, beside and after it, and nobody has to come here first.
 */
export const complaint: KindDefinition<ComplaintDetails> = {
  kind: 'complaint',
  title: 'requests.kind.complaint',
  lead: 'requests.lead.complaint',
  group: 'talk',
  rules: everywhere('promise.complaint'),
  acknowledged: { UK: 'uk.complaint.ack' },
  details: complaintDetails,
  form: [
    {
      name: 'about',
      input: 'choice',
      label: 'requests.complaint.about',
      required: true,
      options: abouts.map((value) => ({ value, label: `requests.complaint.about.${value}` })),
    },
    {
      name: 'happened',
      input: 'words',
      label: 'requests.complaint.happened',
      hint: 'requests.complaint.happenedHint',
      required: true,
    },
    { name: 'wish', input: 'words', label: 'requests.complaint.wish', required: false },
  ],
  takesFiles: true,
  answer: 'letter',
  outcomes: ['granted', 'grantedInPart', 'denied'],
  needsIdentity: false,
  grounds: [
    {
      id: 'notUpheld',
      label: 'requests.ground.notUpheld',
      inPart: 'requests.ground.notUpheldInPart',
      citations: { states: '45 CFR 164.530(d)', EU: null, UK: 'DPA 2018 s.164A' },
      reviewable: false,
    },
  ],
  mustContain: {
    granted: [
      { id: 'whatWeFound', label: 'requests.element.whatWeFound' },
      { id: 'whatChanges', label: 'requests.element.whatChanges' },
    ],
    grantedInPart: [
      { id: 'whatWeFound', label: 'requests.element.whatWeFound' },
      { id: 'whatChanges', label: 'requests.element.whatChanges' },
    ],
    denied: [
      { id: 'whatWeFound', label: 'requests.element.whatWeFound' },
      { id: 'plainReasons', label: 'requests.element.plainReasons' },
    ],
  },
  secondLook: ['denied', 'grantedInPart'],
  canWithdraw: true,
};
