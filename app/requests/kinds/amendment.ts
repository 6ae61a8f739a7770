import { z } from 'zod';
import { excessive, inTheStates, type KindDefinition } from './kind.ts';

const amendmentDetails = z.strictObject({});
export type AmendmentDetails = z.infer<typeof amendmentDetails>;

/** A correction of a record: 45 CFR 164.526; GDPR Art. 16. */
export const amendment: KindDefinition<AmendmentDetails> = {
  kind: 'amendment',
  title: 'requests.kind.amendment',
  lead: 'requests.lead.amendment',
  group: 'records',
  rules: inTheStates('hipaa.amendment'),
  details: amendmentDetails,
  form: [
    {
      name: 'wrong',
      input: 'words',
      label: 'requests.amendment.wrong',
      hint: 'requests.amendment.wrongHint',
      required: true,
    },
    { name: 'right', input: 'words', label: 'requests.amendment.right', required: true },
    // 164.526(b)(1): the facility may ask for a reason.
    { name: 'why', input: 'words', label: 'requests.amendment.why', required: true },
    {
      name: 'tell',
      input: 'words',
      label: 'requests.amendment.tell',
      hint: 'requests.amendment.tellHint',
      required: false,
    },
  ],
  takesFiles: true,
  answer: 'letter',
  outcomes: ['granted', 'grantedInPart', 'denied'],
  needsIdentity: true,
  grounds: [
    {
      id: 'notCreatedHere',
      label: 'requests.ground.notCreatedHere',
      citations: { states: '45 CFR 164.526(a)(2)(i)' },
      reviewable: false,
    },
    {
      id: 'notInRecordSet',
      label: 'requests.ground.notInRecordSet',
      citations: { states: '45 CFR 164.526(a)(2)(ii)' },
      reviewable: false,
    },
    {
      id: 'notOpenToAccess',
      label: 'requests.ground.notOpenToAccess',
      citations: { states: '45 CFR 164.526(a)(2)(iii)' },
      reviewable: false,
    },
    {
      id: 'accurateAndComplete',
      label: 'requests.ground.accurateAndComplete',
      inPart: 'requests.ground.accurateAndCompleteInPart',
      citations: { states: '45 CFR 164.526(a)(2)(iv)', EU: 'GDPR Art. 16', UK: 'UK GDPR Art. 16' },
      reviewable: false,
    },
    excessive,
  ],
  mustContain: {
    granted: [
      { id: 'whatWasChanged', label: 'requests.element.whatWasChanged' },
      { id: 'whoIsTold', label: 'requests.element.whoIsTold' },
    ],
    grantedInPart: [
      { id: 'whatWasChanged', label: 'requests.element.whatWasChanged' },
      { id: 'whatIsLeftOut', label: 'requests.element.whatIsLeftOut' },
      { id: 'plainReasons', label: 'requests.element.plainReasons' },
    ],
    denied: [{ id: 'plainReasons', label: 'requests.element.plainReasons' }],
  },
  secondLook: ['denied', 'grantedInPart'],
  canWithdraw: true,
};
