import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import {
  addPasskey,
  authenticationOptions,
  checkPasskey,
  passkeysOf,
  registrationOptions,
  removePasskey,
  renamePasskey,
} from '#app/people/passkeys.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { signInWithPasskey } from '#app/people/sign-in.server.ts';
import { removeTotp } from '#app/people/totp-enrolment.server.ts';
import { SoftPasskey } from '#tests/support/authenticator.ts';
import { testOrigin } from '#tests/support/fixed.ts';
import { freshWorld, minutes, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person;
let dana: Person;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, dana] = await Promise.all([personOf(fresh.world, 'patient'), personOf(fresh.world, 'staff')]);
});
beforeEach(async () => {
  await fresh.world.db.passkey.deleteMany({});
});
afterAll(() => fresh.drop());

const from = { address: '192.0.2.7', userAgent: 'Test' };

async function sessionOf(person: Person): Promise<{ cookie: string; id: string }> {
  const { db, clock } = fresh.world;
  const cookie = await startSession(db, person.id, { ...from, factor: 'totp' }, clock());
  const signedIn = await readSession(db, cookie, clock());
  return { cookie, id: signedIn?.session.id ?? '' };
}

async function enrol(person: Person, how?: { verifiesUser?: boolean; origin?: string }) {
  const { world } = fresh;
  const passkey = new SoftPasskey(testOrigin, person.id);
  const asked = await registrationOptions(world, {
    userId: person.id,
    email: 'a@demo.example',
    displayName: person.name,
  });
  const session = await sessionOf(person);
  const response = passkey.made(asked.options.challenge, how);
  const done = await addPasskey(world, { person, session, cookie: asked.cookie, response, name: 'Phone' });
  return { passkey, done, session, asked, response };
}

async function use(passkey: SoftPasskey, how?: { verifiesUser?: boolean; origin?: string }) {
  const { cookie, options } = await authenticationOptions(fresh.world, { purpose: 'signIn' });
  return { cookie, response: passkey.used(options.challenge, how) };
}

const check = (given: { cookie: string; response: string }) =>
  checkPasskey(fresh.world, { ...given, purpose: 'signIn' });

describe('making a passkey', () => {
  it('asks for one that lives on the device and checks its person, and for none that is there already', async () => {
    const { passkey } = await enrol(ines);
    const { options } = await registrationOptions(fresh.world, {
      userId: ines.id,
      email: 'a@demo.example',
      displayName: ines.name,
    });
    expect(options).toMatchObject({
      rp: { id: new URL(testOrigin).hostname },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: [{ id: passkey.credentialId.toString('base64url') }],
    });
  });

  it('is told of, ends the other sessions, and gives this one a new id', async () => {
    const { db, clock } = fresh.world;
    const other = await sessionOf(ines);
    const before = await db.notice.count({ where: { userId: ines.id, kind: 'factorAdded' } });
    const { done, session } = await enrol(ines);
    if (!done.ok) throw new Error(done.refusal);
    expect(await readSession(db, other.cookie, clock())).toBeNull();
    expect(await readSession(db, session.cookie, clock())).toBeNull();
    expect((await readSession(db, done.sessionId, clock()))?.person.id).toBe(ines.id);
    expect(await db.notice.count({ where: { userId: ines.id, kind: 'factorAdded' } })).toBe(before + 1);
    expect(
      await db.auditEvent.findFirst({ where: { type: 'passkey.added' }, orderBy: { id: 'desc' } }),
    ).toMatchObject({
      actorId: ines.id,
      after: { name: 'Phone' },
    });
  });

  it.each([
    ['without checking the person', { verifiesUser: false }],
    ['on another site', { origin: 'https://portal.riverbend.example.evil.example' }],
  ])('is refused when it was made %s', async (_how, how) => {
    expect((await enrol(ines, how)).done).toEqual({ ok: false, refusal: 'passkey' });
    expect(await passkeysOf(fresh.world.db, ines.id)).toEqual([]);
  });

  it('is refused for a challenge of somebody else, a spent one, and an old one', async () => {
    const { world, clock } = fresh;
    const session = await sessionOf(dana);
    const first = await enrol(ines);
    const again = { person: ines, session: await sessionOf(ines), name: 'Again' };
    const { cookie } = first.asked;
    expect(await addPasskey(world, { ...again, cookie, response: first.response })).toMatchObject({
      ok: false,
    });
    const asked = await registrationOptions(world, {
      userId: ines.id,
      email: 'a@demo.example',
      displayName: 'I',
    });
    const passkey = new SoftPasskey(testOrigin, dana.id);
    const response = passkey.made(asked.options.challenge);
    const stolen = { person: dana, session, cookie: asked.cookie, response, name: 'Stolen' };
    expect(await addPasskey(world, stolen)).toEqual({ ok: false, refusal: 'passkey' });
    const late = await registrationOptions(world, {
      userId: dana.id,
      email: 'd@demo.example',
      displayName: 'D',
    });
    clock.advance(minutes(5));
    const lateAnswer = { ...stolen, cookie: late.cookie, response: passkey.made(late.options.challenge) };
    expect(await addPasskey(world, lateAnswer)).toEqual({ ok: false, refusal: 'passkey' });
  });

  it.each(['', '{', 'null', '[]', '{"id":1}', JSON.stringify({ id: 'a', rawId: 'a' }), 'x'.repeat(20_000)])(
    'is refused for %j',
    async (response) => {
      const { cookie } = await registrationOptions(fresh.world, {
        userId: ines.id,
        email: 'a@demo.example',
        displayName: 'I',
      });
      const session = await sessionOf(ines);
      expect(await addPasskey(fresh.world, { person: ines, session, cookie, response, name: 'X' })).toEqual({
        ok: false,
        refusal: 'passkey',
      });
    },
  );
});

