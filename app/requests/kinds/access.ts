import { z } from 'zod';
import { excessive, inTheStates, type DenialGround, type KindDefinition } from './kind.ts';

const parts = ['images', 'reports', 'both'] as const;
const deliveries = ['link', 'file', 'pickUp'] as const;

const accessDetails = z.strictObject({ part: z.enum(parts), delivery: z.enum(deliveries) });
export type AccessDetails = z.infer<typeof accessDetails>;

const ground = (
  id:
    | 'psychotherapyNotes'
    | 'legalProceedings'
    | 'inmate'
    | 'researchInProgress'
    | 'privacyAct'
    | 'confidentialSource'
    | 'endangersLife'
    | 'harmsAnother'
    | 'harmByRepresentative',
  citation: string,
  reviewable: boolean,
): DenialGround => ({ id, citations: { states: citation }, reviewable, label: `requests.ground.${id}` });

/** What the GDPRs let a facility refuse: they know none of HIPAA's grounds. */
const abroad: readonly DenialGround[] = [
  excessive,
  {
    id: 'othersRights',
    label: 'requests.ground.othersRights',
    citations: { EU: 'GDPR Art. 15(4)', UK: 'DPA 2018 Sch. 2 para. 16' },
    reviewable: false,
  },
  // The Member State's own law, which the facility's words have to name.
  {
    id: 'lawLimitsIt',
    label: 'requests.ground.lawLimitsIt',
    citations: { EU: 'GDPR Art. 23' },
    reviewable: false,
  },
  {
    id: 'seriousHarm',
    label: 'requests.ground.seriousHarm',
    citations: { UK: 'DPA 2018 Sch. 3 para. 5' },
    reviewable: false,
  },
  {
    id: 'legalPrivilege',
    label: 'requests.ground.legalPrivilege',
    citations: { UK: 'DPA 2018 Sch. 2 para. 19' },
    reviewable: false,
  },
];

/** A copy of images and reports: 45 CFR 164.524; GDPR Art. 15. */
export const access: KindDefinition<AccessDetails> = {
  kind: 'access',
  title: 'requests.kind.access',
  lead: 'requests.lead.access',
  group: 'records',
  mayCost: true,
  rules: inTheStates('hipaa.access'),
  details: accessDetails,
  form: [
    {
      name: 'part',
      input: 'choice',
      label: 'requests.access.part',
      required: true,
      options: parts.map((value) => ({ value, label: `requests.access.part.${value}` })),
    },
    {
      name: 'which',
      input: 'words',
      label: 'requests.access.which',
      hint: 'requests.access.whichHint',
      required: false,
    },
    {
      name: 'delivery',
      input: 'choice',
      label: 'requests.access.delivery',
      required: true,
      options: deliveries.map((value) => ({ value, label: `requests.access.delivery.${value}` })),
    },
  ],
  takesFiles: true,
  answer: 'letter',
  outcomes: ['granted', 'grantedInPart', 'denied', 'nothingToReport'],
  needsIdentity: true,
  grounds: [
    ground('psychotherapyNotes', '45 CFR 164.524(a)(1)(i)', false),
    ground('legalProceedings', '45 CFR 164.524(a)(1)(ii)', false),
    ground('inmate', '45 CFR 164.524(a)(2)(ii)', false),
    ground('researchInProgress', '45 CFR 164.524(a)(2)(iii)', false),
    ground('privacyAct', '45 CFR 164.524(a)(2)(iv)', false),
    ground('confidentialSource', '45 CFR 164.524(a)(2)(v)', false),
    ground('endangersLife', '45 CFR 164.524(a)(3)(i)', true),
    ground('harmsAnother', '45 CFR 164.524(a)(3)(ii)', true),
    ground('harmByRepresentative', '45 CFR 164.524(a)(3)(iii)', true),
    ...abroad,
  ],
  mustContain: {
    granted: [{ id: 'copy', label: 'requests.element.copy' }],
    grantedInPart: [
      { id: 'copy', label: 'requests.element.copy' },
      { id: 'whatIsLeftOut', label: 'requests.element.whatIsLeftOut' },
      { id: 'plainReasons', label: 'requests.element.plainReasons' },
    ],
    denied: [{ id: 'plainReasons', label: 'requests.element.plainReasons' }],
    nothingToReport: [{ id: 'whereItIs', label: 'requests.element.whereItIs' }],
  },
  secondLook: ['denied', 'grantedInPart'],
  canWithdraw: true,
};
