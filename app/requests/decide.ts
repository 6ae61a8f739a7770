import { actorId, type Person, type plainview } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import { hasBlanks } from '#app/facility/templates.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { can, mayAct } from '#app/people/can.ts';
import { cameGap, type Asking, type CameGap } from './came.ts';
import { decidedBy, identityNotShown, saysNo } from './kinds/kind.ts';
import { groundsOf, kindDefinition, type RequestKind } from './kinds/registry.ts';
import {
  moveNames,
  moves,
  type MoveName,
  type MoveNeed,
  type MoveRule,
  type Outcome,
  type RequestResolution,
  type RequestStatus,
} from './moves.ts';

/** An answer that is not sent yet. */
export interface AnswerDraft {
  outcome: Outcome | null;
  ground: string | null;
  /** Elements of the kind's answer that are ticked as being in it. */
  contains: readonly string[];
  draftedById: string | null;
  /** Who put a file to it or took one out since. */
  filesById: readonly string[];
  hasText: boolean;
  /** Whether a blank of a template stands in it unfilled. */
  blanksLeft: boolean;
}

/** The request that one is said to be the same as. */
export interface Twin {
  id: string;
  /** Whether it is of the same patient. */
  isTheirs: boolean;
  kind: RequestKind;
  receivedAt: Date;
  /** Null: not answered yet. */
  answeredAt: Date | null;
  /** Withdrawn, or itself the same as another: it is not answered. */
  closed: boolean;
}

/** What the clock says when a move is decided. Facility-local dates. */
export interface ClockFacts {
  today: string;
  /** Last day of the first period. */
  firstDueOn: string;
  /** Last day that an extension can reach; null when the rule has none. */
  longestDueOn: string | null;
  extended: boolean;
  /** Stopped: the first period is not over, whatever the date. */
  paused: boolean;
}

export interface RequestState {
  kind: RequestKind;
  patientId: string;
  status: RequestStatus;
  resolution: RequestResolution | null;
  version: number;
  draft: AnswerDraft | null;
  /** The account that filed it. */
  filedById?: string;
  /** What its form asked, as it is kept. */
  details?: unknown;
  receivedAt?: Date;
  receivedTimeKnown?: boolean;
  /** Whether staff entered it, and its patient's day of birth: when it came can be a mistake of theirs. */
  entered?: { bornOn: string } | null;
  /** What the patient was asked for and has not answered: the status in which it is waited for, and the facility-local day of asking. */
  asking?: { status: Asking['status']; on: string } | null;
  /** Who asked for proof of who it is, last. */
  identityAskedById?: string | null;
  /** Of an appeal: whoever drafted or sent the answer that it is about, or one that came before that. */
  appealedFrom?: readonly string[];
  /** A cost was told, and the patient has not said what they want. */
  feeUnanswered: boolean;
  clock: ClockFacts;
}

export interface Move {
  name: MoveName;
  reason?: string;
  /** Of an extension: the day by which the answer will come. */
  newDueOn?: string;
  /** Of a duplicate: the other request. */
  twin?: Twin;
  /** Of a duplicate that Plainview opens again: what became of the other request. */
  because?: 'otherEnded' | 'otherIsNotTheirs';
  /** Of what staff enter for somebody: how it came, and the facility-local day on which it did. */
  word?: { channel: 'paper' | 'phone' | 'desk'; receivedOn: string };
  /** Of what was waited for: the facility-local day on which it came; absent: now. */
  cameOn?: string;
  /** Of a correction: when it truly came, and the day of that in the request's zone. */
  received?: { at: Date; on: string; timeKnown: boolean };
  /** The version the mover was looking at. */
  expectedVersion: number;
}

/** Why a move is refused. */
export type MoveRefusal =
  | 'notYours'
  | 'changedMeanwhile'
  | 'notFromThisStatus'
  | 'inForceAlready'
  | 'reasonMissing'
  | 'feeUnanswered'
  | 'tookPart'
  | 'identityNotNeeded'
  | 'twinMissing'
  | 'twinNotFirst'
  | 'wordMissing'
  | ReceivedGap
  | CameGap
  | AnswerGap
  | ExtensionGap;

