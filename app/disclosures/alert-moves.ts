export const alertStates = ['open', 'lookedInto', 'closed'] as const;
export type AlertStateName = (typeof alertStates)[number];

/** What came of an alert. Only the first is a breach of unsecured data that the patient has to be told of (45 CFR 164.402, 164.404). */
export const alertOutcomes = ['breach', 'lowProbability', 'reportWrong', 'allowed'] as const;
export type AlertOutcomeName = (typeof alertOutcomes)[number];

export type AlertMove =
  | { name: 'takeUp' }
  | { name: 'close'; outcome: AlertOutcomeName; reason: string }
  | { name: 'reopen'; reason: string };
export type AlertMoveName = AlertMove['name'];

export type AlertRefusal = 'notFound' | 'changedMeanwhile' | 'notNow' | 'reasonMissing';

/** Every move: from which states, and to which. */
const moves: Record<AlertMoveName, { from: readonly AlertStateName[]; to: AlertStateName; says: boolean }> = {
  takeUp: { from: ['open'], to: 'lookedInto', says: false },
  close: { from: ['open', 'lookedInto'], to: 'closed', says: true },
  reopen: { from: ['closed'], to: 'lookedInto', says: true },
};

/** @returns the state after a move, or why it may not be made */
export function moveAlert(
  alert: { state: AlertStateName; version: number },
  move: AlertMove,
  expectedVersion: number,
): { ok: true; state: AlertStateName } | { ok: false; refusal: AlertRefusal } {
  const { from, to, says } = moves[move.name];
  if (alert.version !== expectedVersion) return { ok: false, refusal: 'changedMeanwhile' };
  if (!from.includes(alert.state)) return { ok: false, refusal: 'notNow' };
  if (says && 'reason' in move && move.reason.trim() === '') return { ok: false, refusal: 'reasonMissing' };
  return { ok: true, state: to };
}

export function openAlertMoves(state: AlertStateName): AlertMoveName[] {
  return (Object.keys(moves) as AlertMoveName[]).filter((name) => moves[name].from.includes(state));
}
