import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { eventsOfRequest } from '#app/audit/audit.server.ts';
import { recordFeePaid } from '#app/requests/fee-payment.server.ts';
import { tellFee } from '#app/requests/fees.server.ts';
import { readClock } from '#app/requests/request-clock.ts';
import { enterWord } from '#app/requests/their-word.server.ts';
import { timelineView } from '#app/web/present-timeline.server.ts';
import { byPost, peopleOfLetters } from '#tests/support/by-post.ts';
import { byDays } from '#tests/support/days.ts';
import { freshWorld, type FreshWorld } from '#tests/support/world.ts';

// Nobody reads online what is asked: the clock stands still from the day on which its letter is posted. Days of New York.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;
/** Somebody who never had an account. */
let tor: string;

const { under, on, enter, move, moved, read, dueOn } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: tor }),
);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-02-10T15:00:00Z') });
  ({ ines, dana, amara, tor } = await peopleOfLetters(fresh));
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await account(null);
  await under('UK');
  on('2027-02-10');
});

const account = (disabledAt: Date | null) =>
  fresh.world.db.user.update({ where: { id: ines.id }, data: { disabledAt }, select: { id: true } });
const { owed, posted, letter } = byPost(() => fresh, { staff: () => dana, read });
const history = async (requestId: string) =>
  timelineView(await eventsOfRequest(fresh.world.db, requestId, 'visibleToPatient'), {
    locale: 'en',
    timeZone: 'America/New_York',
    audience: 'patient',
    facilityName: 'Riverbend Imaging',
  }).map(({ what }) => what);
/** What its row says of its clock, and what its count does: always the same. */
async function clock(requestId: string) {
  const request = await read(requestId);
  const { count, state } = readClock(request, fresh.clock.now());
  const row = await fresh.world.db.privacyRequest.findUniqueOrThrow({
    where: { id: requestId },
    select: { clockPaused: true },
  });
  expect([row.clockPaused, request.dueOn]).toEqual([count.openPause !== null, count.effectiveDueDate]);
  return { status: request.status, dueOn: request.dueOn, since: count.openPause?.sinceOn ?? null, state };
}
const letters = (requestId: string) =>
  fresh.world.db.requestClockEvent.count({ where: { requestId, type: 'letterPosted' } });

describe('a question that nobody reads online', () => {
  it.each([
    ['askIdentity', 'identityCheck', 'confirmIdentity', '2027-03-25'],
    ['askPatient', 'waitingOnPatient', 'goOn', '2027-03-22'],
  ] as const)(
    '%s: the clock stands still from the posting of its letter',
    async (asks, status, came, due) => {
      const id = await enter('access', '2027-02-10');
      on('2027-02-12');
      await moved(id, asks);
      expect(await clock(id)).toEqual({ status, dueOn: '2027-03-10', since: null, state: 'running' });
      expect(await owed(id)).toMatchObject({ asks: true, postedOn: null });
      expect((await history(id))[0]).toMatch(/: the clock stops when the letter is posted$/);
      // The letter says what holds once it is in the post.
      expect(await letter(id)).toContain('The clock has stopped until you answer.');

      on('2027-02-17');
      expect(await Promise.all([posted(id, '2027-02-16'), posted(id, '2027-02-16')])).toEqual(
        expect.arrayContaining([{ ok: true }, { ok: false, refusal: 'nothingToPost' }]),
      );
      expect(await letters(id)).toBe(1);
      expect(await clock(id)).toEqual({ status, dueOn: '2027-03-10', since: '2027-02-16', state: 'paused' });
      expect(await owed(id)).toMatchObject({ asks: false, postedOn: '2027-02-16' });
      expect((await history(id))[0]).toBe(
        'We sent a letter by post: the clock stands still until the answer comes',
      );

      // DPA 2018 s.54(3C): February 16 to 25, ten days; Art. 12A: a month from February 25.
      on('2027-02-26');
      await moved(id, came, { reason: 'They called.', cameOn: '2027-02-25' });
      expect(await clock(id)).toMatchObject({ dueOn: due, since: null });
      // It stood still: whoever waits is told the new last day, by the next letter.
      expect(await owed(id)).toMatchObject({ toldAt: fresh.clock.now(), postedOn: null });
    },
  );

  it.each([
    ['askIdentity', 'confirmIdentity'],
    ['askPatient', 'goOn'],
  ] as const)('%s: what came before its letter was in the post stopped nothing', async (asks, came) => {
    const [atDesk, late] = [await enter('access', '2027-02-10'), await enter('access', '2027-02-10')];
    on('2027-02-12');
    for (const id of [atDesk, late]) await moved(id, asks);
    // The next day they stand at the desk; nobody enters a posting, or somebody does afterwards.
    on('2027-02-13');
    await moved(atDesk, came, { reason: 'At the desk.' });
    expect(await clock(atDesk)).toMatchObject({ dueOn: '2027-03-10', since: null, state: 'running' });
    expect(await posted(atDesk, '2027-02-12')).toEqual({ ok: true });
    expect(await letters(atDesk)).toBe(0);
    // It was posted, and had come the day before.
    on('2027-02-16');
    expect(await posted(late, '2027-02-16')).toEqual({ ok: true });
    expect(await move(late, came, { reason: 'At the desk.', cameOn: '2027-02-11' })).toEqual({
      ok: false,
      refusal: 'cameBeforeAsked',
    });
    await moved(late, came, { reason: 'At the desk.', cameOn: '2027-02-13' });
    expect(await clock(late)).toMatchObject({ dueOn: '2027-03-10', since: null, state: 'running' });
  });

  it('posted after the last day stops nothing, and is late meanwhile', async () => {
    const id = await enter('access', '2027-02-10');
    on('2027-03-09');
    await moved(id, 'askPatient');
    on('2027-03-12');
    expect(await clock(id)).toMatchObject({ state: 'overdue' });
    expect(await posted(id, '2027-03-11')).toEqual({ ok: true });
    expect(await clock(id)).toMatchObject({ dueOn: '2027-03-10', since: null, state: 'overdue' });
  });

  it('stops from the asking where somebody reads it, and from its letter where the account is shut', async () => {
    const open = await enter('access', '2027-02-10', ines.patientId);
    const shut = await enter('access', '2027-02-10', ines.patientId);
    on('2027-02-12');
    await moved(open, 'askPatient');
    expect(await clock(open)).toMatchObject({ since: '2027-02-12', state: 'paused' });
    await account(fresh.clock.now());
    await moved(shut, 'askPatient');
    expect(await clock(shut)).toMatchObject({ since: null, state: 'running' });
    // Who can read again was told of it by no mail: its letter is owed all the same.
    await account(null);
    expect(await owed(shut)).toMatchObject({ asks: true, postedOn: null });
    expect(await owed(open)).toBeNull();
    on('2027-02-15');
    expect(await posted(shut, '2027-02-15')).toEqual({ ok: true });
    expect(await clock(shut)).toMatchObject({ since: '2027-02-15', state: 'paused' });
  });

  it('stops nothing of a request that was closed meanwhile, and all of it once that is open again', async () => {
    const [first, id] = [await enter('access', '2027-02-10'), await enter('access', '2027-02-10')];
    on('2027-02-12');
    await moved(id, 'askIdentity');
    const { reference } = await read(first);
    await moved(id, 'markDuplicate', { reason: 'The same paper.', twinReference: reference });
    on('2027-02-13');
    expect(await posted(id, '2027-02-13')).toEqual({ ok: true });
    expect(await letters(id)).toBe(0);
    on('2027-02-14');
    await moved(id, 'undoDuplicate', { reason: 'Another year.' });
    expect(await clock(id)).toMatchObject({ status: 'identityCheck', since: null });
    on('2027-02-15');
    expect(await posted(id, '2027-02-15')).toEqual({ ok: true });
    expect(await clock(id)).toMatchObject({ since: '2027-02-15', state: 'paused' });
  });

  it('is asked by somebody all the same: who refuses for want of proof is another', async () => {
    const id = await enter('access', '2027-02-10');
    await moved(id, 'askIdentity', {}, amara);
    expect(await move(id, 'refuseIdentity', { reason: 'Nothing came.' }, amara)).toEqual({
      ok: false,
      refusal: 'secondLookNeeded',
    });
  });

  it('moves nothing, and promises nothing, under a law that does not stop for it', async () => {
    await under('US');
    const id = await enter('access', '2027-02-10');
    await moved(id, 'askIdentity');
    expect((await history(id))[0]).toBe('We asked for proof of who is asking');
    expect(await letter(id)).not.toContain('The clock has stopped');
    on('2027-02-12');
    expect(await posted(id, '2027-02-12')).toEqual({ ok: true });
    expect((await history(id))[0]).toBe('We sent a letter by post');
    expect(await clock(id)).toMatchObject({ dueOn: '2027-03-12', since: null, state: 'running' });
  });
});

