import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { readAck, readClock } from '#app/requests/request-clock.ts';
import { byPost, peopleOfLetters } from '#tests/support/by-post.ts';
import { byDays } from '#tests/support/days.ts';
import { freshWorld, type FreshWorld } from '#tests/support/world.ts';

// Nobody reads anything in an account that is shut: what is told goes by post, and counts from then. Days of New York.

let fresh: FreshWorld;
let ines: Person & { patientId: string };
let dana: Person;
let amara: Person;
/** Somebody who never had an account. */
let tor: string;

const { under, on, enter, move, moved, read, dueOn } = byDays(
  () => fresh,
  () => ({ staff: dana, patientId: ines.patientId }),
);

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true, now: new Date('2027-02-10T15:00:00Z') });
  ({ ines, dana, amara, tor } = await peopleOfLetters(fresh));
});
afterAll(() => fresh.drop());

const account = (id: string, disabledAt: Date | null) =>
  fresh.world.db.user.update({ where: { id }, data: { disabledAt }, select: { id: true } });
const notices = (requestId: string) => fresh.world.db.notice.count({ where: { requestId } });
const { owed, posted, letter } = byPost(() => fresh, { staff: () => dana, read });
const longer = { reason: 'The archive is being moved.', newDueOn: '2027-04-01' };

describe('of whoever has an account that is shut', () => {
  beforeEach(async () => {
    on('2027-02-10');
    await account(ines.id, null);
    await under('UK');
  });

  it('what is said owes a letter and no mail, and has told nobody before that is posted', async () => {
    const id = await enter('complaint', '2027-02-10');
    const mails = await notices(id);
    await account(ines.id, fresh.clock.now());
    await moved(id, 'acknowledge');
    expect(await notices(id)).toBe(mails);
    expect(await owed(id)).toEqual({
      toldAt: fresh.clock.now(),
      extends: false,
      asks: false,
      costs: false,
      postedOn: null,
    });
    expect(readAck(await read(id), new Date('2027-04-10T15:00:00Z'))?.state).toBe('overdue');
    // The letter is what confirms it.
    expect(await letter(id)).not.toMatch(/must confirm|had to confirm/);
    expect(await posted(id, '2027-02-10')).toEqual({ ok: true });
    expect(readAck(await read(id), new Date('2027-04-10T15:00:00Z'))?.state).toBe('met');
  });

  it('what was said while it was open owes one too: they cannot read it any more', async () => {
    const id = await enter('access', '2027-02-10');
    await moved(id, 'acknowledge');
    expect(await owed(id)).toBeNull();
    await account(ines.id, fresh.clock.now());
    expect(await owed(id)).toMatchObject({ postedOn: null });
  });

  it.each([
    ['is shut', () => ines.patientId],
    ['never was', () => tor],
  ])('more time is taken when its letter is posted in time, where an account %s', async (_, whose) => {
    await account(ines.id, fresh.clock.now());
    const id = await enter('access', '2027-02-10', whose());
    const mails = await notices(id);
    expect(await dueOn(id)).toBe('2027-03-10');
    on('2027-03-01');
    await moved(id, 'extend', longer, amara);
    expect(await notices(id)).toBe(mails);
    expect(await dueOn(id)).toBe('2027-03-10');
    expect(await move(id, 'extend', longer, amara)).toEqual({ ok: false, refusal: 'alreadyExtended' });
    expect(await owed(id)).toEqual({
      toldAt: fresh.clock.now(),
      extends: true,
      asks: false,
      costs: false,
      postedOn: null,
    });
    const printed = await letter(id);
    expect(printed).toContain('The archive is being moved.');
    expect(printed).toContain('April 1, 2027');
    expect((await fresh.world.db.privacyRequest.findUniqueOrThrow({ where: { id } })).extendedAt).toBeNull();

    on('2027-03-08');
    expect(await posted(id, '2027-03-05')).toEqual({ ok: true });
    expect(await dueOn(id)).toBe('2027-04-01');
    expect(await owed(id)).toMatchObject({ extends: false, postedOn: '2027-03-05' });
    const { count } = readClock(await read(id), fresh.clock.now());
    expect(count.steps).toContainEqual(
      expect.objectContaining({ kind: 'extensionTaken', noticeOn: '2027-03-05' }),
    );
    expect(await letter(id)).toContain('The archive is being moved.');
    expect(
      await fresh.world.db.auditEvent.findFirstOrThrow({
        where: { requestId: id, type: 'request.letterPosted' },
        select: { after: true },
      }),
    ).toEqual({ after: { postedOn: '2027-03-05', dueOn: '2027-04-01', extends: true } });
  });

  it('a letter that is posted after the first period takes no more time', async () => {
    await account(ines.id, fresh.clock.now());
    const id = await enter('access', '2027-02-10');
    on('2027-03-09');
    await moved(id, 'extend', longer, amara);
    on('2027-03-12');
    expect(await posted(id, '2027-03-11')).toEqual({ ok: true });
    expect(await dueOn(id)).toBe('2027-03-10');
    expect(readClock(await read(id), fresh.clock.now()).state).toBe('overdue');
  });

  it('who has an account again before it is posted is owed the letter all the same: no mail told them', async () => {
    await account(ines.id, fresh.clock.now());
    const id = await enter('access', '2027-02-10');
    on('2027-03-01');
    await moved(id, 'extend', longer, amara);
    await account(ines.id, null);
    expect(await owed(id)).toMatchObject({ extends: true, postedOn: null });
    expect(await posted(id, '2027-03-01')).toEqual({ ok: true });
    expect(await dueOn(id)).toBe('2027-04-01');
    expect(await owed(id)).toBeNull();
  });
});
