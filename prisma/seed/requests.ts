import type { DetailsOf, RequestKind } from '#app/requests/kinds/registry.ts';
import { optOutWordingVersion } from '#app/requests/kinds/opt-out.ts';
import type { Outcome } from '#app/requests/moves.ts';

/** Patients whose requests the demo begins with. Nobody signs in as them. */
export const askingPatients = [
  { mrn: 'RB002015', givenName: 'Walter', familyName: 'Brandt', bornOn: '1948-02-17' },
  { mrn: 'RB002048', givenName: 'Chiamaka', familyName: 'Eze', bornOn: '1979-10-03' },
  { mrn: 'RB002076', givenName: 'Linh', familyName: 'Tran', bornOn: '1993-04-29' },
  { mrn: 'RB002101', givenName: 'Samuel', familyName: 'Kaplan', bornOn: '1966-12-08' },
  { mrn: 'RB002133', givenName: 'Aroha', familyName: 'Ngata', bornOn: '1987-07-21' },
  { mrn: 'RB002159', givenName: 'Lucía', familyName: 'Ferreyra', bornOn: '1972-01-11' },
  { mrn: 'RB002190', givenName: 'Omar', familyName: 'Haddad', bornOn: '1958-09-25' },
  { mrn: 'RB002214', givenName: 'Grace', familyName: 'Whitfield', bornOn: '2001-05-06' },
] as const;

/** What somebody does to a request, so many days before the demo begins. */
export type Step = { daysAgo: number; by: 'staff' | 'officer' } & (
  | { does: 'acknowledge' | 'askIdentity' | 'confirmIdentity' }
  | { does: 'draft' | 'answer'; outcome?: Outcome; ground?: string; note: string }
  | { does: 'askPatient'; text: string }
  | { does: 'extend'; reason: string; /** Days after the demo began. */ until: number }
  | { does: 'tellFee'; amountCents: number; basis: string }
);

export interface Story<K extends RequestKind = RequestKind> {
  /** One of these, or Zoë Jiménez of the cast. */
  mrn: (typeof askingPatients)[number]['mrn'] | 'RB000902';
  kind: K;
  details: DetailsOf<K>;
  statement?: Record<string, string>;
  channel: 'portal' | 'paper' | 'phone' | 'desk';
  /** Facility-local days between its receipt and the start of the demo. */
  daysAgo: number;
  steps: Step[];
}

const copy = { part: 'both', delivery: 'link' } as const;
const files = { part: 'images', delivery: 'file' } as const;
const no = {
  purposes: ['aiTraining', 'research'],
  vendors: 'all',
  studies: 'all',
  coversDeidentified: true,
  wordingVersion: optOutWordingVersion,
} satisfies DetailsOf<'optOut'>;
const staff = (daysAgo: number) => ({ daysAgo, by: 'staff' }) as const;
const officer = (daysAgo: number) => ({ daysAgo, by: 'officer' }) as const;
const seen = (daysAgo: number): Step => ({ ...staff(daysAgo), does: 'acknowledge' });

/**
 * The requests of a facility on a usual day, told back from the start of the demo. @param window the six years of an accounting that was
 * asked for so many days ago
 */