describe('using a passkey', () => {
  it('says whose it is', async () => {
    const { passkey } = await enrol(ines);
    expect(await check(await use(passkey))).toEqual({ userId: ines.id });
  });

  it('is refused without a check of the person, on another site, and for another account', async () => {
    const { passkey } = await enrol(ines);
    expect(await check(await use(passkey, { verifiesUser: false }))).toBeNull();
    expect(await check(await use(passkey, { origin: 'https://evil.example' }))).toBeNull();
    expect(
      await checkPasskey(fresh.world, { ...(await use(passkey)), purpose: 'signIn', userId: dana.id }),
    ).toBeNull();
    expect(await checkPasskey(fresh.world, { ...(await use(passkey)), purpose: 'stepUp' })).toBeNull();
  });

  it('is refused once its counter does not rise: somebody has a copy', async () => {
    const { passkey } = await enrol(ines);
    await check(await use(passkey));
    await check(await use(passkey));
    passkey.counter -= 1;
    expect(await check(await use(passkey))).toBeNull();
    expect(await check(await use(passkey))).toEqual({ userId: ines.id });
  });

  it('is refused for an account that was shut', async () => {
    const { db } = fresh.world;
    const { passkey } = await enrol(dana);
    await db.user.update({ where: { id: dana.id }, data: { disabledAt: fresh.clock.now() } });
    expect(await check(await use(passkey))).toBeNull();
    await db.user.update({ where: { id: dana.id }, data: { disabledAt: null } });
  });

  it('of one answer sent twenty times at one instant, one session starts', async () => {
    const { world } = fresh;
    const { passkey } = await enrol(ines);
    const before = await world.db.session.count();
    const given = await use(passkey);
    const steps = await Promise.all(Array.from({ length: 20 }, () => signInWithPasskey(world, given, from)));
    expect(steps.filter(({ outcome }) => outcome === 'signedIn')).toHaveLength(1);
    expect(await world.db.session.count()).toBe(before + 1);
  });
});

describe('the passkeys of an account', () => {
  it('are renamed and removed by their owner alone', async () => {
    const { world } = fresh;
    await enrol(ines);
    const [passkey] = await passkeysOf(world.db, ines.id);
    const passkeyId = passkey?.id ?? '';
    const asDana = { person: dana, session: await sessionOf(dana), passkeyId };
    expect(await removePasskey(world, asDana)).toEqual({ ok: false, refusal: 'notFound' });
    expect(await renamePasskey(world, { ...asDana, name: 'Mine' })).toEqual({
      ok: false,
      refusal: 'notFound',
    });
    const asInes = { person: ines, session: await sessionOf(ines), passkeyId };
    const renamed = await renamePasskey(world, { ...asInes, name: 'Old phone' });
    expect(renamed.ok).toBe(true);
    expect(await passkeysOf(world.db, ines.id)).toMatchObject([{ name: 'Old phone' }]);
    expect((await removePasskey(world, asInes)).ok).toBe(true);
    expect(await passkeysOf(world.db, ines.id)).toEqual([]);
  });

  it('and the authenticator cannot all be taken away, also not both at one instant', async () => {
    const { world } = fresh;
    await enrol(ines);
    const [passkey] = await passkeysOf(world.db, ines.id);
    const kept = await world.db.user.findUniqueOrThrow({
      where: { id: ines.id },
      select: { totpSecretSealed: true, totpLastStep: true },
    });
    const session = await sessionOf(ines);
    const done = await Promise.all([
      removePasskey(world, { person: ines, session, passkeyId: passkey?.id ?? '' }),
      removeTotp(world, { person: ines, session }),
    ]);
    expect(done.filter(({ ok }) => ok)).toHaveLength(1);
    expect(done.find(({ ok }) => !ok)).toEqual({ ok: false, refusal: 'lastFactor' });
    await world.db.user.update({ where: { id: ines.id }, data: kept });
  });
});
