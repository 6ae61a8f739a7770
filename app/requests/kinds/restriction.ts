import { z } from 'zod';
import type { Place } from '#app/clocks/jurisdictions.ts';
import { excessive, inTheStates, type KindDefinition } from './kind.ts';

/** The first is 164.522(a)(1)(vi); the next four are the cases of Art. 18(1)(a)-(d). */
const abouts = ['healthPlan', 'disputed', 'unlawful', 'claims', 'objected', 'other'] as const;
type About = (typeof abouts)[number];

const inTheStatesAlone: readonly Place[] = ['states'];
const abroad: readonly Place[] = ['EU', 'UK'];
const places: Partial<Record<About, readonly Place[]>> = {
  healthPlan: inTheStatesAlone,
  disputed: abroad,
  unlawful: abroad,
  claims: abroad,
  objected: abroad,
};

const restrictionDetails = z.strictObject({ about: z.enum(abouts) });
export type RestrictionDetails = z.infer<typeof restrictionDetails>;

/**
 * A limit on uses and disclosures: 45 CFR 164.522(a), which sets no date; GDPR Art. 18. What was paid in full out of pocket may not go to
 * the health plan when the patient asks so (164.522(a)(1)(vi)): that cannot be declined
 * for want of agreement, only because it is not so.
 */
export const restriction: KindDefinition<RestrictionDetails> = {
  kind: 'restriction',
  title: 'requests.kind.restriction',
  lead: 'requests.lead.restriction',
  leads: { EU: 'requests.lead.restrictionGdpr', UK: 'requests.lead.restrictionGdpr' },
  group: 'records',
  rules: inTheStates('promise.restriction'),
  details: restrictionDetails,
  form: [
    {
      name: 'about',
      input: 'choice',
      label: 'requests.restriction.about',
      required: true,
      options: abouts.map((value) => ({
        value,
        label: `requests.restriction.about.${value}`,
        ...(places[value] ? { places: places[value] } : {}),
      })),
    },
    {
      name: 'limit',
      input: 'words',
      label: 'requests.restriction.limit',
      hint: 'requests.restriction.limitHint',
      required: true,
    },
  ],
  takesFiles: true,
  answer: 'letter',
  outcomes: ['granted', 'grantedInPart', 'denied'],
  needsIdentity: true,
  grounds: [
    {
      id: 'notAgreed',
      label: 'requests.ground.notAgreed',
      citations: { states: '45 CFR 164.522(a)(1)(ii)' },
      reviewable: false,
    },
    {
      id: 'notPaidInFull',
      label: 'requests.ground.notPaidInFull',
      citations: { states: '45 CFR 164.522(a)(1)(vi)(B)' },
      reviewable: false,
    },
    {
      id: 'notToHealthPlan',
      label: 'requests.ground.notToHealthPlan',
      citations: { states: '45 CFR 164.522(a)(1)(vi)(A)' },
      reviewable: false,
    },
    {
      id: 'noCaseOfTheLaw',
      label: 'requests.ground.noCaseOfTheLaw',
      citations: { EU: 'GDPR Art. 18(1)', UK: 'UK GDPR Art. 18(1)' },
      reviewable: false,
    },
    excessive,
  ],
  allows: ({ about }, ground) => about !== 'healthPlan' || ground !== 'notAgreed',
  mustContain: {
    granted: [
      { id: 'whatIsLimited', label: 'requests.element.whatIsLimited' },
      { id: 'whatItDoesNotStop', label: 'requests.element.whatItDoesNotStop' },
    ],
    grantedInPart: [
      { id: 'whatIsLimited', label: 'requests.element.whatIsLimited' },
      { id: 'whatItDoesNotStop', label: 'requests.element.whatItDoesNotStop' },
      { id: 'plainReasons', label: 'requests.element.plainReasons' },
    ],
    denied: [{ id: 'plainReasons', label: 'requests.element.plainReasons' }],
  },
  secondLook: [],
  canWithdraw: true,
};