export function stories(window: (daysAgo: number) => DetailsOf<'accounting'>): Story[] {
  return [
    {
      mrn: 'RB002015',
      kind: 'access',
      details: copy,
      statement: { which: 'Everything of my hip, before and after the operation.' },
      channel: 'paper',
      daysAgo: 33,
      steps: [
        seen(31),
        { ...staff(6), does: 'draft', outcome: 'granted', note: 'Your images and reports are ready.' },
      ],
    },
    {
      mrn: 'RB002048',
      kind: 'access',
      details: files,
      statement: { which: 'The mammograms of the last three years.' },
      channel: 'portal',
      daysAgo: 30,
      steps: [seen(28)],
    },
    {
      mrn: 'RB002076',
      kind: 'access',
      details: copy,
      statement: { which: 'The CT.' },
      channel: 'portal',
      daysAgo: 12,
      steps: [
        seen(11),
        {
          ...staff(9),
          does: 'askPatient',
          text: 'We have two CTs of yours. Which one do you mean, or both?',
        },
      ],
    },
    {
      mrn: 'RB002101',
      kind: 'accounting',
      details: window(52),
      channel: 'desk',
      daysAgo: 52,
      steps: [
        seen(50),
        {
          ...officer(8),
          does: 'extend',
          reason:
            'Disclosures before 2023 are in an archive that is being moved. It answers from next week on.',
          until: 20,
        },
      ],
    },
    {
      mrn: 'RB002133',
      kind: 'amendment',
      details: {},
      statement: {
        wrong: 'The report says that I smoke.',
        right: 'I have never smoked.',
        why: 'My insurer asks about it.',
      },
      channel: 'portal',
      daysAgo: 41,
      steps: [
        seen(40),
        {
          ...staff(24),
          does: 'draft',
          outcome: 'denied',
          ground: 'notCreatedHere',
          note: 'The sentence comes from the referral of your family doctor, who wrote it and can correct it. We keep your statement with the report.',
        },
        { ...officer(22), does: 'answer', note: '' },
      ],
    },
    {
      mrn: 'RB002159',
      kind: 'accounting',
      details: window(58),
      channel: 'portal',
      daysAgo: 58,
      steps: [seen(57), { ...staff(21), does: 'answer', note: 'Call us with any question.' }],
    },
    {
      mrn: 'RB002190',
      kind: 'access',
      details: copy,
      statement: { which: 'My knee, both sides.' },
      channel: 'paper',
      daysAgo: 84,
      // Late, as every facility is once.
      steps: [
        seen(80),
        {
          ...staff(48),
          does: 'answer',
          outcome: 'granted',
          note: 'Your images are on the disc with this letter.',
        },
      ],
    },
    {
      mrn: 'RB002214',
      kind: 'access',
      details: files,
      channel: 'phone',
      daysAgo: 6,
      steps: [{ ...staff(5), does: 'askIdentity' }],
    },
    {
      mrn: 'RB002015',
      kind: 'access',
      details: files,
      statement: { which: 'A second disc of the same images, for my daughter.' },
      channel: 'paper',
      daysAgo: 13,
      steps: [
        seen(12),
        {
          ...staff(10),
          does: 'tellFee',
          amountCents: 650,
          basis: 'A disc, the work of copying it, and postage.',
        },
      ],
    },
    {
      mrn: 'RB002048',
      kind: 'optOut',
      details: no,
      channel: 'portal',
      daysAgo: 45,
      steps: [{ ...staff(43), does: 'answer', note: 'Your choice is in force.' }],
    },
    {
      mrn: 'RB002076',
      kind: 'optOut',
      details: { ...no, purposes: ['aiTraining'] },
      channel: 'paper',
      daysAgo: 17,
      steps: [{ ...staff(16), does: 'answer', note: 'Your choice is in force.' }],
    },
    {
      mrn: 'RB000902',
      kind: 'optOut',
      details: no,
      channel: 'portal',
      daysAgo: 16,
      steps: [{ ...staff(15), does: 'answer', note: 'Your choice is in force.' }],
    },
    { mrn: 'RB002214', kind: 'optOut', details: no, channel: 'portal', daysAgo: 1, steps: [] },
    {
      mrn: 'RB002101',
      kind: 'complaint',
      details: { about: 'whoSawIt' },
      statement: {
        happened: 'A neighbor who works at the clinic knew about my scan.',
        wish: 'Find out who looked.',
      },
      channel: 'desk',
      daysAgo: 7,
      steps: [seen(6)],
    },
    {
      mrn: 'RB002133',
      kind: 'restriction',
      details: { about: 'healthPlan' },
      statement: { limit: 'I paid for the MRI myself. My plan does not need to hear of it.' },
      channel: 'desk',
      daysAgo: 26,
      steps: [
        seen(26),
        {
          ...staff(19),
          does: 'answer',
          outcome: 'granted',
          note: 'We do not tell your health plan of this MRI. It does not stop what the law requires us to report.',
        },
      ],
    },
    {
      mrn: 'RB002159',
      kind: 'recall',
      details: { vendors: 'all' },
      statement: { wish: 'Delete what you can.' },
      channel: 'portal',
      daysAgo: 9,
      steps: [seen(8)],
    },
    {
      mrn: 'RB002190',
      kind: 'question',
      details: { topic: 'deidentified' },
      statement: { question: 'Can somebody find out from an image without my name that it is mine?' },
      channel: 'portal',
      daysAgo: 20,
      steps: [
        {
          ...staff(18),
          does: 'answer',
          outcome: 'granted',
          note: 'Of some images, yes. The label of each company says what it has tested.',
        },
      ],
    },
    {
      mrn: 'RB002214',
      kind: 'question',
      details: { topic: 'kept' },
      statement: { question: 'How long do you keep X-rays of children?' },
      channel: 'portal',
      daysAgo: 2,
      steps: [],
    },
    {
      mrn: 'RB002048',
      kind: 'accounting',
      details: window(37),
      channel: 'portal',
      daysAgo: 37,
      steps: [seen(36)],
    },
    {
      mrn: 'RB002101',
      kind: 'amendment',
      details: {},
      statement: { wrong: 'Right wrist', right: 'Left wrist', why: 'The cast was on the left.' },
      channel: 'paper',
      daysAgo: 15,
      steps: [
        seen(14),
        { ...staff(3), does: 'draft', outcome: 'granted', note: 'The report now says left wrist.' },
      ],
    },
    {
      mrn: 'RB002015',
      kind: 'accounting',
      details: window(3),
      channel: 'paper',
      daysAgo: 3,
      steps: [],
    },
    {
      mrn: 'RB002159',
      kind: 'access',
      details: copy,
      statement: { which: 'The ultrasound of May.' },
      channel: 'portal',
      daysAgo: 0,
      steps: [],
    },
  ];
}