/** What a corrected day of receipt lacks. `notEntered`: it came through the site, whose clock tells. */
export type ReceivedGap =
  'notEntered' | 'receivedMissing' | 'receivedInFuture' | 'receivedBeforeBirth' | 'receivedSame';

/** What an answer lacks. */
export type AnswerGap =
  | 'answerMissing'
  | 'outcomeMissing'
  | 'officerOnly'
  | 'groundMissing'
  | 'textMissing'
  | 'blanksLeft'
  | 'partsMissing'
  | 'secondLookNeeded';

/** What an extension lacks. */
export type ExtensionGap =
  'blanksLeft' | 'noExtension' | 'alreadyExtended' | 'extensionTooLate' | 'newDateMissing' | 'newDateOutside';

export type Decision =
  | {
      ok: true;
      next: {
        status: RequestStatus;
        resolution: RequestResolution | null;
        version: number;
        acknowledgedAt?: Date;
        respondedAt?: Date;
        closedAt?: Date | null;
        extendedAt?: Date;
        duplicateOfId?: string | null;
        receivedAt?: Date;
        receivedTimeKnown?: boolean;
      };
      event: {
        type: AuditEventType;
        before: AuditFacts;
        after: AuditFacts;
        reason?: string;
        visibleToPatient: boolean;
      };
      clockEvent: MoveRule['clockEvent'];
      /** The facility-local day of that; absent: now. */
      cameOn?: string;
      notices: readonly NoticeKind[];
    }
  | { ok: false; refusal: MoveRefusal };

/** Who moves a request: a person, or Plainview by itself. */
export type Mover = Person | typeof plainview;

/** What a move does to a request, or why it may not be made. Pure: state, move, actor and instant in, the next state out. */
export function decide(state: RequestState, move: Move, actor: Mover, now: Date): Decision {
  const rule = moves[move.name];
  if (!isAllowedTo(rule.who, state, actor)) return { ok: false, refusal: 'notYours' };
  if (move.expectedVersion !== state.version) return { ok: false, refusal: 'changedMeanwhile' };
  if (!rule.from.includes(state.status)) return { ok: false, refusal: 'notFromThisStatus' };
  // A "no" counts from the moment it is filed. Taking it back is a request of its own, not the end of this one.
  if (
    (move.name === 'withdraw' || move.name === 'enterWithdrawal') &&
    !kindDefinition(state.kind).canWithdraw
  )
    return { ok: false, refusal: 'inForceAlready' };
  const refusal = unmetNeed(rule, state, move, actor);
  if (refusal) return { ok: false, refusal };

  const resolution = resolutionAfter(state, move.name);
  const came: { cameOn?: string } =
    rule.needs.includes('cameOn') && move.cameOn ? { cameOn: move.cameOn } : {};
  const received = rule.needs.includes('received') ? move.received : undefined;
  const reopens = isReopening(move.name);
  const to = rule.to === 'same' ? state.status : rule.to;
  // What is still asked for keeps its clock as it is: it goes on where that is waited for.
  const status = (reopens && state.asking?.status) || to;
  return {
    ok: true,
    next: {
      status,
      resolution,
      version: state.version + 1,
      ...(move.name === 'acknowledge' ? { acknowledgedAt: now } : {}),
      ...(status === 'responded' ? { respondedAt: now } : {}),
      ...(move.name === 'extend' ? { extendedAt: now } : {}),
      ...(status === 'closed' ? { closedAt: now } : {}),
      ...(move.name === 'markDuplicate' ? { duplicateOfId: move.twin?.id ?? null } : {}),
      ...(reopens ? { closedAt: null, duplicateOfId: null } : {}),
      ...(received ? { receivedAt: received.at, receivedTimeKnown: received.timeKnown } : {}),
    },
    event: {
      type: rule.event,
      before: { status: state.status, resolution: state.resolution },
      after: {
        status,
        resolution,
        ...(move.newDueOn ? { newDueOn: move.newDueOn } : {}),
        ...groundAfter(state, move.name),
        ...came,
        ...(received ? { cameTrulyOn: received.on } : {}),
        ...(move.because ? { because: move.because } : {}),
        ...move.word,
      },
      // The reasons of an extension and of a refusal are a letter to the patient: they rest sealed.
      ...(move.reason && move.name !== 'extend' && move.name !== 'refuseIdentity'
        ? { reason: move.reason }
        : {}),
      visibleToPatient: rule.visibleToPatient,
    },
    clockEvent: rule.clockEvent,
    ...came,
    notices: rule.notices,
  };
}

