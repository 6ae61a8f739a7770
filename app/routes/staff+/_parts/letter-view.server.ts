import type { Person } from '#app/audit/actor.ts';
import type { AnswerLetterProps } from '#app/components/answer-letter.tsx';
import { isJurisdiction } from '#app/clocks/jurisdictions.ts';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import type { ReadAnswer } from '#app/requests/answer.server.ts';
import { colleagues } from '#app/requests/assign.server.ts';
import type { RequestState } from '#app/requests/request-state.ts';
import { answerGap, extensionGap, type AnswerGap } from '#app/requests/gaps.ts';
import { decidedBy, type DenialGround } from '#app/requests/kinds/kind.ts';
import { groundsIn, groundsOf, kindDefinition } from '#app/requests/kinds/registry.ts';
import { resolutionWords } from '#app/requests/letters.ts';
import { composeAnswer } from '#app/requests/letter.ts';
import type { Outcome } from '#app/requests/moves.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { can } from '#app/people/can.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { letterView as asRead } from '#app/web/present-letter.server.ts';
import { citationIn } from '#app/words/citations.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId, type Words } from '#app/words/words.ts';

interface Choice {
  value: string;
  label: string;
  hint?: string;
}

export interface LetterView {
  outcomes: Choice[];
  grounds: Choice[];
  /** Everything that a letter of one of the outcomes must say, and of which. */
  elements: Choice[];
  /** What the form starts from. */
  start: { outcome: Outcome | null; ground: string | null; contains: string[]; text: string };
  /** The letter as the patient will read it; null before there is a draft. */
  preview: Omit<AnswerLetterProps, 'children' | 'headingLevel'> | null;
  /** What keeps it from being sent, in words; null when nothing does. */
  gap: string | null;
  /** Whether the letter itself lacks something, not only somebody who may send it. */
  mustMend: boolean;
  /** Whether the law leaves fewer grounds for what was asked than for others of its kind. */
  bound: boolean;
}

type Gap = AnswerGap | 'feeUnanswered' | 'tookPart';

const gaps: Record<Exclude<Gap, 'secondLookNeeded' | 'officerOnly'>, MessageId> = {
  tookPart: 'errors.tookPart',
  feeUnanswered: 'errors.feeUnanswered',
  answerMissing: 'errors.answerMissing',
  outcomeMissing: 'desk.letter.outcomeMissing',
  groundMissing: 'errors.groundMissing',
  textMissing: 'errors.textMissing',
  blanksLeft: 'errors.blanksLeft',
  partsMissing: 'errors.partsMissing',
};

/** The letter of a request on its way; null for a kind that is answered otherwise. */
export async function letterView(
  world: World,
  {
    request,
    state,
    person,
    answer,
    locale,
  }: {
    request: RequestDetail;
    state: RequestState;
    person: Person;
    answer: ReadAnswer | null;
    locale: Locale;
  },
): Promise<LetterView | null> {
  const definition = kindDefinition(request.kind);
  if (definition.answer !== 'letter') return null;
  const words = wordsFor(locale);
  const said = (outcome: Outcome) => words(resolutionWords(request.kind, outcome));
  const mayDeny = can(person.role, 'requests.deny');
  const facility = await facilitySettings(world.db);
  const elements = new Map<string, { label: MessageId; of: string[] }>();
  for (const outcome of definition.outcomes)
    for (const { id, label } of definition.mustContain[outcome] ?? [])
      elements.set(id, { label, of: [...(elements.get(id)?.of ?? []), said(outcome)] });
  const gap = answer && gapOf(state, person);
  const here = (all: readonly DenialGround[]) =>
    isJurisdiction(request.jurisdiction) ? groundsIn(request.jurisdiction, all) : [];
  const grounds = here(groundsOf(request.kind, request.details));
  return {
    outcomes: definition.outcomes.map((outcome) => ({
      value: outcome,
      label: said(outcome),
      ...(decidedBy(definition, outcome) === 'requests.deny' && !mayDeny
        ? { hint: words('desk.letter.deniedHint') }
        : {}),
    })),
    grounds: grounds.map(({ id, label, citation }) => ({
      value: id,
      label: citation
        ? words('desk.letter.groundWith', { ground: words(label), citation: citationIn(locale, citation) })
        : words(label),
    })),
    elements: [...elements].map(([value, { label, of }]) => ({
      value,
      label: words(label),
      hint: words('desk.letter.elementOf', { outcomes: of.join(', ') }),
    })),
    start: {
      outcome: answer?.outcome ?? null,
      ground: answer?.ground ?? null,
      contains: answer?.contains ?? [],
      text: answer?.note ?? '',
    },
    preview:
      answer?.outcome && facility
        ? asRead(
            composeAnswer(
              {
                kind: request.kind,
                jurisdiction: request.jurisdiction,
                outcome: answer.outcome,
                ground: answer.ground,
                note: answer.note,
              },
              facility,
              await localeOfPatient(world.db, request.patientId),
            ),
          )
        : null,
    gap: gap && (await gapInWords(world, gap, { state, answer, person, words })),
    mustMend: gap !== null && gap !== 'tookPart' && gap in gaps,
    bound: grounds.length < here(definition.grounds).length,
  };
}

