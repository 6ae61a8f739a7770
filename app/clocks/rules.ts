import type { CalendarOwner } from '#app/facility/calendars.ts';
import { ClockInputError } from './input.ts';

export type ClockUnit = 'hours' | 'days' | 'months' | 'businessDays' | 'yearEndPlusDays';

/**
 * What can stop or move a clock.
 * - `none`: nothing; asking for identity papers does not stop it.
 * - `lawEnforcement`: an agency's statement delays a notice (45 CFR 164.412).
 * - `policySuspend`: the law's text has no pause; a facility may choose one (EDPB Guidelines 01/2022). Off by default.
 * - `uk`: the month runs from the latest of request, identity information and fee, and the days from asking for
 *   clarification to receiving it, both included, do not count (UK GDPR Art. 12A; same words in DPA 2018 s.54(3), (3C)).
 */
export type PauseKind = 'none' | 'lawEnforcement' | 'policySuspend' | 'uk';

export type ExtensionNeed = 'reason' | 'newDate';

/** One extension of `n` more units, counted from the start date; the notice must be sent inside the first period. */
export type ClockExtension = { n: number; needs: readonly ExtensionNeed[] };

export type ClockRule = {
  id: RuleId;
  /** A changed rule is a new version beside the old one: a request keeps the version it was filed under. */
  version: number;
  unit: ClockUnit;
  n: number;
  extension: ClockExtension | null;
  /** Whether a last day on a weekend or holiday moves to the next working day. */
  roll: boolean;
  pauses: PauseKind;
  citation: string | null;
  /** Who sets the date: the law, or the facility (or another body's policy that the facility follows). */
  basis: 'law' | 'promise';
  /** How sure the reading is. `interpretive`: a defensible choice that counsel should confirm. */
  confidence: 'settled' | 'guidance' | 'interpretive';
  /** What the start date is the date of. */
  startsOn: 'receipt' | 'discovery' | 'knowledge' | 'statement';
  /** Calendar days before the last day from which the clock shows as at risk. */
  warnAtDays: number;
};

export const ruleIds = [
  'hipaa.accounting',
  'hipaa.access',
  'hipaa.amendment',
  'hipaa.breach.individual',
  'hipaa.breach.hhsUnder500',
  'hipaa.breach.ba',
  'hipaa.accounting.oralSuspension',
  'hipaa.hhsComplaint',
  'eu.gdpr.art12',
  'eu.gdpr.art33',
  'uk.gdpr.art12a',
  'uk.complaint.ack',
  'ca.ccpa.confirm',
  'ca.ccpa.respond',
  'ca.ccpa.optOut',
  'wa.mhmda.request',
  'wa.mhmda.appeal',
  'us.infoBlocking.infeasibility',
  'nhs.ndo.apply',
  'promise.optOut',
  'promise.optOutWithdrawal',
  'promise.question',
  'promise.restriction',
  'promise.recall',
  'promise.complaint',
  'promise.appeal',
  'promise.optOutAlert',
] as const;
export type RuleId = (typeof ruleIds)[number];

type RuleFacts = Pick<ClockRule, 'id' | 'unit' | 'n' | 'citation'> & Partial<ClockRule>;

function rule(facts: RuleFacts): ClockRule {
  return {
    version: 1,
    extension: null,
    roll: false,
    pauses: 'none',
    basis: 'law',
    confidence: 'settled',
    startsOn: 'receipt',
    warnAtDays: 7,
    ...facts,
  };
}

const withReason = ['reason'] as const;
const withReasonAndDate = ['reason', 'newDate'] as const;