function groundAfter({ draft }: RequestState, move: MoveName): { ground?: string } {
  if (move === 'refuseIdentity') return { ground: identityNotShown.id };
  return move === 'respond' && draft?.ground ? { ground: draft.ground } : {};
}

function resolutionAfter(state: RequestState, move: MoveName): RequestResolution | null {
  if (move === 'withdraw' || move === 'enterWithdrawal') return 'withdrawn';
  if (move === 'markDuplicate') return 'duplicate';
  if (move === 'refuseIdentity') return 'denied';
  if (isReopening(move)) return null;
  if (move === 'respond') return state.draft?.outcome ?? null;
  return state.resolution;
}

const isReopening = (move: MoveName): boolean => moves[move].event === 'request.reopened';

function unmetNeed(rule: MoveRule, state: RequestState, move: Move, actor: Mover): MoveRefusal | null {
  for (const need of rule.needs) {
    const refusal = unmet(need, state, move, actor);
    if (refusal) return refusal;
  }
  return null;
}

function unmet(need: MoveNeed, state: RequestState, move: Move, actor: Mover): MoveRefusal | null {
  switch (need) {
    case 'answer':
      return actor.kind === 'system' ? 'notYours' : answerGap(state, actor);
    case 'feeSettled':
      return state.feeUnanswered ? 'feeUnanswered' : null;
    case 'extension':
      return extensionGap(state.clock, move);
    case 'reason':
      return move.reason?.trim() ? null : 'reasonMissing';
    case 'freshEyes':
      return state.appealedFrom?.includes(actorId(actor) ?? '') ? 'tookPart' : null;
    case 'identityNeeded':
      return actor.kind === 'system' ? 'notYours' : identityGap(state, actor);
    case 'twin':
      return twinGap(state, move.twin);
    case 'theirWord':
      return move.word ? null : 'wordMissing';
    case 'cameOn':
      return move.cameOn
        ? cameGap(move.cameOn, { askedOn: state.asking?.on ?? null, today: state.clock.today })
        : null;
    case 'received':
      return receivedGap(state, move.received);
    case 'closedAsDuplicate':
      return state.resolution === 'duplicate' ? null : 'notFromThisStatus';
  }
}

/**
 * What an answer lacks before this person may send it: an outcome of its kind, for a denial in whole or in part its ground and the privacy
 * officer, words without unfilled blanks, every element that such an answer must contain, and where the kind wants a second look another
 * person than whoever drafted it or changed its files since.
 */
export function answerGap(
  { kind, details, draft }: Pick<RequestState, 'kind' | 'details' | 'draft'>,
  actor: Pick<Person, 'id' | 'role'>,
): AnswerGap | null {
  if (!draft) return 'answerMissing';
  const { outcome, ground, contains, draftedById, filesById, hasText, blanksLeft } = draft;
  const definition = kindDefinition(kind);
  if (!outcome || !definition.outcomes.includes(outcome)) return 'outcomeMissing';
  if (saysNo(definition, outcome) && !groundsOf(kind, details).some(({ id }) => id === ground))
    return 'groundMissing';
  if (definition.answer === 'letter' && !hasText) return 'textMissing';
  if (blanksLeft) return 'blanksLeft';
  const must = definition.mustContain[outcome] ?? [];
  if (!must.every(({ id }) => contains.includes(id))) return 'partsMissing';
  if (!can(actor.role, decidedBy(definition, outcome))) return 'officerOnly';
  const hands = [draftedById, ...filesById];
  if (definition.secondLook.includes(outcome) && hands.includes(actor.id)) return 'secondLookNeeded';
  return null;
}

