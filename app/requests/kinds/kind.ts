import type { z } from 'zod';
import type { Jurisdiction, Place } from '#app/clocks/jurisdictions.ts';
import type { RuleId } from '#app/clocks/rules.ts';
import type { MessageId } from '#app/words/words.ts';
import type { Outcome } from '../moves.ts';

/**
 * How a request of this kind is answered: by a list from the ledger, by a confirmation of what counts already, or by a letter that staff
 * write.
 */
export type AnswerShape = 'accounting' | 'confirmation' | 'letter';

/** One thing that a kind's form asks. Words are kept sealed; a choice, a date or a list of companies is kept as it is. */
export interface FormField {
  name: string;
  input: 'words' | 'line' | 'choice' | 'date' | 'vendors';
  label: MessageId;
  hint?: MessageId;
  required: boolean;
  /** Of a choice. `places`: where the law has this one; absent: everywhere. */
  options?: readonly { value: string; label: MessageId; places?: readonly Place[] }[];
}

/** A reason for saying no, with the law or the promise that allows it. */
export interface DenialGround {
  id: string;
  label: MessageId;
  /** The same of what is left, where the whole sentence would deny what was granted too. */
  inPart?: MessageId;
  /** The law that allows it; null: none has to, for it states a fact. Where a place is left out, nobody can be refused for this there. */
  citations: Partial<Record<Place, string | null>>;
  /** Whether the patient may have it looked at again by somebody else (45 CFR 164.524(a)(4)). */
  reviewable: boolean;
}

/** Something that the letter must say. Staff tick it before the letter can leave. */
export interface AnswerElement {
  id: string;
  label: MessageId;
}

export interface KindDefinition<Details> {
  kind: string;
  title: MessageId;
  /** What it is for, in a sentence or two, before somebody begins. */
  lead: MessageId;
  /** The same where the law has another right. */
  leads?: Partial<Record<Place, MessageId>>;
  /** Under which heading a patient finds it. */
  group: 'images' | 'records' | 'talk';
  /** Where a patient asks for it, where that is not the form of its kind. */
  page?: string;
  /** Whether its answer may cost something: 45 CFR 164.524(c)(4), 164.528(c)(2). */
  mayCost?: boolean;
  /** The clock by the facility's jurisdiction. */
  rules: Record<Jurisdiction, RuleId>;
  /** Where the law sets a day by which the patient is told that it arrived: the clock of that. `rules` is the answer's. */
  acknowledged?: Partial<Record<Jurisdiction, RuleId>>;
  /** The part of the form that is kept as it is. Checked at the door, and kept with the request. */
  details: z.ZodType<Details>;
  /** What the form asks; null where the kind has a form of its own. */
  form: readonly FormField[] | null;
  /** Whether documents may come with it. */
  takesFiles: boolean;
  answer: AnswerShape;
  outcomes: readonly Outcome[];
  /** Whether it may be refused to somebody who does not show who they are. */
  needsIdentity: boolean;
  grounds: readonly DenialGround[];
  /** Whether a ground is one for what was asked; absent: all of them are. */
  allows?(details: Details, ground: string): boolean;
  mustContain: Partial<Record<Outcome, readonly AnswerElement[]>>;
  /** Outcomes that one person drafts and another one sends. */
  secondLook: readonly Outcome[];
  /** Whether a patient may take it back before it is answered. A "no" counts at once: taking that back is a request of its own. */
  canWithdraw: boolean;
}

/** The ground of a refusal to somebody who does not show who they are. */
export const identityNotShown: DenialGround = {
  id: 'identityNotShown',
  label: 'requests.ground.identityNotShown',
  citations: { states: '45 CFR 164.514(h)(1)', EU: 'GDPR Art. 12(2)', UK: 'UK GDPR Art. 12(2)' },
  reviewable: false,
};

/** The ground of a refusal of what is "manifestly unfounded or excessive", which the facility has to show (Art. 12(5)). */
export const excessive: DenialGround = {
  id: 'excessive',
  label: 'requests.ground.excessive',
  citations: { EU: 'GDPR Art. 12(5)(b)', UK: 'UK GDPR Art. 12(5)(b)' },
  reviewable: false,
};

/**
 * Whether an outcome says no, all or in part: 45 CFR 164.524(d) and 164.526(d) ask the same of a denial "in whole or in part". A kind
 * without grounds can leave something open, not deny it.
 */
export function saysNo({ grounds }: Pick<KindDefinition<unknown>, 'grounds'>, outcome: Outcome): boolean {
  return outcome === 'denied' || (outcome === 'grantedInPart' && grounds.length > 0);
}

/** Whether staff may decide this, or the privacy officer alone: a denial is the officer's. */
export function decidedBy(
  kind: Pick<KindDefinition<unknown>, 'grounds'>,
  outcome: Outcome,
): 'requests.process' | 'requests.deny' {
  return saysNo(kind, outcome) ? 'requests.deny' : 'requests.process';
}

/** One rule wherever the facility is. */
export function everywhere(rule: RuleId): Record<Jurisdiction, RuleId> {
  return { US: rule, 'US-CA': rule, 'US-WA': rule, EU: rule, UK: rule };
}

/**
 * One rule in the United States, and the month of Art. 12 in the European Union and the United Kingdom. California's and Washington's own
 * clocks leave out what a HIPAA covered entity holds about patients (Civ. Code 1798.145(c), 1798.146; RCW 19.373.100).
 */
export function inTheStates(rule: RuleId): Record<Jurisdiction, RuleId> {
  return { ...everywhere(rule), EU: 'eu.gdpr.art12', UK: 'uk.gdpr.art12a' };
}
