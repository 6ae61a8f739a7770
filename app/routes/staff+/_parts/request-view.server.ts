import { eventsOfRequest } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import type { AccountingViewProps } from '#app/components/accounting-view.tsx';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { TemplateUse } from '#app/facility/templates.ts';
import { audienceOf } from '#app/people/acting-for.server.ts';
import { can } from '#app/people/can.ts';
import { patientRecord, type PatientRecord } from '#app/people/patients.server.ts';
import { requestState } from '#app/requests/requests.server.ts';
import { readAnswer, type ReadAnswer } from '#app/requests/answer.server.ts';
import { openMoves } from '#app/requests/decide.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { AnswerShape } from '#app/requests/kinds/kind.ts';
import type { MoveName, RequestStatus } from '#app/requests/moves.ts';
import { disagreementsOf, mayDisagree } from '#app/requests/messages.server.ts';
import { findRequest, type RequestDetail } from '#app/requests/reading.server.ts';
import { readAck } from '#app/requests/request-clock.ts';
import { sentLetters } from '#app/requests/sent-letters.server.ts';
import { wordsThatMayBeEntered, type TheirWord } from '#app/requests/their-word.server.ts';
import { templatesFor } from '#app/requests/templates.server.ts';
import { accountingView } from '#app/web/present-accounting.server.ts';
import { clockView, type ClockView } from '#app/web/present-clock.server.ts';
import { letterView as asRead } from '#app/web/present-letter.server.ts';
import { shorterTime } from '#app/web/present-request-file.server.ts';
import { timelineView, type TimelineLine } from '#app/web/present-timeline.server.ts';
import { acceptedDocuments } from '#app/web/uploads.server.ts';
import { citationIn } from '#app/words/citations.ts';
import { dateInWords, instantInWords, receivedInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import { cameView, type CameView } from './came-view.server.ts';
import { choiceView, type ChoiceView } from './choice-view.server.ts';
import { askedInWords } from './asked.server.ts';
import { elementsView, type ElementCheck } from './elements-view.server.ts';
import { followsView, type FollowsView } from './follows-view.server.ts';
import { feeFoldView, type FeeFoldView } from './fee-fold.server.ts';
import { extensionView, letterView, type ExtensionView, type LetterView } from './letter-view.server.ts';
import { aroundView, type AroundView } from './request-around.server.ts';
import { toPostView, type ToPostView } from './to-post-view.server.ts';
import { statusInWords, turnInWords, turnOf, type Turn } from './in-words.ts';

export interface Fact {
  term: string;
  value: string;
}

export interface AnswerView {
  draftedAt: string;
  draftedBy: string | null;
  /** Null: a draft. */
  sentAt: string | null;
  note: string | null;
  accounting: AccountingViewProps | null;
  elements: ElementCheck[];
  /** Of the rows that the law lists: addresses that are not known. */
  addressesUnknown: number;
  ledgerChanges: number;
  /** The request asks about less time than the draft is of. */
  timeChanged: boolean;
  /** Tells two drafts apart. */
  draft: string;
}

export interface RequestView {
  id: string;
  reference: string;
  kind: string;
  shape: AnswerShape;
  patient: string;
  version: number;
  clock: ClockView;
  timeZone: string;
  turn: Turn;
  turnInWords: string;
  status: string;
  withdrawn: boolean;
  /** Not answered and not closed. */
  open: boolean;
  /** For `<input accept>`. */
  accept: string;
  facts: Fact[];
  moves: MoveName[];
  /** Whether this reader may act at all; an auditor only reads. */
  mayAct: boolean;
  mayAudit: boolean;
  answer: AnswerView | null;
  choice: ChoiceView | null;
  history: TimelineLine[];
  /** What was asked, in the words of whoever asked. */
  asked: Fact[];
  /** Of a kind that is answered by a letter. */
  letter: LetterView | null;
  extension: ExtensionView;
  /** The letter as it went to the patient. */
  sentLetter: LetterView['preview'];
  /** What there are ready-made words for. */
  templates: TemplateUse[];
  /** The answered request that this one asks to have looked at again. */
  follows: FollowsView | null;
  /** The request that is answered for this one too. */
  duplicateOf: { id: string; reference: string; stands: 'open' | 'answered' | 'ended' } | null;
  /** References of what was closed because this one is answered for it too. */
  answersToo: string[];
  /** Null for a kind that costs nothing. */
  fee: FeeFoldView | null;
  around: AroundView;
  /** What was told and nobody reads on a page, with today's date there; null: somebody does, or nothing was. */
  toPost: ToPostView | null;
  /** Somebody reads on a page what is told. */
  readOnline: boolean;
  came: CameView;
  /** What may be entered that the patient said without an account. */
  theirWords: TheirWord[];
  /** The time that it asks about, where a patient could ask about less of it. */
  shorterTime: ReturnType<typeof shorterTime>;
  /** Whether a statement of disagreement may be put with it. */
  mayDisagree: boolean;
  /** Of a request for copies: denied amendments whose statements go along (45 CFR 164.526(d)(5)). */
  disagreements: { id: string; reference: string }[];
}

/** One request as staff see it; null when there is none. All dates in the request's own facility zone. */
export async function requestView(
  world: World,
  { id, person, now, locale }: { id: string; person: Person; now: Date; locale: Locale },
): Promise<(RequestView & { patientId: string }) | null> {
  const request = await findRequest(world.db, id, null);
  if (!request) return null;
  const words = wordsFor(locale);
  const [state, facility, patient, answer, events, choice, letters, toPost, came, readers] =
    await Promise.all([
      requestState(world, id, now),
      theFacility(world.db),
      patientRecord(world.db, request.patientId),
      readAnswer(world, id, 'any'),
      eventsOfRequest(world.db, id),
      choiceView(world.db, request, { locale, now }),
      sentLetters(world, id),
      toPostView(world, request, { now, locale }),
      cameView(world, request, now),
      audienceOf(world.db, { patientId: request.patientId, filedById: request.filedBy.id, now }),
    ]);
  if (!state || !patient) throw new Error('a request is about a patient');
  const { shape, timeZone } = { shape: kindDefinition(request.kind).answer, timeZone: request.timeZone };
  const follows = await followsView(world, { id, state, person });
  return {
    id,
    patientId: request.patientId,
    reference: request.reference,
    kind: words(`requests.kind.${request.kind}`),
    shape,
    patient: `${patient.givenName} ${patient.familyName}`,
    version: request.version,
    clock: clockView(request, now, locale),
    timeZone,
    turn: turnOf(request),
    turnInWords: turnInWords(words, request),
    status: statusInWords(words, request),
    withdrawn: request.resolution === 'withdrawn',
    open: turnOf(request) !== 'nobody',
    accept: acceptedDocuments,
    facts: [...factsOf(request, patient, words, locale), ...ackFacts(request, { now, words, locale })],
    moves: openMoves(state, person),
    mayAct: can(person.role, 'requests.process'),
    mayAudit: can(person.role, 'audit.read'),
    answer: answer && answerView(answer, timeZone, locale),
    choice,
    history: timelineView(events, { locale, timeZone, audience: 'staff', facilityName: facility.name }),
    asked: await askedInWords(world, request, { locale, follows: follows !== null }),
    letter: await letterView(world, { request, state, person, answer, locale }),
    extension: extensionView(state, person, locale),
    sentLetter: letters.answer && asRead(letters.answer),
    templates: await templatesFor(world.db, request),
    follows,
    duplicateOf: request.duplicateOf && {
      id: request.duplicateOf.id,
      reference: request.duplicateOf.reference,
      stands: standsAs(request.duplicateOf.status),
    },
    answersToo: request.answersToo,
    fee: await feeFoldView(world, request, { events, locale }),
    toPost,
    readOnline: readers.length > 0,
    came,
    theirWords: can(person.role, 'requests.process') ? await wordsThatMayBeEntered(world, id) : [],
    shorterTime: shorterTime(request, locale),
    mayDisagree: mayDisagree(request, answer?.ground ?? null),
    disagreements: request.kind === 'access' ? await disagreementsOf(world.db, request.patientId) : [],
    around: await aroundView(world, { request, events, person, now, locale }),
  };
}

const standsAs = (status: RequestStatus) =>
  status === 'responded' ? 'answered' : status === 'closed' ? 'ended' : 'open';

const channels = {
  portal: 'staff.channel.portal',
  paper: 'staff.channel.paper',
  phone: 'staff.channel.phone',
  desk: 'staff.channel.desk',
} as const;

function factsOf(request: RequestDetail, patient: PatientRecord, words: Words, locale: Locale): Fact[] {
  const channel = channels[request.channel as keyof typeof channels];
  const window =
    request.kind === 'accounting' ? kindDefinition('accounting').details.safeParse(request.details) : null;
  return [
    {
      term: words('staff.fact.patient'),
      value: words('staff.fact.patientBorn', {
        name: `${patient.givenName} ${patient.familyName}`,
        date: dateInWords(locale, patient.bornOn),
      }),
    },
    {
      term: words('disclosures.accounting.fact.identifiers', { count: patient.identifiers.length }),
      value: patient.identifiers
        .map(({ issuer, value }) => words('disclosures.accounting.fact.identifier', { issuer, value }))
        .join(', '),
    },
    {
      term: words('staff.fact.askedBy'),
      value: request.filedBy.isPatient
        ? request.filedBy.name
        : words('requests.actor.nameFor', {
            name: request.filedBy.name,
            patient: `${patient.givenName} ${patient.familyName}`,
          }),
    },
    { term: words('staff.fact.channel'), value: words(channel) },
    {
      term: words('staff.fact.received'),
      value: receivedInWords(locale, request),
    },
    ...(window?.success
      ? [
          {
            term: words('disclosures.accounting.fact.window'),
            value: words('disclosures.accounting.fact.windowDates', {
              from: dateInWords(locale, window.data.from),
              to: dateInWords(locale, window.data.to),
            }),
          },
        ]
      : []),
    { term: words('staff.column.owner'), value: request.assignee?.name ?? words('staff.owner.nobody') },
  ];
}

/** Where the law wants the patient told that it arrived: by when, and whether that was kept. */
export function ackFacts(
  request: RequestDetail,
  { now, words, locale }: { now: Date; words: Words; locale: Locale },
): Fact[] {
  const ack = readAck(request, now);
  if (!ack?.state) return [];
  return [
    {
      term: words('staff.fact.confirmation'),
      value: words('staff.fact.confirmationBy', {
        state: ack.state,
        date: dateInWords(locale, ack.count.effectiveDueDate),
        citation: citationIn(locale, ack.rule.citation) ?? '',
      }),
    },
  ];
}

function answerView(answer: ReadAnswer, timeZone: string, locale: Locale): AnswerView {
  const listed = answer.accounting?.requiredByLaw ?? [];
  return {
    draftedAt: instantInWords(locale, answer.draftedAt, timeZone),
    draftedBy: answer.draftedBy?.name ?? null,
    sentAt: answer.sentAt && instantInWords(locale, answer.sentAt, timeZone),
    note: answer.note,
    accounting: answer.accounting && accountingView(answer.accounting, locale),
    elements: elementsView(listed, locale),
    addressesUnknown: listed.filter(({ recipient }) => recipient.address === null).length,
    ledgerChanges: answer.ledgerChanges,
    timeChanged: answer.timeChanged,
    draft: answer.draftedAt.toISOString(),
  };
}
