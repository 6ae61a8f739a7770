import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { draftAnswer, refuseUnproved } from '#app/requests/answer.server.ts';
import { isFeePaid, recordFeePaid } from '#app/requests/fee-payment.server.ts';
import { chooseFee, tellFee } from '#app/requests/fees.server.ts';
import { feeGroundsOf } from '#app/requests/free-of-charge.server.ts';
import { submitRequest } from '#app/requests/filing.server.ts';
import { writeAsPatient } from '#app/requests/messages.server.ts';
import { recordPosted } from '#app/requests/posted.server.ts';
import { readAck } from '#app/requests/request-clock.ts';
import { enterWord } from '#app/requests/their-word.server.ts';
import { requestState } from '#app/requests/requests.server.ts';
import { cameView } from '#app/routes/staff+/_parts/came-view.server.ts';
import { byDays, details } from '#tests/support/days.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// What a clock is told later than it happened, and what it is not told at all. Dates are those of a facility in New York.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let dana: Person;
let amara: Person;
/** Somebody without an account. */
let tor: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-02-10T15:00:00Z') });
  [ines, zoe, dana, amara] = await Promise.all([
    patientOf(fresh.world, 'RB000417'),
    patientOf(fresh.world, 'RB000902'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  const { patientId } = await fresh.world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  tor = patientId;
});
afterAll(() => fresh.drop());

const { under, on, enter, move, read, dueOn } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);
const row = (id: string) =>
  fresh.world.db.privacyRequest.findUniqueOrThrow({
    where: { id },
    select: { status: true, version: true, dueOn: true, clockPaused: true, acknowledgedAt: true },
  });
const lastEvent = (requestId: string, type: string) =>
  fresh.world.db.auditEvent.findFirst({
    where: { requestId, type },
    orderBy: { id: 'desc' },
    select: { after: true },
  });
const say = (requestId: string, actor: Person = ines) =>
  writeAsPatient(fresh.world, {
    ...{ requestId, actor, text: 'Here is my passport.', documents: [] },
    submissionKey: crypto.randomUUID(),
  });
const fee = (requestId: string, ground: 'excessive' | null = 'excessive') =>
  tellFee(fresh.world, {
    ...{ requestId, actor: dana, amountCents: 1_000, currency: 'USD', basis: 'Eleven discs.', ground },
  });
const accept = (requestId: string) =>
  chooseFee(fresh.world, {
    ...{ requestId, actor: ines, choice: 'goOn', text: '', submissionKey: crypto.randomUUID() },
  });

describe('what came before it was entered', () => {
  it('counts from the day on which it came: proof of who it is', async () => {
    await under('UK');
    on('2027-02-10');
    const id = await enter('access', '2027-02-10');
    on('2027-02-12');
    await move(id, 'askIdentity');
    on('2027-03-03');
    expect((await say(id)).ok).toBe(true);
    on('2027-03-20');
    expect(await cameView(fresh.world, await read(id), fresh.clock.now())).toEqual({
      askedOn: '2027-02-12',
      firstOn: '2027-03-03',
      today: '2027-03-20',
    });
    const confirm = (cameOn: string) => move(id, 'confirmIdentity', { cameOn });
    expect(await confirm('2027-02-11')).toEqual({ ok: false, refusal: 'cameBeforeAsked' });
    expect(await confirm('2027-03-21')).toEqual({ ok: false, refusal: 'cameInFuture' });
    expect(await confirm('2027-03-03')).toMatchObject({ ok: true, status: 'acknowledged' });
    // April 3 is a Saturday. From the day of the click it would be April 20.
    expect(await dueOn(id)).toBe('2027-04-05');
    expect(await lastEvent(id, 'request.identityConfirmed')).toMatchObject({
      after: { cameOn: '2027-03-03', dueOn: '2027-04-05' },
    });
  });

  it('counts from the day on which it came: an answer by phone, a payment', async () => {
    await under('UK');
    on('2027-02-10');
    const asked = await enter('access', '2027-02-10');
    const paid = await enter('access', '2027-02-10');
    on('2027-02-20');
    await move(asked, 'askPatient');
    on('2027-02-22');
    expect(await fee(paid)).toEqual({ ok: true });
    expect(await accept(paid)).toEqual({ ok: true });
    on('2027-03-02');
    const reason = 'They said it by phone.';
    expect(await move(asked, 'goOn', { reason, cameOn: '2027-02-23' })).toMatchObject({ ok: true });
    // Four days, the first and the last of them included, after March 10: March 14 is a Sunday.
    expect(await dueOn(asked)).toBe('2027-03-15');
    const pay = (paidOn: string) => recordFeePaid(fresh.world, { requestId: paid, actor: dana, paidOn });
    expect(await pay('2027-02-21')).toEqual({ ok: false, refusal: 'paidBeforeTold' });
    expect(await pay('2027-03-03')).toEqual({ ok: false, refusal: 'paidInFuture' });
    expect(await pay('2027-02-26')).toEqual({ ok: true });
    expect(await dueOn(paid)).toBe('2027-03-26');
    expect(await lastEvent(paid, 'request.dueMoved')).toMatchObject({
      after: { cameOn: '2027-02-26', dueOn: '2027-03-26' },
    });
  });

  it('gives no time back where the cost was told after the last day', async () => {
    await under('UK');
    on('2027-02-10');
    const id = await enter('access', '2027-02-10');
    on('2027-04-19');
    await fee(id);
    await accept(id);
    on('2027-04-20');
    const pay = () => recordFeePaid(fresh.world, { requestId: id, actor: dana });
    expect(await pay()).toEqual({ ok: true });
    expect(await dueOn(id)).toBe('2027-03-10');
    expect(await lastEvent(id, 'request.feePaid')).not.toBeNull();
    expect(await isFeePaid(fresh.world.db, await read(id), id)).toBe(true);
    expect(await pay()).toEqual({ ok: false, refusal: 'chosenAlready' });
  });
});

