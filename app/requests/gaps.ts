import { actorId, type Person } from '#app/audit/actor.ts';
import { hasBlanks } from '#app/facility/templates.ts';
import { can } from '#app/people/can.ts';
import { cameGap, type CameGap } from './came.ts';
import { decidedBy, saysNo } from './kinds/kind.ts';
import { groundsOf, kindDefinition } from './kinds/registry.ts';
import type { MoveNeed, MoveRule } from './moves.ts';
import type { ClockFacts, Move, Mover, RequestState, Twin } from './request-state.ts';

/** What a move lacks of what the table says that it needs. */
export type NeedGap =
  | 'notYours'
  | 'notFromThisStatus'
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

/** The first need of a move that is not met; null: it has all. */
export function unmetNeed(rule: MoveRule, state: RequestState, move: Move, actor: Mover): NeedGap | null {
  for (const need of rule.needs) {
    const refusal = unmet(need, state, move, actor);
    if (refusal) return refusal;
  }
  return null;
}

function unmet(need: MoveNeed, state: RequestState, move: Move, actor: Mover): NeedGap | null {
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
