import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { partRecords, reopenedByParting } from '#app/requests/parting.server.ts';
import { readClock } from '#app/requests/request-clock.ts';
import { clockView } from '#app/web/present-clock.server.ts';
import { byDays } from '#tests/support/days.ts';
import { freshWorld, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// What was closed because another request was to answer it too. Days of New York.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let zoe: Person & { patientId: string };
let dana: Person;
/** Of paper, without an account. */
let tor: string;

const { on, enter, move, moved, read, dueOn } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-02-10T15:00:00Z') });
  const { world } = fresh;
  [ines, zoe, dana] = await Promise.all([
    patientOf(world, 'RB000417'),
    patientOf(world, 'RB000902'),
    personOf(world, 'staff'),
  ]);
  const record = await world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
    select: { patientId: true },
  });
  tor = record.patientId;
});
afterAll(() => fresh.drop());

const close = async (id: string, twin: string) =>
  moved(id, 'markDuplicate', { reason: 'Sent twice', twinReference: (await read(twin)).reference });
const notices = async (requestId: string, kind: string) =>
  (await fresh.world.db.notice.findMany({ where: { requestId, kind }, select: { userId: true } })).map(
    ({ userId }) => userId,
  );
const reopening = (requestId: string) =>
  fresh.world.db.auditEvent.findFirst({
    where: { requestId, type: 'request.reopened' },
    select: { actorKind: true, after: true, visibleToPatient: true },
  });

describe('a request that was closed as the same as another', () => {
  it('was not answered: neither its page, nor the queue, nor its pack says that a day was kept or missed', async () => {
    const first = await enter('access', '2027-02-08');
    const second = await enter('access', '2027-02-09');
    await close(second, first);
    on('2027-04-20');
    const now = fresh.clock.now();
    expect(clockView(await read(second), now, 'en')).toMatchObject({ due: null, bar: null });
    expect(readClock(await read(second), now).state).toBeNull();
    expect(clockView(await read(first), now, 'en').due?.state).toBe('overdue');
  });

  it('goes on when the other one is taken back, with its clock as it was; its patient and staff are told', async () => {
    on('2027-02-10');
    const first = await enter('access', '2027-02-08');
    const [second, waits] = [await enter('access', '2027-02-09'), await enter('access', '2027-02-09')];
    await moved(waits, 'askPatient');
    const due = await dueOn(second);
    await close(second, first);
    await close(waits, first);
    expect((await read(first)).answersToo).toHaveLength(2);
    on('2027-02-20');
    await moved(first, 'withdraw', {}, ines);
    expect(await read(second)).toMatchObject({ status: 'submitted', resolution: null, duplicateOf: null });
    expect(await read(waits)).toMatchObject({ status: 'waitingOnPatient', resolution: null });
    expect(await dueOn(second)).toBe(due);
    expect(await reopening(second)).toMatchObject({
      actorKind: 'system',
      after: { status: 'submitted', because: 'otherEnded' },
      visibleToPatient: true,
    });
    expect(await notices(second, 'requestReopened')).toEqual([ines.id]);
    expect(await notices(second, 'duplicateReopened')).toEqual([dana.id]);
    // It is a request like any other again.
    await moved(second, 'acknowledge');
  });

  it('that had itself answered for a third does not lose that one', async () => {
    on('2027-02-10');
    const [first, second, third] = [
      await enter('access', '2027-02-07'),
      await enter('access', '2027-02-08'),
      await enter('access', '2027-02-09'),
    ];
    await close(third, second);
    await close(second, first);
    await moved(first, 'withdraw', {}, ines);
    expect(await read(second)).toMatchObject({ status: 'submitted' });
    expect(await read(third)).toMatchObject({ status: 'closed', resolution: 'duplicate' });
    await moved(second, 'withdraw', {}, ines);
    expect(await read(third)).toMatchObject({ status: 'submitted' });
  });

  it('goes on when the other one turns out to be somebody else’s', async () => {
    on('2027-02-10');
    const records = { survivorId: zoe.patientId, mergedId: tor };
    const { world } = fresh;
    expect((await mergeRecords(world, { actor: dana, ...records, reason: 'One person' })).ok).toBe(true);
    const theirs = await enter('access', '2027-02-08', tor);
    const own = await enter('access', '2027-02-09', zoe.patientId);
    const alike = await enter('access', '2027-02-09', tor);
    await close(own, theirs);
    await close(alike, theirs);
    const due = await dueOn(own);
    const { id: mergeId } = await world.db.patientMerge.findFirstOrThrow({ where: { unmergedAt: null } });
    expect(await reopenedByParting(world.db, records)).toBe(1);
    expect((await partRecords(world, { actor: dana, mergeId, reason: 'Two people' })).ok).toBe(true);
    expect(await read(own)).toMatchObject({ status: 'submitted', duplicateOf: null });
    expect(await dueOn(own)).toBe(due);
    expect(await reopening(own)).toMatchObject({ after: { because: 'otherIsNotTheirs' } });
    expect(await notices(own, 'requestReopened')).toEqual([zoe.id]);
    expect(await notices(own, 'duplicateReopened')).toEqual([dana.id]);
    expect(await read(alike)).toMatchObject({ status: 'closed', resolution: 'duplicate' });
  });

  it('stays closed while the other one is answered, or opened by nobody but Plainview this way', async () => {
    const first = await enter('access', '2027-02-08');
    const second = await enter('access', '2027-02-09');
    await close(second, first);
    expect(await move(second, 'otherEnded', {}, dana)).toEqual({ ok: false, refusal: 'notYours' });
    expect(await read(second)).toMatchObject({ status: 'closed' });
  });
});