describe('a list that nobody got', () => {
  it('has not used up the free one of 12 months, nor has a new look at it; of two of one moment one is free', async () => {
    await under('US');
    on('2027-04-20');
    const refused = await enter('accounting', '2027-03-01', zoe.patientId);
    await move(refused, 'askIdentity');
    const turn = { requestId: refused, expectedVersion: (await row(refused)).version, actor: amara };
    expect(await refuseUnproved(fresh.world, turn, { note: 'We asked twice.' })).toEqual({ ok: true });
    const two = [
      await enter('accounting', '2027-04-19', zoe.patientId),
      await enter('accounting', '2027-04-19', zoe.patientId),
    ].sort();
    const [first = '', second = ''] = two;
    expect(await fee(first, null)).toEqual({ ok: false, refusal: 'stillFree' });
    expect(await fee(second, null)).toEqual({ ok: true });

    await draftAnswer(
      fresh.world,
      { requestId: first, expectedVersion: (await row(first)).version, actor: dana },
      { note: null },
    );
    await fresh.world.db.privacyRequest.update({
      where: { id: first },
      data: { status: 'responded', resolution: 'granted', respondedAt: fresh.clock.now() },
      select: { id: true },
    });
    const again = await submitRequest(fresh.world, {
      actor: zoe,
      kind: 'accounting',
      details: details.accounting,
      statement: { reason: 'You left one out.' },
      submissionKey: crypto.randomUUID(),
      locale: 'en',
      follows: { id: first, as: 'reopening' },
    });
    if (!again.ok) throw new Error(again.refusal);
    expect(await fee(again.requestId, null)).toEqual({ ok: false, refusal: 'stillFree' });
  });

  it('is no copy of which the next is a further one', async () => {
    await under('EU');
    on('2027-04-20');
    const given = await enter('access', '2027-04-01', zoe.patientId);
    await fresh.world.db.privacyRequest.update({
      where: { id: given },
      data: { status: 'responded', resolution: 'granted', respondedAt: fresh.clock.now() },
      select: { id: true },
    });
    const next = await enter('access', '2027-04-19', zoe.patientId);
    const again = await submitRequest(fresh.world, {
      actor: zoe,
      kind: 'access',
      details: details.access,
      statement: { reason: 'A disc was missing.' },
      submissionKey: crypto.randomUUID(),
      locale: 'en',
      follows: { id: given, as: 'reopening' },
    });
    if (!again.ok) throw new Error(again.refusal);
    const grounds = (id: string) =>
      feeGroundsOf(fresh.world.db, { kind: 'access', patientId: zoe.patientId }, id);
    expect(await grounds(next)).toContain('furtherCopy');
    expect(await grounds(again.requestId)).not.toContain('furtherCopy');
  });
});

