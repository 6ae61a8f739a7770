import { describe, expect, it } from 'vitest';
import { plainview, type Person, type Role } from '#app/audit/actor.ts';
import { decide, openMoves } from './decide.ts';
import type { ClockFacts, Move, Mover, RequestState, Twin } from './request-state.ts';
import { saysNo } from './kinds/kind.ts';
import { kindDefinition, requestKinds } from './kinds/registry.ts';
import { moveNames, requestStatuses, type MoveName, type RequestStatus } from './moves.ts';

const now = new Date('2026-11-22T10:00:00Z');
const person = (role: Role, patientId: string | null = null): Person => ({
  kind: 'person',
  id: role,
  name: role,
  role,
  patientId,
});
const clock: ClockFacts = {
  today: '2026-11-22',
  firstDueOn: '2027-01-21',
  longestDueOn: '2027-02-20',
  extended: false,
  paused: false,
};
const draft = {
  outcome: 'granted',
  ground: null,
  contains: [],
  draftedById: 'staff',
  filesById: [],
  hasText: true,
  blanksLeft: false,
} as const;
const twin: Twin = {
  id: 'first',
  isTheirs: true,
  kind: 'accounting',
  receivedAt: new Date('2026-11-20T10:00:00Z'),
  answeredAt: null,
  closed: false,
};
const state = (change: Partial<RequestState> = {}): RequestState => ({
  kind: 'accounting',
  details: { about: 'other' },
  patientId: 'ines',
  status: 'submitted',
  resolution: null,
  version: 1,
  draft,
  feeUnanswered: false,
  receivedAt: new Date('2026-11-21T10:00:00Z'),
  receivedTimeKnown: true,
  entered: { bornOn: '1961-03-09' },
  clock,
  ...change,
});
const move = (name: MoveName, more: Partial<Move> = {}): Move => ({
  name,
  expectedVersion: 1,
  twin,
  reason: 'The archive is being moved.',
  newDueOn: '2027-02-20',
  word: { channel: 'paper', receivedOn: '2026-11-21' },
  received: { at: new Date('2026-11-20T17:00:00Z'), on: '2026-11-20', timeKnown: false },
  ...more,
});
const patients: readonly MoveName[] = ['withdraw', 'patientReply', 'notADuplicate'];
const officers: readonly MoveName[] = ['extend', 'correctReceived', 'refuseIdentity'];
const whoMoves = (name: MoveName): Mover =>
  name === 'otherEnded'
    ? plainview
    : patients.includes(name)
      ? person('patient', 'ines')
      : person(officers.includes(name) ? 'privacyOfficer' : 'staff');

// The whole table, said a second time: a move that is added or loosened has to be added here too.
const open = ['submitted', 'identityCheck', 'acknowledged', 'inReview', 'waitingOnPatient'] as const;
const each = (to: RequestStatus) => Object.fromEntries(open.map((from) => [from, to]));
const allowed: Record<MoveName, Partial<Record<RequestStatus, RequestStatus>>> = {
  acknowledge: { submitted: 'acknowledged' },
  askIdentity: { submitted: 'identityCheck', acknowledged: 'identityCheck' },
  confirmIdentity: { identityCheck: 'acknowledged' },
  askPatient: {
    submitted: 'waitingOnPatient',
    acknowledged: 'waitingOnPatient',
    inReview: 'waitingOnPatient',
  },
  patientReply: { waitingOnPatient: 'inReview' },
  goOn: { waitingOnPatient: 'inReview' },
  draftAnswer: { submitted: 'inReview', acknowledged: 'inReview', inReview: 'inReview' },
  respond: { inReview: 'responded' },
  extend: Object.fromEntries(open.map((from) => [from, from])),
  correctReceived: Object.fromEntries(open.map((from) => [from, from])),
  refuseIdentity: { identityCheck: 'responded' },
  markDuplicate: each('closed'),
  undoDuplicate: { closed: 'submitted' },
  notADuplicate: { closed: 'submitted' },
  otherEnded: { closed: 'submitted' },
  withdraw: each('closed'),
  enterWithdrawal: each('closed'),
};
const everyMove = moveNames.flatMap((name) =>
  requestStatuses.map((status) => ({ name, status, to: allowed[name][status] })),
);

