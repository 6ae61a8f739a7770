import type { Person } from '#app/audit/actor.ts';
import type { AuditEventType, AuditFacts } from '#app/audit/events.ts';
import type { NoticeKind } from '#app/notices/notices.ts';
import { mayAct } from '#app/people/can.ts';
import { moveNames, moves, type MoveName, type RequestResolution, type RequestStatus } from './moves.ts';
import type { RequestKind } from './kinds/kind.ts';

export interface RequestState {
  kind: RequestKind;
  patientId: string;
  status: RequestStatus;
  resolution: RequestResolution | null;
  version: number;
  /** Whether a draft of the answer is there. */
  hasAnswer: boolean;
  /** The account that filed it. */
  filedById?: string;
}

export interface Move {
  name: MoveName;
  /** What `respond` resolves it as. */
  resolution?: 'granted' | 'nothingToReport';
  reason?: string;
  /** The version the mover was looking at. */
  expectedVersion: number;
}

/** Why a move is refused. */
export type MoveRefusal =
  | 'notYours'
  | 'changedMeanwhile'
  | 'notFromThisStatus'
  | 'answerMissing'
  | 'inForceAlready'
  | 'resolutionMissing';

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
      };
      event: {
        type: AuditEventType;
        before: AuditFacts;
        after: AuditFacts;
        reason?: string;
        visibleToPatient: boolean;
      };
      notices: readonly NoticeKind[];
    }
  | { ok: false; refusal: MoveRefusal };

/** What a move does to a request, or why it may not be made. Pure: state, move, actor and instant in, the next state out. */
export function decide(state: RequestState, move: Move, actor: Person, now: Date): Decision {
  const rule = moves[move.name];
  if (!isAllowedTo(rule.who, state, actor)) return { ok: false, refusal: 'notYours' };
  if (move.expectedVersion !== state.version) return { ok: false, refusal: 'changedMeanwhile' };
  if (!rule.from.includes(state.status)) return { ok: false, refusal: 'notFromThisStatus' };
  if (rule.needsAnswer && !state.hasAnswer) return { ok: false, refusal: 'answerMissing' };
  // A "no" counts from the moment it is filed. Taking it back is a request of its own, not the end of this one.
  if (move.name === 'withdraw' && state.kind !== 'accounting')
    return { ok: false, refusal: 'inForceAlready' };
  if (move.name === 'respond' && !move.resolution) return { ok: false, refusal: 'resolutionMissing' };

  const resolution = move.name === 'withdraw' ? 'withdrawn' : (move.resolution ?? state.resolution);
  return {
    ok: true,
    next: {
      status: rule.to,
      resolution,
      version: state.version + 1,
      ...(move.name === 'acknowledge' ? { acknowledgedAt: now } : {}),
      ...(move.name === 'respond' ? { respondedAt: now } : {}),
      ...(rule.to === 'closed' ? { closedAt: now } : {}),
    },
    event: {
      type: rule.event,
      before: { status: state.status, resolution: state.resolution },
      after: { status: rule.to, resolution },
      ...(move.reason ? { reason: move.reason } : {}),
      // Drafting is work inside the facility: the patient sees the answer, not each draft.
      visibleToPatient: move.name !== 'draftAnswer',
    },
    notices: rule.notices,
  };
}

/** The moves an actor could make now, as the table says: what a page offers. */
export function openMoves(state: RequestState, actor: Person): MoveName[] {
  return moveNames.filter((name) => {
    const decision = decide(
      state,
      { name, expectedVersion: state.version, resolution: 'granted' },
      actor,
      new Date(0),
    );
    return decision.ok;
  });
}

function isAllowedTo(who: (typeof moves)[MoveName]['who'], state: RequestState, actor: Person): boolean {
  if (!mayAct(actor, who)) return false;
  if (who !== 'ownRequests.file') return true;
  if (actor.patientId !== state.patientId) return false;
  // Who may file but not see takes back only what they filed themselves.
  return actor.onBehalfOf?.scope !== 'file' || actor.id === state.filedById;
}