describe('who proves who they are after they were refused', () => {
  it('is judged for the first time, under the clock of the law, by whoever there is', async () => {
    await under('US');
    on('2027-04-20');
    const id = await enter('accounting', '2027-04-01', tor);
    await move(id, 'askIdentity');
    const turn = { requestId: id, expectedVersion: (await row(id)).version, actor: amara };
    expect(await refuseUnproved(fresh.world, turn, { note: 'We asked twice.' })).toEqual({ ok: true });
    const again = await enterWord(fresh.world, {
      requestId: id,
      expectedVersion: (await row(id)).version,
      actor: dana,
      said: 'again',
      channel: 'paper',
      receivedAt: fresh.clock.now(),
      receivedTimeKnown: false,
      receivedOn: '2027-04-20',
      text: 'Here is my passport.',
      documents: [],
      submissionKey: crypto.randomUUID(),
    });
    if (!again.ok) throw new Error(again.refusal);
    expect(
      await fresh.world.db.privacyRequest.findUniqueOrThrow({
        where: { id: again.requestId },
        select: { ruleId: true, followsAs: true },
      }),
    ).toEqual({ ruleId: 'hipaa.accounting', followsAs: 'reopening' });
    expect((await requestState(fresh.world, again.requestId, fresh.clock.now()))?.appealedFrom).toEqual([]);
    // The first that is given is the free one.
    expect(await fee(again.requestId, null)).toEqual({ ok: false, refusal: 'stillFree' });
    on('2027-04-21');
    expect(await fee(await enter('accounting', '2027-04-21', tor), null)).toEqual({ ok: true });
  });
});

describe('a complaint of which nobody was told that it arrived', () => {
  it('waits to be confirmed, whatever staff draft; who wants no mail is told all the same', async () => {
    await under('UK');
    on('2027-03-02');
    const drafted = async (patientId: string) => {
      const id = await enter('complaint', '2027-03-02', patientId);
      await draftAnswer(
        fresh.world,
        { requestId: id, expectedVersion: 1, actor: dana },
        { note: 'We look.' },
      );
      return id;
    };
    const silent = await drafted(tor);
    expect(await row(silent)).toMatchObject({ status: 'inReview', acknowledgedAt: null });
    expect(readAck(await read(silent), new Date('2027-04-10T15:00:00Z'))?.state).toBe('overdue');
    // Said on a page that nobody reads: it is told when the letter is posted.
    const quiet = await enter('complaint', '2027-03-02', tor);
    expect(await move(quiet, 'acknowledge')).toMatchObject({ ok: true });
    expect(await row(quiet)).toMatchObject({ acknowledgedAt: null });
    const posted = { requestId: quiet, actor: dana, postedOn: '2027-03-02' };
    expect(await recordPosted(fresh.world, posted)).toEqual({ ok: true });
    expect(readAck(await read(quiet), new Date('2027-04-10T15:00:00Z'))?.state).toBe('met');
    await fresh.world.db.user.update({
      where: { id: ines.id },
      data: { noticeChoice: 'requiredOnly' },
      select: { id: true },
    });
    const told = await drafted(ines.patientId);
    expect((await row(told)).acknowledgedAt).not.toBeNull();
    expect(
      await fresh.world.db.notice.count({ where: { requestId: told, kind: 'requestAcknowledged' } }),
    ).toBe(1);
  });
});

describe('a request that was closed as the same as another while its clock was stopped', () => {
  it('goes on where it waited, under the holidays that are, and whoever has it is told', async () => {
    await under('UK');
    on('2027-02-10');
    const first = await enter('access', '2027-02-08');
    const { reference } = await read(first);
    const close = (id: string) =>
      move(id, 'markDuplicate', { reason: 'Sent twice', twinReference: reference });
    const [waiting, unknown, plain] = [
      await enter('access', '2027-02-10'),
      await enter('access', '2027-02-10'),
      await enter('access', '2027-02-10'),
    ];
    await move(waiting, 'askPatient');
    await move(unknown, 'askIdentity');
    for (const id of [waiting, unknown, plain]) expect(await close(id)).toMatchObject({ ok: true });
    await fresh.world.db.holiday.create({
      data: { calendar: 'UK', onDate: new Date('2027-03-10T00:00:00Z'), name: 'A day of rest' },
    });
    expect(await move(waiting, 'notADuplicate', {}, ines)).toMatchObject({ status: 'waitingOnPatient' });
    expect(
      await fresh.world.db.notice.count({
        where: { requestId: waiting, kind: 'patientReplied', userId: dana.id },
      }),
    ).toBe(1);
    expect(await move(unknown, 'undoDuplicate', { reason: 'Another scan' })).toMatchObject({
      status: 'identityCheck',
    });
    expect(await move(plain, 'undoDuplicate', { reason: 'Another scan' })).toMatchObject({
      status: 'submitted',
    });
    expect(await dueOn(plain)).toBe('2027-03-11');
    expect(await lastEvent(plain, 'request.dueMoved')).toMatchObject({
      after: { dueOn: '2027-03-11', because: 'reopened' },
    });
    on('2027-02-14');
    expect((await say(waiting)).ok).toBe(true);
    expect(await row(waiting)).toMatchObject({ status: 'inReview', clockPaused: false });
    await fresh.world.db.holiday.deleteMany({ where: { name: 'A day of rest' } });
  });
});
