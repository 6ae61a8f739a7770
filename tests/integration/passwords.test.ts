import { hash } from '@node-rs/argon2';
import { dictionary } from '@zxcvbn-ts/language-common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { changePassword, resetPassword } from '#app/people/change-password.server.ts';
import { passwordMistake } from '#app/people/common-passwords.server.ts';
import { Busy, hashPassword, isPassword, isWeakHash } from '#app/people/passwords.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { checkPassword } from '#app/people/sign-in.server.ts';
import { castMember, freshWorld, personOf, type FreshWorld } from '#tests/support/world.ts';

const about = {
  email: 'ines.okafor@demo.example',
  displayName: 'Ines Okafor',
  facilityName: 'Riverbend Imaging',
};
const from = { address: '192.0.2.7', userAgent: 'Test' };

describe('a password that somebody chooses', () => {
  it.each([
    ['kx7#qpw', 'errors.passwordShort'],
    ['kx7#qpwz', null],
    // Eight characters, though more bytes; letters and marks that make one letter count once.
    ['ñandú…é✓', null],
    ['n\u0303andu\u0301e', 'errors.passwordShort'],
    ['🦊🦊🐻🐻🐼🐼🐨', 'errors.passwordShort'],
    ['🦊🦊🐻🐻🐼🐼🐨🐨', null],
    ['correct horse battery staple and a good deal more than sixty-four characters', null],
    ['                    plum', null],
    ['aaaaaaaaaaaa', 'errors.passwordCommon'],
    ['Password', 'errors.passwordCommon'],
    ['iloveyou', 'errors.passwordCommon'],
    ['ines.okafor', 'errors.passwordAboutYou'],
    ['OKAFOR1234', 'errors.passwordAboutYou'],
    ['ines.okafor@demo.example', 'errors.passwordAboutYou'],
    ['riverbend!!', 'errors.passwordAboutYou'],
    ['Plainview2026', 'errors.passwordAboutYou'],
    ['x'.repeat(3) + 'y'.repeat(1_021), null],
    ['x'.repeat(3) + 'y'.repeat(1_022), 'errors.passwordLong'],
    ['é'.repeat(500) + 'abc', null],
    ['é'.repeat(513), 'errors.passwordLong'],
  ])('%j: %s', (password, mistake) => {
    expect(passwordMistake(password, about)).toBe(mistake);
  });

  it('is none of the common and breached ones', () => {
    const long = dictionary['passwords-common'].filter((word) => word.length >= 8);
    expect(long.length).toBeGreaterThan(10_000);
    const taken = long.filter((word) => passwordMistake(word.toUpperCase(), about) === null);
    expect(taken).toEqual([]);
  });
});

describe('a stored password', () => {
  it('is whole: one that differs in its 80th character alone is wrong', async () => {
    const password = `${'long enough '.repeat(7)}!`;
    const stored = await hashPassword(password);
    expect(await isPassword(stored, password)).toBe(true);
    expect(await isPassword(stored, password.slice(0, 79) + '?' + password.slice(80))).toBe(false);
    expect(await isPassword(null, password)).toBe(false);
    expect(isWeakHash(stored)).toBe(false);
  });

  it('is the same on a keyboard that writes its accents apart', async () => {
    expect(await isPassword(await hashPassword('contrase\u00f1a-mía'), 'contrasen\u0303a-mi\u0301a')).toBe(
      true,
    );
  });

  it('is checked one at a time; of two hundred at once the last ones are told to come back', async () => {
    const stored = await hashPassword('granite-otter-91');
    const answers = await Promise.allSettled(
      Array.from({ length: 200 }, () => isPassword(stored, 'granite-otter-91')),
    );
    const busy = answers.filter((answer) => answer.status === 'rejected');
    expect(busy.length).toBeGreaterThan(100);
    expect(busy.every(({ reason }) => reason instanceof Busy)).toBe(true);
    expect(answers.filter((answer) => answer.status === 'fulfilled' && answer.value).length).toBe(
      200 - busy.length,
    );
  });
});