function gapOf(state: RequestState, person: Person): Gap | null {
  if (state.feeUnanswered) return 'feeUnanswered';
  return state.appealedFrom?.includes(person.id) ? 'tookPart' : answerGap(state, person);
}

/** What is missing; where another person has to look, who can, and what to do where nobody can. */
async function gapInWords(
  world: World,
  gap: Gap,
  {
    state,
    answer,
    person,
    words,
  }: { state: RequestState; answer: ReadAnswer | null; person: Person; words: Words },
): Promise<string> {
  if (gap !== 'secondLookNeeded' && gap !== 'officerOnly') return words(gaps[gap]);
  const definition = kindDefinition(state.kind);
  const outcome = answer?.outcome ?? null;
  const isLookedAt = outcome !== null && definition.secondLook.includes(outcome);
  const hands = isLookedAt ? [answer?.draftedBy?.id ?? '', ...(state.draft?.filesById ?? [])] : [];
  const others = (await colleagues(world.db)).filter(
    ({ id }) => id !== person.id && !state.appealedFrom?.includes(id),
  );
  const deciders = others.filter(({ role }) => !outcome || can(role, decidedBy(definition, outcome)));
  const senders = deciders.filter(({ id }) => !hands.includes(id));
  const told = (id: MessageId, people: typeof others) =>
    words(id, { names: people.map(({ name }) => name).join(', ') });
  if (senders.length > 0)
    return told(gap === 'officerOnly' ? 'desk.letter.officerLooks' : 'desk.letter.otherLooks', senders);
  // Whoever keeps the letter is the one who drafted it, with the files as they are then: the others have no hand in it any more.
  if (gap === 'officerOnly' && deciders.length > 0) return told('desk.letter.keepAgain', deciders);
  if (gap === 'secondLookNeeded' && others.length > 0) return told('desk.letter.otherDrafts', others);
  return words('desk.letter.nobodyElse');
}

export interface ExtensionView {
  /** Why there is no extra time to be had, in words; null when there is. */
  not: string | null;
  /** The days that the new last day can be, facility-local. */
  first: string;
  longest: string;
  longestInWords: string;
}

/** What can be done about the last day. */
export function extensionView(
  { clock, status }: RequestState,
  person: Person,
  locale: Locale,
): ExtensionView {
  const words = wordsFor(locale);
  const ended = status === 'responded' || status === 'closed';
  const longest = clock.longestDueOn ?? clock.firstDueOn;
  const gap = extensionGap(clock, { reason: 'given', newDueOn: longest });
  const not = ended
    ? 'errors.notFromThisStatus'
    : gap === 'noExtension' || gap === 'alreadyExtended' || gap === 'extensionTooLate'
      ? (`errors.${gap}` as const)
      : can(person.role, 'requests.extend')
        ? null
        : 'desk.extend.officer';
  return {
    not: not && words(not),
    first: clock.firstDueOn,
    longest,
    longestInWords: dateInWords(locale, longest),
  };
}