describe('moves of a request', () => {
  it.each(everyMove)('$name from $status goes to $to', ({ name, status, to }) => {
    const resolution = status === 'closed' ? 'duplicate' : null;
    const decision = decide(state({ status, resolution }), move(name), whoMoves(name), now);
    if (to) expect(decision).toMatchObject({ ok: true, next: { status: to, version: 2 } });
    else expect(decision).toEqual({ ok: false, refusal: 'notFromThisStatus' });
  });

  it.each<[MoveName, Mover]>([
    ['acknowledge', person('patient', 'ines')],
    ['draftAnswer', person('patient', 'ines')],
    ['respond', person('auditor')],
    ['extend', person('staff')],
    ['extend', person('auditor')],
    ['correctReceived', person('staff')],
    ['correctReceived', person('patient', 'ines')],
    ['refuseIdentity', person('staff')],
    ['notADuplicate', person('staff')],
    ['undoDuplicate', person('patient', 'ines')],
    ['otherEnded', person('patient', 'ines')],
    ['otherEnded', person('privacyOfficer')],
    ['undoDuplicate', plainview],
    ['respond', plainview],
    ['enterWithdrawal', person('patient', 'ines')],
    ['withdraw', person('staff')],
    ['withdraw', person('patient', 'tor')],
    ['withdraw', person('patient', null)],
    ['patientReply', person('staff')],
    ['patientReply', person('patient', 'tor')],
  ])('%s is not for %j', (name, actor) => {
    expect(decide(state({ status: 'inReview' }), move(name), actor, now)).toEqual({
      ok: false,
      refusal: 'notYours',
    });
  });

  it.each<[string, Move['received'] | undefined, Partial<RequestState>, string | null]>([
    [
      'the day before',
      { at: new Date('2026-11-20T17:00:00Z'), on: '2026-11-20', timeKnown: false },
      {},
      null,
    ],
    [
      'the same moment, which nobody had told',
      { at: new Date('2026-11-21T10:00:00Z'), on: '2026-11-21', timeKnown: false },
      {},
      null,
    ],
    [
      'what stands there',
      { at: new Date('2026-11-21T10:00:00Z'), on: '2026-11-21', timeKnown: true },
      {},
      'receivedSame',
    ],
    [
      'tomorrow',
      { at: new Date('2026-11-23T17:00:00Z'), on: '2026-11-23', timeKnown: false },
      {},
      'receivedInFuture',
    ],
    [
      'before birth',
      { at: new Date('1961-03-08T17:00:00Z'), on: '1961-03-08', timeKnown: false },
      {},
      'receivedBeforeBirth',
    ],
    ['no day', undefined, {}, 'receivedMissing'],
    [
      'of one that came through the site',
      { at: new Date('2026-11-20T17:00:00Z'), on: '2026-11-20', timeKnown: false },
      { entered: null },
      'notEntered',
    ],
  ])('a day of receipt is corrected to %s', (_, received, change, refusal) => {
    const { received: _day, ...asked } = move('correctReceived');
    const decision = decide(
      state(change),
      { ...asked, ...(received ? { received } : {}) },
      person('privacyOfficer'),
      now,
    );
    if (refusal) expect(decision).toEqual({ ok: false, refusal });
    else
      expect(decision).toMatchObject({
        ok: true,
        next: { receivedAt: received?.at, receivedTimeKnown: received?.timeKnown },
        event: {
          type: 'request.receivedCorrected',
          after: { cameTrulyOn: received?.on },
          visibleToPatient: true,
        },
        notices: ['lastDayTold'],
      });
  });

  it.each<[string, Partial<Twin> | null, string | null]>([
    ['the one that came first', {}, null],
    ['one that came with it and was answered since', { answeredAt: new Date('2026-11-21T11:00:00Z') }, null],
    ['none', null, 'twinMissing'],
    ['somebody else’s', { isTheirs: false }, 'twinMissing'],
    ['one of another kind', { kind: 'access' }, 'twinMissing'],
    ['one that came later', { receivedAt: new Date('2026-11-21T10:00:01Z') }, 'twinNotFirst'],
    ['one that was closed', { closed: true }, 'twinNotFirst'],
    ['one answered before it came', { answeredAt: new Date('2026-11-21T09:00:00Z') }, 'twinNotFirst'],
  ])('is the same as %s', (_which, change, refusal) => {
    const made = { name: 'markDuplicate', expectedVersion: 1, reason: 'Sent twice' } as const;
    const decision = decide(
      state(),
      change ? { ...made, twin: { ...twin, ...change } } : made,
      person('staff'),
      now,
    );
    if (refusal) expect(decision).toEqual({ ok: false, refusal });
    else
      expect(decision).toMatchObject({
        next: { duplicateOfId: 'first', closedAt: now },
        notices: ['requestIsDuplicate'],
      });
  });

  it('opens a duplicate again under the clock that it had, and nothing else that is closed', () => {
    const closed = (resolution: RequestState['resolution']) =>
      decide(
        state({ status: 'closed', resolution }),
        { name: 'notADuplicate', expectedVersion: 1 },
        person('patient', 'ines'),
        now,
      );
    expect(closed('duplicate')).toMatchObject({
      ok: true,
      next: { status: 'submitted', resolution: null, closedAt: null, duplicateOfId: null },
    });
    expect(closed('withdrawn')).toEqual({ ok: false, refusal: 'notFromThisStatus' });
  });

  it.each(requestKinds)(
    '%s is refused for want of identity only where it may be, and then as a denial',
    (kind) => {
      const asked = state({ kind, status: 'identityCheck', identityAskedById: 'privacyOfficer' });
      const refuse = (change: Partial<RequestState> = {}) =>
        decide({ ...asked, ...change }, move('refuseIdentity'), person('privacyOfficer'), now);
      const { needsIdentity, secondLook } = kindDefinition(kind);
      if (!needsIdentity) {
        expect(refuse()).toEqual({ ok: false, refusal: 'identityNotNeeded' });
        return;
      }
      if (secondLook.includes('denied')) expect(refuse()).toEqual({ ok: false, refusal: 'secondLookNeeded' });
      const decision = refuse({ identityAskedById: 'staff' });
      expect(decision).toMatchObject({
        ok: true,
        next: { status: 'responded', resolution: 'denied', respondedAt: now },
        event: { type: 'request.responded', after: { ground: 'identityNotShown' } },
        notices: ['answerReady'],
      });
      expect(JSON.stringify(decision)).not.toContain('archive');
    },
  );

  it('refuses a move decided on an older version', () => {
    expect(
      decide(state({ version: 3 }), move('acknowledge', { expectedVersion: 2 }), person('staff'), now),
    ).toEqual({ ok: false, refusal: 'changedMeanwhile' });
  });

  it.each(requestKinds)('%s is taken back by withdrawing it, unless it counts at once', (kind) => {
    const decision = decide(state({ kind }), move('withdraw'), person('patient', 'ines'), now);
    if (kind === 'optOut' || kind === 'optOutWithdrawal')
      expect(decision).toEqual({ ok: false, refusal: 'inForceAlready' });
    else expect(decision).toMatchObject({ ok: true, next: { status: 'closed', resolution: 'withdrawn' } });
  });

  it.each<MoveName>(['goOn', 'markDuplicate'])('%s says why', (name) => {
    expect(
      decide(state({ status: 'waitingOnPatient' }), move(name, { reason: '  ' }), person('staff'), now),
    ).toEqual({ ok: false, refusal: 'reasonMissing' });
  });

  it('tells before and after, when it was answered, and owes the patient a notice', () => {
    expect(
      decide(
        state({ status: 'inReview', draft: { ...draft, outcome: 'nothingToReport' } }),
        { name: 'respond', expectedVersion: 1 },
        person('privacyOfficer'),
        now,
      ),
    ).toMatchObject({
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
    expect(openMoves(state(), person('staff'))).toEqual([
      'acknowledge',
      'askIdentity',
      'askPatient',
      'draftAnswer',
      'markDuplicate',
    ]);
    expect(openMoves(state({ status: 'inReview', draft: null }), person('privacyOfficer'))).toEqual([
      'askPatient',
      'draftAnswer',
      'extend',
      'correctReceived',
      'markDuplicate',
    ]);
    expect(openMoves(state({ entered: null }), person('privacyOfficer'))).not.toContain('correctReceived');
    expect(openMoves(state(), person('patient', 'ines'))).toEqual(['withdraw']);
    expect(openMoves(state({ status: 'responded' }), person('staff'))).toEqual([]);
  });
});

describe('an answer leaves', () => {
  const respond = (kind: RequestState['kind'], change: object, role: Role = 'privacyOfficer') =>
    decide(
      state({ kind, status: 'inReview', draft: { ...draft, ...change } }),
      { name: 'respond', expectedVersion: 1 },
      person(role),
      now,
    );

  it('not without a draft, and not without an outcome of its kind', () => {
    expect(decide(state({ status: 'inReview', draft: null }), move('respond'), person('staff'), now)).toEqual(
      { ok: false, refusal: 'answerMissing' },
    );
    expect(respond('question', { outcome: null })).toEqual({ ok: false, refusal: 'outcomeMissing' });
    expect(respond('question', { outcome: 'denied' })).toEqual({ ok: false, refusal: 'outcomeMissing' });
  });

  it('not without a word, and not with a blank of a template', () => {
    const contains = ['answersIt'];
    expect(respond('question', { contains, hasText: false })).toEqual({ ok: false, refusal: 'textMissing' });
    expect(respond('question', { contains, blanksLeft: true })).toEqual({ ok: false, refusal: 'blanksLeft' });
    expect(respond('accounting', { hasText: false }).ok).toBe(true);
  });

  it('not by whoever had a part in the answer that it appeals against', () => {
    const appeal = state({ kind: 'access', status: 'inReview', appealedFrom: ['staff'] });
    for (const name of ['draftAnswer', 'respond'] as const)
      expect(decide(appeal, move(name), person('staff'), now)).toEqual({ ok: false, refusal: 'tookPart' });
    expect(openMoves(appeal, person('staff'))).not.toContain('draftAnswer');
    expect(decide(appeal, move('draftAnswer'), person('privacyOfficer'), now).ok).toBe(true);
  });

  it('as a no to what was paid in full only because it was not, or is not about a health plan', () => {
    const contains = ['plainReasons'];
    const refused = (ground: string, about: string) =>
      decide(
        state({
          kind: 'restriction',
          status: 'inReview',
          details: { about },
          draft: { ...draft, outcome: 'denied', ground, contains },
        }),
        { name: 'respond', expectedVersion: 1 },
        person('privacyOfficer'),
        now,
      );
    expect(refused('notAgreed', 'other').ok).toBe(true);
    expect(refused('notAgreed', 'healthPlan')).toEqual({ ok: false, refusal: 'groundMissing' });
    for (const ground of ['notPaidInFull', 'notToHealthPlan'])
      expect(refused(ground, 'healthPlan').ok).toBe(true);
  });

  const denials = requestKinds.flatMap((kind) => {
    const { outcomes, grounds } = kindDefinition(kind);
    return outcomes.filter((outcome) => saysNo({ grounds }, outcome)).map((outcome) => ({ kind, outcome }));
  });
  it.each(denials)(
    'as $outcome of $kind: with its ground, all it must say, and by the officer',
    ({ kind, outcome }) => {
      const { grounds, mustContain, secondLook } = kindDefinition(kind);
      const contains = (mustContain[outcome] ?? []).map(({ id }) => id);
      const whole = { outcome, ground: grounds[0]?.id, contains };
      expect(respond(kind, { ...whole, ground: null })).toEqual({ ok: false, refusal: 'groundMissing' });
      expect(respond(kind, { ...whole, ground: 'aGroundOfAnotherKind' })).toEqual({
        ok: false,
        refusal: 'groundMissing',
      });
      expect(respond(kind, { ...whole, contains: [] })).toEqual({ ok: false, refusal: 'partsMissing' });
      expect(respond(kind, whole, 'staff')).toEqual({ ok: false, refusal: 'officerOnly' });
      expect(respond(kind, whole)).toMatchObject({
        ok: true,
        next: { resolution: outcome },
        event: { after: { ground: grounds[0]?.id } },
      });
      const own = respond(kind, { ...whole, draftedById: 'privacyOfficer' });
      if (secondLook.includes(outcome)) expect(own).toEqual({ ok: false, refusal: 'secondLookNeeded' });
      else expect(own.ok).toBe(true);
      const changed = respond(kind, { ...whole, filesById: ['privacyOfficer'] });
      expect(changed.ok).toBe(!secondLook.includes(outcome));
    },
  );

  it.each(requestKinds)('as any other outcome of %s only with all that it must say', (kind) => {
    const { outcomes, mustContain, grounds } = kindDefinition(kind);
    for (const outcome of outcomes.filter((one) => !saysNo({ grounds }, one))) {
      const must = (mustContain[outcome] ?? []).map(({ id }) => id);
      expect(respond(kind, { outcome, contains: must }, 'staff')).toMatchObject({ ok: true });
      if (must.length > 0)
        expect(respond(kind, { outcome, contains: must.slice(1) }, 'staff')).toEqual({
          ok: false,
          refusal: 'partsMissing',
        });
    }
  });
});

describe('an extension', () => {
  const extend = (change: Partial<ClockFacts>, more: Partial<Move> = {}) => {
    const decision = decide(
      state({ clock: { ...clock, ...change } }),
      move('extend', more),
      person('privacyOfficer'),
      now,
    );
    return decision.ok ? 'allowed' : decision.refusal;
  };

  it.each<[string, Partial<ClockFacts>, Partial<Move>, string]>([
    ['inside the first period', {}, {}, 'allowed'],
    ['on its last day', { today: '2027-01-21' }, {}, 'allowed'],
    ['a day after it', { today: '2027-01-22' }, {}, 'extensionTooLate'],
    ['after it, but the clock is stopped', { today: '2027-01-22', paused: true }, {}, 'allowed'],
    ['a second time', { extended: true }, {}, 'alreadyExtended'],
    ['where the rule has none', { longestDueOn: null }, {}, 'noExtension'],
    ['without reasons', {}, { reason: ' ' }, 'reasonMissing'],
    ['with a blank left in them', {}, { reason: 'By {lastDay}.' }, 'blanksLeft'],
    ['without a date', {}, { newDueOn: '' }, 'newDateMissing'],
    ['to a day inside the first period', {}, { newDueOn: '2027-01-21' }, 'newDateOutside'],
    ['further than the rule allows', {}, { newDueOn: '2027-02-21' }, 'newDateOutside'],
  ])('%s', (_when, change, more, said) => {
    expect(extend(change, more)).toBe(said);
  });

  it('keeps the status, says the new date, and leaves its reasons out of the trail', () => {
    expect(
      decide(state({ status: 'inReview' }), move('extend'), person('privacyOfficer'), now),
    ).toMatchObject({
      ok: true,
      next: { status: 'inReview', extendedAt: now },
      clockEvent: 'extensionNoticeSent',
      event: { type: 'request.extended', after: { newDueOn: '2027-02-20' }, visibleToPatient: true },
    });
    expect(JSON.stringify(decide(state(), move('extend'), person('privacyOfficer'), now))).not.toContain(
      'archive',
    );
  });
});

describe('a cost that the patient has not answered', () => {
  it('keeps every answer back, whoever sends it, and stops nothing else', () => {
    const asked = state({ status: 'inReview', feeUnanswered: true });
    for (const role of ['staff', 'privacyOfficer'] as const)
      expect(decide(asked, move('respond'), person(role), now)).toEqual({
        ok: false,
        refusal: 'feeUnanswered',
      });
    expect(decide(asked, move('withdraw'), person('patient', 'ines'), now).ok).toBe(true);
    expect(decide(asked, move('extend'), person('privacyOfficer'), now).ok).toBe(true);
    expect(decide({ ...asked, feeUnanswered: false }, move('respond'), person('staff'), now).ok).toBe(true);
  });
});