const clockRules: readonly ClockRule[] = [
  rule({
    // "a written statement of the reasons for the delay and the date by which the covered entity will provide the
    // accounting": 164.528(c)(1)(ii)(A); 164.524(b)(2)(iii) and 164.526(b)(2)(ii) ask for the same.
    id: 'hipaa.accounting',
    unit: 'days',
    n: 60,
    extension: { n: 30, needs: withReasonAndDate },
    citation: '45 CFR 164.528(c)(1)',
  }),
  rule({
    id: 'hipaa.access',
    unit: 'days',
    n: 30,
    extension: { n: 30, needs: withReasonAndDate },
    citation: '45 CFR 164.524(b)(2)',
  }),
  rule({
    id: 'hipaa.amendment',
    unit: 'days',
    n: 60,
    extension: { n: 30, needs: withReasonAndDate },
    citation: '45 CFR 164.526(b)(2)',
  }),
  rule({
    id: 'hipaa.breach.individual',
    unit: 'days',
    n: 60,
    pauses: 'lawEnforcement',
    startsOn: 'discovery',
    citation: '45 CFR 164.404(b)',
  }),
  rule({
    id: 'hipaa.breach.hhsUnder500',
    unit: 'yearEndPlusDays',
    n: 60,
    startsOn: 'discovery',
    citation: '45 CFR 164.408(c)',
  }),
  rule({
    // The company's own clock, to tell the facility; an agency may delay it as it may delay the facility's (164.412).
    id: 'hipaa.breach.ba',
    unit: 'days',
    n: 60,
    pauses: 'lawEnforcement',
    startsOn: 'discovery',
    citation: '45 CFR 164.410(b)',
  }),
  rule({
    id: 'hipaa.accounting.oralSuspension',
    unit: 'days',
    n: 30,
    startsOn: 'statement',
    citation: '45 CFR 164.528(a)(2)(ii)(C)',
  }),
  rule({
    id: 'hipaa.hhsComplaint',
    unit: 'days',
    n: 180,
    startsOn: 'knowledge',
    citation: '45 CFR 160.306(b)(3)',
  }),
  rule({
    id: 'eu.gdpr.art12',
    unit: 'months',
    n: 1,
    extension: { n: 2, needs: withReason },
    roll: true,
    pauses: 'policySuspend',
    citation: 'GDPR Art. 12(3); Reg. 1182/71 Art. 3',
  }),
  rule({
    // "not later than 72 hours after having become aware of it". Reg. 1182/71 Art. 3(1) leaves out the hour in which that is, and Art. 3(5)
    // wants two working days among the hours: either can only give longer, and neither is counted on (docs/decisions/032).
    id: 'eu.gdpr.art33',
    unit: 'hours',
    n: 72,
    confidence: 'interpretive',
    startsOn: 'knowledge',
    warnAtDays: 1,
    citation: 'GDPR Art. 33(1)',
  }),
  rule({
    id: 'uk.gdpr.art12a',
    unit: 'months',
    n: 1,
    extension: { n: 2, needs: withReason },
    roll: true,
    pauses: 'uk',
    citation: 'UK GDPR Arts. 12, 12A',
  }),
  rule({
    id: 'uk.complaint.ack',
    unit: 'days',
    n: 30,
    roll: true,
    confidence: 'guidance',
    citation: 'DPA 2018 s.164A',
  }),
  rule({
    id: 'ca.ccpa.confirm',
    unit: 'businessDays',
    n: 10,
    confidence: 'interpretive',
    warnAtDays: 3,
    citation: '11 CCR 7021(a)',
  }),
  rule({
    id: 'ca.ccpa.respond',
    unit: 'days',
    n: 45,
    extension: { n: 45, needs: withReason },
    confidence: 'guidance',
    citation: '11 CCR 7021(b); Civ. Code 1798.130(a)(2)',
  }),
  rule({
    id: 'ca.ccpa.optOut',
    unit: 'businessDays',
    n: 15,
    confidence: 'interpretive',
    citation: '11 CCR 7026(f)',
  }),
  rule({
    id: 'wa.mhmda.request',
    unit: 'days',
    n: 45,
    extension: { n: 45, needs: withReason },
    citation: 'RCW 19.373.040',
  }),
  rule({ id: 'wa.mhmda.appeal', unit: 'days', n: 45, citation: 'RCW 19.373.040' }),
  rule({
    id: 'us.infoBlocking.infeasibility',
    unit: 'businessDays',
    n: 10,
    confidence: 'interpretive',
    warnAtDays: 3,
    citation: '45 CFR 171.204(b)',
  }),
  rule({
    // A policy, not a statute, and its 21 days are not confirmed: so a promise, never shown as law.
    id: 'nhs.ndo.apply',
    unit: 'days',
    n: 21,
    basis: 'promise',
    confidence: 'interpretive',
    citation: 'NHS NDO operational policy (unverified)',
  }),
  rule({
    id: 'promise.optOut',
    unit: 'businessDays',
    n: 5,
    basis: 'promise',
    warnAtDays: 2,
    citation: null,
  }),
  rule({
    id: 'promise.optOutWithdrawal',
    unit: 'businessDays',
    n: 5,
    basis: 'promise',
    warnAtDays: 2,
    citation: null,
  }),
  rule({
    id: 'promise.question',
    unit: 'businessDays',
    n: 10,
    basis: 'promise',
    warnAtDays: 3,
    citation: null,
  }),
  // 45 CFR 164.522(a) and 164.530(d) set no time for these.
  rule({ id: 'promise.restriction', unit: 'days', n: 30, basis: 'promise', citation: null }),
  rule({ id: 'promise.recall', unit: 'days', n: 30, basis: 'promise', citation: null }),
  rule({ id: 'promise.complaint', unit: 'days', n: 30, basis: 'promise', citation: null }),
  rule({ id: 'promise.appeal', unit: 'days', n: 30, basis: 'promise', citation: null }),
  // To look into a transfer that a "no" should have stopped, and to say what came of it.
  rule({
    id: 'promise.optOutAlert',
    unit: 'businessDays',
    n: 5,
    basis: 'promise',
    startsOn: 'discovery',
    warnAtDays: 2,
    citation: null,
  }),
];

/** Rules whose number of days the facility promises, and may change: `promised` of a count. */
export const ownPromises: readonly ClockRule[] = clockRules.filter(({ id }) => id.startsWith('promise.'));

/** Whose calendar of holidays a rule counts: that of its law, or that of the facility's promises. */
export function calendarOf({ id, basis }: Pick<ClockRule, 'id' | 'basis'>): CalendarOwner {
  if (basis === 'promise') return 'promise';
  const owner = ownersOfLaw[id.split('.')[0] ?? ''];
  if (!owner) throw new Error(`rule ${id} has no calendar`);
  return owner;
}

const ownersOfLaw: Partial<Record<string, CalendarOwner>> = {
  hipaa: 'US',
  us: 'US',
  ca: 'US-CA',
  wa: 'US-WA',
  eu: 'EU',
  uk: 'UK',
};

/** What a facility may promise, in the rule's own unit. */
export const promiseRange = { least: 1, most: 366 } as const;

export function isRuleId(value: unknown): value is RuleId {
  return typeof value === 'string' && (ruleIds as readonly string[]).includes(value);
}

/**
 * The rule of that id: the given version, or the newest.
 * @throws ClockInputError `unknownRule` when no such rule or version exists.
 */
export function clockRule(id: RuleId, version?: number): ClockRule {
  const versions = clockRules.filter((each) => each.id === id);
  const found =
    version === undefined
      ? versions.reduce<ClockRule | null>(
          (newest, each) => (newest && newest.version > each.version ? newest : each),
          null,
        )
      : versions.find((each) => each.version === version);
  if (!found)
    throw new ClockInputError('unknownRule', version === undefined ? id : `${id} version ${version}`);
  return found;
}