/** Whether somebody may be refused because they did not show who they are, by this person. */
function identityGap(
  { kind, identityAskedById }: Pick<RequestState, 'kind' | 'identityAskedById'>,
  actor: Pick<Person, 'id'>,
): 'identityNotNeeded' | 'secondLookNeeded' | null {
  const { needsIdentity, secondLook } = kindDefinition(kind);
  if (!needsIdentity) return 'identityNotNeeded';
  return secondLook.includes('denied') && identityAskedById === actor.id ? 'secondLookNeeded' : null;
}

/**
 * Why a request cannot be closed as the same as another one: the other is not there, is not this patient's or not of this kind; or it
 * cannot answer this one, since it came later (its last day is later too), was closed, or was answered before this one came.
 */
function twinGap({ kind, receivedAt }: RequestState, twin: Twin | undefined) {
  if (!twin?.isTheirs || twin.kind !== kind) return 'twinMissing';
  const here = receivedAt?.getTime() ?? 0;
  const isFirst = twin.receivedAt.getTime() <= here && !twin.closed;
  return isFirst && (twin.answeredAt === null || twin.answeredAt.getTime() >= here) ? null : 'twinNotFirst';
}

function receivedGap(
  { entered, receivedAt, receivedTimeKnown, clock }: RequestState,
  received: Move['received'],
): ReceivedGap | null {
  if (!entered) return 'notEntered';
  if (!received) return 'receivedMissing';
  if (received.on > clock.today) return 'receivedInFuture';
  if (received.on < entered.bornOn) return 'receivedBeforeBirth';
  const isSame = received.at.getTime() === receivedAt?.getTime() && received.timeKnown === receivedTimeKnown;
  return isSame ? 'receivedSame' : null;
}

/** 45 CFR 164.528(c)(1)(ii) and its like: once, inside the first period, with the reasons and the date. */
export function extensionGap(
  { today, firstDueOn, longestDueOn, extended, paused }: ClockFacts,
  { reason, newDueOn }: Pick<Move, 'reason' | 'newDueOn'>,
): ExtensionGap | 'reasonMissing' | null {
  if (longestDueOn === null) return 'noExtension';
  if (extended) return 'alreadyExtended';
  if (!paused && today > firstDueOn) return 'extensionTooLate';
  if (!reason?.trim()) return 'reasonMissing';
  if (hasBlanks(reason)) return 'blanksLeft';
  if (!newDueOn) return 'newDateMissing';
  if (newDueOn <= firstDueOn || newDueOn > longestDueOn || newDueOn <= today) return 'newDateOutside';
  return null;
}

/** The moves an actor could begin now, as the table says: what a page offers. What a move needs beyond that its own form asks for. */
export function openMoves(state: RequestState, actor: Person): MoveName[] {
  return moveNames.filter((name) => {
    const rule = moves[name];
    if (!isAllowedTo(rule.who, state, actor) || !rule.from.includes(state.status)) return false;
    // Offered where the patient has no account: their-word.server.ts.
    if (name === 'enterWithdrawal') return false;
    if (name === 'correctReceived') return Boolean(state.entered);
    if (name === 'withdraw') return kindDefinition(state.kind).canWithdraw;
    if (name === 'respond') return state.draft !== null;
    if (rule.needs.includes('closedAsDuplicate')) return state.resolution === 'duplicate';
    if (name === 'refuseIdentity') return kindDefinition(state.kind).needsIdentity;
    if (name === 'draftAnswer') return !state.appealedFrom?.includes(actor.id);
    const { longestDueOn, extended, paused, today, firstDueOn } = state.clock;
    return name !== 'extend' || (longestDueOn !== null && !extended && (paused || today <= firstDueOn));
  });
}

function isAllowedTo(who: MoveRule['who'], state: RequestState, actor: Mover): boolean {
  if (who === 'plainview' || actor.kind === 'system') return who === 'plainview' && actor.kind === 'system';
  if (!mayAct(actor, who)) return false;
  if (who !== 'ownRequests.file') return true;
  if (actor.patientId !== state.patientId) return false;
  // Who may file but not see takes back only what they filed themselves.
  return actor.onBehalfOf?.scope !== 'file' || actor.id === state.filedById;
}
