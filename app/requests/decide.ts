import type { Person } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { mayAct } from '#app/people/can.ts';
import { unmetNeed, type NeedGap } from './gaps.ts';
import { identityNotShown } from './kinds/kind.ts';
import { kindDefinition } from './kinds/registry.ts';
import {
  moveNames,
  moves,
  type MoveName,
  type MoveRule,
  type RequestResolution,
  type RequestStatus,
} from './moves.ts';
import type { Move, Mover, RequestState } from './request-state.ts';

/** Why a move is refused. */
export type MoveRefusal = 'changedMeanwhile' | 'inForceAlready' | NeedGap;

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
