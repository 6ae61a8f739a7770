import type { Person } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { can, mayAct } from '#app/people/can.ts';
import { decidedBy, type RequestKind } from './kinds/kind.ts';
import { kindDefinition } from './kinds/registry.ts';
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
  /** A cost was told, and the patient has not said what they want. */
  feeUnanswered: boolean;
  clock: ClockFacts;
}

export interface Move {
  name: MoveName;
  reason?: string;
  /** Of an extension: the day by which the answer will come. */
  newDueOn?: string;
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
  | AnswerGap
  | ExtensionGap;

/** What an answer lacks. */
export type AnswerGap =
  'answerMissing' | 'outcomeMissing' | 'officerOnly' | 'groundMissing' | 'partsMissing' | 'secondLookNeeded';

/** What an extension lacks. */
export type ExtensionGap =
  'noExtension' | 'alreadyExtended' | 'extensionTooLate' | 'newDateMissing' | 'newDateOutside';

export type Decision =
  | {
      ok: true;
      next: {
        status: RequestStatus;
        resolution: RequestResolution | null;
        version: number;
        acknowledgedAt?: Date;
        respondedAt?: Date;
        closedAt?: Date;
        extendedAt?: Date;
      };
      event: {
        type: AuditEventType;
        before: AuditFacts;
        after: AuditFacts;
        reason?: string;
        visibleToPatient: boolean;
      };
      clockEvent: MoveRule['clockEvent'];
      notices: readonly NoticeKind[];
    }
  | { ok: false; refusal: MoveRefusal };

/** What a move does to a request, or why it may not be made. Pure: state, move, actor and instant in, the next state out. */
export function decide(state: RequestState, move: Move, actor: Person, now: Date): Decision {
  const rule = moves[move.name];
  if (!isAllowedTo(rule.who, state, actor)) return { ok: false, refusal: 'notYours' };
  if (move.expectedVersion !== state.version) return { ok: false, refusal: 'changedMeanwhile' };
  if (!rule.from.includes(state.status)) return { ok: false, refusal: 'notFromThisStatus' };
  // A "no" counts from the moment it is filed. Taking it back is a request of its own, not the end of this one.
  if (move.name === 'withdraw' && !kindDefinition(state.kind).canWithdraw)
    return { ok: false, refusal: 'inForceAlready' };
  const refusal = unmetNeed(rule, state, move, actor);
  if (refusal) return { ok: false, refusal };

  const resolution = resolutionAfter(state, move.name);
  const status = rule.to === 'same' ? state.status : rule.to;
  return {
    ok: true,
    next: {
      status,
      resolution,
      version: state.version + 1,
      ...(move.name === 'acknowledge' ? { acknowledgedAt: now } : {}),
      ...(move.name === 'respond' ? { respondedAt: now } : {}),
      ...(move.name === 'extend' ? { extendedAt: now } : {}),
      ...(status === 'closed' ? { closedAt: now } : {}),
    },
    event: {
      type: rule.event,
      before: { status: state.status, resolution: state.resolution },
      after: {
        status,
        resolution,
        ...(move.newDueOn ? { newDueOn: move.newDueOn } : {}),
        ...(move.name === 'respond' && state.draft?.ground ? { ground: state.draft.ground } : {}),
      },
      // The reasons of an extension are a letter to the patient: they rest sealed beside the clock.
      ...(move.reason && move.name !== 'extend' ? { reason: move.reason } : {}),
      visibleToPatient: rule.visibleToPatient,
    },
    clockEvent: rule.clockEvent,
    notices: rule.notices,
  };
}

function resolutionAfter(state: RequestState, move: MoveName): RequestResolution | null {
  if (move === 'withdraw') return 'withdrawn';
  if (move === 'markDuplicate') return 'duplicate';
  if (move === 'respond') return state.draft?.outcome ?? null;
  return state.resolution;
}

function unmetNeed(rule: MoveRule, state: RequestState, move: Move, actor: Person): MoveRefusal | null {
  for (const need of rule.needs) {
    const refusal = unmet(need, state, move, actor);
    if (refusal) return refusal;
  }
  return null;
}

function unmet(need: MoveNeed, state: RequestState, move: Move, actor: Person): MoveRefusal | null {
  switch (need) {
    case 'answer':
      return answerGap(state, actor);
    case 'feeSettled':
      return state.feeUnanswered ? 'feeUnanswered' : null;
    case 'extension':
      return extensionGap(state.clock, move);
    case 'reason':
      return move.reason?.trim() ? null : 'reasonMissing';
  }
}

/**
 * What an answer lacks before this person may send it: an outcome of its kind, for a denial its ground and the privacy officer, every
 * element that such an answer must contain, and another person than the one who drafted it where the kind wants a second look.
 */
export function answerGap(
  { kind, draft }: Pick<RequestState, 'kind' | 'draft'>,
  actor: Pick<Person, 'id' | 'role'>,
): AnswerGap | null {
  if (!draft) return 'answerMissing';
  const { outcome, ground, contains, draftedById } = draft;
  const definition = kindDefinition(kind);
  if (!outcome || !definition.outcomes.includes(outcome)) return 'outcomeMissing';
  if (outcome === 'denied' && !definition.grounds.some(({ id }) => id === ground)) return 'groundMissing';
  const must = definition.mustContain[outcome] ?? [];
  if (!must.every(({ id }) => contains.includes(id))) return 'partsMissing';
  if (!can(actor.role, decidedBy(outcome))) return 'officerOnly';
  if (definition.secondLook.includes(outcome) && draftedById === actor.id) return 'secondLookNeeded';
  return null;
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
  if (!newDueOn) return 'newDateMissing';
  if (newDueOn <= firstDueOn || newDueOn > longestDueOn || newDueOn <= today) return 'newDateOutside';
  return null;
}

/** The moves an actor could begin now, as the table says: what a page offers. What a move needs beyond that its own form asks for. */
export function openMoves(state: RequestState, actor: Person): MoveName[] {
  return moveNames.filter((name) => {
    const rule = moves[name];
    if (!isAllowedTo(rule.who, state, actor) || !rule.from.includes(state.status)) return false;
    if (name === 'withdraw') return kindDefinition(state.kind).canWithdraw;
    if (name === 'respond') return state.draft !== null;
    const { longestDueOn, extended, paused, today, firstDueOn } = state.clock;
    return name !== 'extend' || (longestDueOn !== null && !extended && (paused || today <= firstDueOn));
  });
}

function isAllowedTo(who: MoveRule['who'], state: RequestState, actor: Person): boolean {
  if (!mayAct(actor, who)) return false;
  if (who !== 'ownRequests.file') return true;
  if (actor.patientId !== state.patientId) return false;
  // Who may file but not see takes back only what they filed themselves.
  return actor.onBehalfOf?.scope !== 'file' || actor.id === state.filedById;
}