describe('a cost that nobody reads online', () => {
  const fee = (requestId: string) =>
    tellFee(fresh.world, {
      ...{ requestId, actor: dana, amountCents: 1_000, currency: 'USD', basis: 'Discs.' },
      ground: 'excessive',
    });
  const goesOn = async (requestId: string, receivedOn: string) =>
    enterWord(fresh.world, {
      ...{ requestId, actor: dana, said: 'feeGoOn', channel: 'desk' },
      ...{ expectedVersion: (await read(requestId)).version, text: '', documents: [], receivedOn },
      ...{ receivedAt: fresh.clock.now(), receivedTimeKnown: false, submissionKey: crypto.randomUUID() },
    });
  const paid = (requestId: string, paidOn: string) =>
    recordFeePaid(fresh.world, { requestId, actor: dana, paidOn });

  it('was told when its letter was posted: the period runs from a payment after that', async () => {
    const id = await enter('access', '2027-02-10');
    on('2027-02-12');
    expect(await fee(id)).toEqual({ ok: true });
    expect(await owed(id)).toMatchObject({ costs: true, postedOn: null });
    on('2027-02-16');
    expect(await posted(id, '2027-02-15')).toEqual({ ok: true });
    expect((await goesOn(id, '2027-02-16')).ok).toBe(true);
    on('2027-02-22');
    expect(await paid(id, '2027-02-20')).toEqual({ ok: true });
    expect(await dueOn(id)).toBe('2027-03-22');
  });

  it.each([
    ['no posting was entered', null, '2027-02-16'],
    ['it was posted after the payment', '2027-02-17', '2027-02-16'],
    ['it was posted after the last day', '2027-03-11', '2027-03-15'],
  ])('begins no period where %s; the payment is on record', async (_, postedOn, paidOn) => {
    const id = await enter('access', '2027-02-10');
    on('2027-02-12');
    expect(await fee(id)).toEqual({ ok: true });
    on('2027-02-16');
    expect((await goesOn(id, '2027-02-16')).ok).toBe(true);
    on('2027-03-15');
    if (postedOn) expect(await posted(id, postedOn)).toEqual({ ok: true });
    expect(await paid(id, paidOn)).toEqual({ ok: true });
    expect(await paid(id, paidOn)).toEqual({ ok: false, refusal: 'chosenAlready' });
    expect(await clock(id)).toMatchObject({ dueOn: '2027-03-10', state: 'overdue' });
    expect((await history(id))[0]).toBe('The fee was paid; the last day stays as it was');
  });
});