describe('the password of an account', () => {
  let fresh: FreshWorld;
  let dana: Person;
  beforeAll(async () => {
    fresh = await freshWorld({ seeded: true });
    dana = await personOf(fresh.world, 'staff');
  });
  afterAll(() => fresh.drop());
  const { email, password } = castMember('staff');

  async function session() {
    const { db, clock } = fresh.world;
    const cookie = await startSession(db, dana.id, { ...from, factor: 'totp' }, clock());
    return { cookie, id: (await readSession(db, cookie, clock()))?.session.id ?? '' };
  }

  it('is hashed anew at a sign-in when its hash is weaker than today’s', async () => {
    const { world } = fresh;
    const weak = await hash(password, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await world.db.user.update({ where: { email }, data: { passwordHash: weak } });
    expect(isWeakHash(weak)).toBe(true);
    expect(await checkPassword(world, email, password, from)).toMatchObject({ outcome: 'secondFactorOwed' });
    const { passwordHash } = await world.db.user.findUniqueOrThrow({ where: { email } });
    expect(isWeakHash(passwordHash)).toBe(false);
    expect(await checkPassword(world, email, password, from)).toMatchObject({ outcome: 'secondFactorOwed' });
  });

  it('is changed only by who knows the present one, for a good one, and ends the other sessions', async () => {
    const { world } = fresh;
    const [own, other] = [await session(), await session()];
    const change = (current: string, next: string) =>
      changePassword(world, { person: dana, session: own, current, next, about, address: from.address });
    expect(await change('wrong', 'new-lantern-55')).toEqual({ ok: false, refusal: 'wrongPassword' });
    expect(await change(password, 'password123')).toEqual({
      ok: false,
      refusal: 'mistake',
      mistake: 'errors.passwordCommon',
    });
    const done = await change(password, 'new-lantern-55');
    if (!('sessionId' in done)) throw new Error('not changed');
    const at = world.clock();
    expect(await readSession(world.db, other.cookie, at)).toBeNull();
    expect(await readSession(world.db, own.cookie, at)).toBeNull();
    expect((await readSession(world.db, done.sessionId, at))?.person.id).toBe(dana.id);
    expect(await world.db.auditEvent.count({ where: { type: 'password.changed', actorId: dana.id } })).toBe(
      1,
    );
    expect(await world.db.notice.count({ where: { kind: 'passwordChanged', userId: dana.id } })).toBe(1);
    expect(await checkPassword(world, email, password, from)).toEqual({ outcome: 'refused' });
    expect(await checkPassword(world, email, 'new-lantern-55', from)).toMatchObject({
      outcome: 'secondFactorOwed',
    });
  });

  it('changed, begins the count of wrong answers anew; a try that was not judged does not count', async () => {
    const { world } = fresh;
    const own = { id: '' };
    const given = { person: dana, session: own, current: 'new-lantern-55', about, address: from.address };
    const wrong = async () => {
      for (let turn = 0; turn < 9; turn++)
        expect(
          await changePassword(world, { ...given, current: 'wrong', next: 'other-lantern-66' }),
        ).toMatchObject({ refusal: 'wrongPassword' });
    };
    const counted = () =>
      world.db.rateLimit.findMany({ where: { key: { startsWith: 'confirm:' } }, select: { points: true } });
    await wrong();
    const others = Array.from({ length: 100 }, () => isPassword(null, 'somebody else').catch(() => false));
    await expect(changePassword(world, { ...given, next: 'other-lantern-66' })).rejects.toBeInstanceOf(Busy);
    await Promise.all(others);
    expect(await counted()).toEqual([{ points: 9 }]);
    own.id = (await session()).id;
    expect(await changePassword(world, { ...given, next: 'other-lantern-66' })).toMatchObject({ ok: true });
    expect(await counted()).toEqual([]);
    own.id = (await session()).id;
    await wrong();
    const back = { ...given, current: 'other-lantern-66', next: 'new-lantern-55' };
    expect(await changePassword(world, back)).toMatchObject({ ok: true });
  });

  it('ten wrong answers to a change shut the door, also for the right one', async () => {
    const { world } = fresh;
    const own = await session();
    const given = { person: dana, session: own, next: 'other-lantern-66', about, address: from.address };
    for (let turn = 0; turn < 10; turn++) await changePassword(world, { ...given, current: 'wrong' });
    const shut = await changePassword(world, { ...given, current: 'new-lantern-55' });
    expect(shut).toMatchObject({ ok: false, wait: expect.any(Number) });
  });

  it('is set by a recovery, which ends every session and forgets every browser', async () => {
    const { world } = fresh;
    const { cookie } = await session();
    await world.db.knownDevice.create({
      data: { secretHash: 'x', userId: dana.id, createdAt: world.clock(), lastSeenAt: world.clock() },
    });
    const passwordHash = await hashPassword('recovered-otter-77');
    await inTransaction(world.db, (tx) =>
      resetPassword(tx, { person: dana, passwordHash, now: world.clock() }),
    );
    expect(await readSession(world.db, cookie, world.clock())).toBeNull();
    expect(await world.db.knownDevice.count({ where: { userId: dana.id } })).toBe(0);
    expect(await checkPassword(world, email, 'recovered-otter-77', from)).toMatchObject({
      outcome: 'secondFactorOwed',
    });
  });
});
