import type { Person } from '#app/audit/actor.ts';
import type { AnswerLetterProps } from '#app/components/answer-letter.tsx';
import type { World } from '#app/db/world.ts';
import { facilitySettings } from '#app/facility/facility.server.ts';
import type { ReadAnswer } from '#app/requests/answer.server.ts';
import { colleagues } from '#app/requests/assign.server.ts';
import { answerGap, extensionGap, type AnswerGap, type RequestState } from '#app/requests/decide.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { Outcome } from '#app/requests/moves.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { answerTemplates } from '#app/requests/templates.server.ts';
import { can } from '#app/people/can.ts';
import { localeOfPatient } from '#app/people/letters.server.ts';
import { letterView as patientsLetter } from '#app/web/present-letter.server.ts';
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
  /** Ready-made words: what they are for, and where the page starts from them. */
  templates: { outcome: Outcome; label: string }[];
  /** What the form starts from. */
  start: { outcome: Outcome | null; ground: string | null; contains: string[]; text: string };
  /** The letter as the patient will read it; null before there is a draft. */
  preview: Omit<AnswerLetterProps, 'children'> | null;
  /** What keeps it from being sent, in words; null when nothing does. */
  gap: string | null;
  /** Whether the letter itself lacks something, not only somebody who may send it. */
  mustMend: boolean;
  /** Whether the form starts from ready-made words that were asked for. */
  started: boolean;
}

const gaps: Record<Exclude<AnswerGap, 'secondLookNeeded' | 'officerOnly'> | 'feeUnanswered', MessageId> = {
  feeUnanswered: 'errors.feeUnanswered',
  answerMissing: 'errors.answerMissing',
  outcomeMissing: 'desk.letter.outcomeMissing',
  groundMissing: 'errors.groundMissing',
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
    template,
    locale,
  }: {
    request: RequestDetail;
    state: RequestState;
    person: Person;
    answer: ReadAnswer | null;
    template: Outcome | null;
    locale: Locale;
  },
): Promise<LetterView | null> {
  const definition = kindDefinition(request.kind);
  if (definition.answer !== 'letter') return null;
  const words = wordsFor(locale);
  const said = (outcome: Outcome) => words(`requests.resolution.${outcome}`);
  const mayDeny = can(person.role, 'requests.deny');
  const templates = await answerTemplates(world.db, {
    kind: request.kind,
    locale: await localeOfPatient(world.db, request.patientId),
  });
  const facility = await facilitySettings(world.db);
  const elements = new Map<string, { label: MessageId; of: string[] }>();
  for (const outcome of definition.outcomes)
    for (const { id, label } of definition.mustContain[outcome] ?? [])
      elements.set(id, { label, of: [...(elements.get(id)?.of ?? []), said(outcome)] });
  const body = template && templates[template];
  const gap = answer ? (state.feeUnanswered ? ('feeUnanswered' as const) : answerGap(state, person)) : null;
  return {
    outcomes: definition.outcomes.map((outcome) => ({
      value: outcome,
      label: said(outcome),
      ...(outcome === 'denied' && !mayDeny ? { hint: words('desk.letter.deniedHint') } : {}),
    })),
    grounds: definition.grounds.map(({ id, label, citation }) => ({
      value: id,
      label: citation ? words('desk.letter.groundWith', { ground: words(label), citation }) : words(label),
    })),
    elements: [...elements].map(([value, { label, of }]) => ({
      value,
      label: words(label),
      hint: words('desk.letter.elementOf', { outcomes: of.join(', ') }),
    })),
    templates: definition.outcomes
      .filter((outcome) => templates[outcome] !== undefined)
      .map((outcome) => ({ outcome, label: said(outcome) })),
    start: {
      outcome: template ?? answer?.outcome ?? null,
      ground: answer?.ground ?? null,
      contains: answer?.contains ?? [],
      text: body ?? answer?.note ?? '',
    },
    preview:
      answer?.outcome && facility
        ? patientsLetter(
            { kind: request.kind, outcome: answer.outcome, ground: answer.ground, note: answer.note },
            facility,
            locale,
          )
        : null,
    gap: gap && (await gapInWords(world, gap, { answer, person, words })),
    started: template !== null,
    mustMend: gap !== null && gap in gaps,
  };
}

/** What is missing; where another person has to look, who can. */
async function gapInWords(
  world: World,
  gap: AnswerGap | 'feeUnanswered',
  { answer, person, words }: { answer: ReadAnswer | null; person: Person; words: Words },
): Promise<string> {
  if (gap !== 'secondLookNeeded' && gap !== 'officerOnly') return words(gaps[gap]);
  const others = (await colleagues(world.db)).filter(
    ({ id, role }) =>
      id !== person.id &&
      id !== answer?.draftedBy?.id &&
      (answer?.outcome !== 'denied' || role === 'privacyOfficer'),
  );
  const names = others.map(({ name }) => name).join(', ');
  return words(
    names === ''
      ? 'desk.letter.nobodyElse'
      : gap === 'officerOnly'
        ? 'desk.letter.officerLooks'
        : 'desk.letter.otherLooks',
    { names },
  );
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
