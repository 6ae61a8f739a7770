import { describe, expect, it } from 'vitest';
import type { Person, Role } from '#app/audit/actor.ts';
import { decide, openMoves, type RequestState } from './decide.ts';
import { moveNames, requestStatuses, type MoveName, type RequestStatus } from './moves.ts';

const now = new Date('2026-11-22T10:00:00Z');
const person = (role: Role, patientId: string | null = null): Person => ({
  kind: 'person',
  id: role,
  name: role,
  role,
  patientId,
});
const state = (change: Partial<RequestState> = {}): RequestState => ({
  kind: 'accounting',
  patientId: 'ines',
  status: 'submitted',
  resolution: null,
  version: 1,
  hasAnswer: true,
  ...change,
});

// The whole table, said a second time: a move that is added or loosened has to be added here too.
const allowed: Record<MoveName, Partial<Record<RequestStatus, RequestStatus>>> = {
  acknowledge: { submitted: 'acknowledged' },
  draftAnswer: { submitted: 'inReview', acknowledged: 'inReview', inReview: 'inReview' },
  respond: { inReview: 'responded' },
  withdraw: {
    submitted: 'closed',
    identityCheck: 'closed',
    acknowledged: 'closed',
    inReview: 'closed',
    waitingOnPatient: 'closed',
  },
};
const everyMove = moveNames.flatMap((name) =>
  requestStatuses.map((status) => ({ name, status, to: allowed[name][status] })),
);

describe('moves of a request', () => {
  it.each(everyMove)('$name from $status goes to $to', ({ name, status, to }) => {
    const actor = name === 'withdraw' ? person('patient', 'ines') : person('staff');
    const decision = decide(
      state({ status }),
      { name, expectedVersion: 1, resolution: 'granted' },
      actor,
      now,
    );
    if (to) expect(decision).toMatchObject({ ok: true, next: { status: to, version: 2 } });
    else expect(decision).toEqual({ ok: false, refusal: 'notFromThisStatus' });
  });

  it.each<[MoveName, Person]>([
    ['acknowledge', person('patient', 'ines')],
    ['draftAnswer', person('patient', 'ines')],
    ['respond', person('auditor')],
    ['withdraw', person('staff')],
    ['withdraw', person('patient', 'tor')],
    ['withdraw', person('patient', null)],
  ])('%s is not for %j', (name, actor) => {
    expect(
      decide(state({ status: 'inReview' }), { name, expectedVersion: 1, resolution: 'granted' }, actor, now),
    ).toEqual({ ok: false, refusal: 'notYours' });
  });

  it('refuses an answer that is not there, and one that says no outcome', () => {
    const staff = person('staff');
    expect(
      decide(
        state({ status: 'inReview', hasAnswer: false }),
        { name: 'respond', expectedVersion: 1, resolution: 'granted' },
        staff,
        now,
      ),
    ).toEqual({ ok: false, refusal: 'answerMissing' });
    expect(
      decide(state({ status: 'inReview' }), { name: 'respond', expectedVersion: 1 }, staff, now),
    ).toEqual({ ok: false, refusal: 'resolutionMissing' });
  });

  it('refuses a move decided on an older version', () => {
    expect(
      decide(state({ version: 3 }), { name: 'acknowledge', expectedVersion: 2 }, person('staff'), now),
    ).toEqual({ ok: false, refusal: 'changedMeanwhile' });
  });

  it('does not take a "no" back by withdrawing its request', () => {
    expect(
      decide(
        state({ kind: 'optOut' }),
        { name: 'withdraw', expectedVersion: 1 },
        person('patient', 'ines'),
        now,
      ),
    ).toEqual({ ok: false, refusal: 'inForceAlready' });
  });

  it('tells before and after, when it was answered, and owes the patient a notice', () => {
    expect(
      decide(
        state({ status: 'inReview' }),
        { name: 'respond', expectedVersion: 1, resolution: 'nothingToReport' },
        person('privacyOfficer'),
        now,
      ),
    ).toEqual({
      ok: true,
      next: { status: 'responded', resolution: 'nothingToReport', version: 2, respondedAt: now },
      event: {
        type: 'request.responded',
        before: { status: 'inReview', resolution: null },
        after: { status: 'responded', resolution: 'nothingToReport' },
        visibleToPatient: true,
      },
      notices: ['answerReady'],
    });
  });

  it('offers only what the table allows', () => {
    expect(openMoves(state(), person('staff'))).toEqual(['acknowledge', 'draftAnswer']);
    expect(openMoves(state({ status: 'inReview', hasAnswer: false }), person('staff'))).toEqual([
      'draftAnswer',
    ]);
    expect(openMoves(state(), person('patient', 'ines'))).toEqual(['withdraw']);
    expect(openMoves(state({ status: 'responded' }), person('staff'))).toEqual([]);
  });
});
