import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import {
  askOrder,
  carryOutOrder,
  refuseOrder,
  waitingOrders,
  type OrderAsked,
} from '#app/people/credential-orders.server.ts';
import { attempt, countLetter } from '#app/people/limits.server.ts';
import { beginRecovery } from '#app/people/recovery.server.ts';
import { checkCode, checkPassword } from '#app/people/sign-in.server.ts';
import { codesLeft, issueCodes, newCodes, spendCode } from '#app/people/one-time-codes.server.ts';
import { disableAccount } from '#app/people/accounts.server.ts';
import { proveFactor } from '#app/people/prove-factor.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { connected } from '#tests/support/database.ts';
import {
  castMember,
  codeNow,
  freshWorld,
  hours,
  personOf,
  somebody,
  type FreshWorld,
} from '#tests/support/world.ts';

let fresh: FreshWorld;
let ines: Person;
let dana: Person;
let amara: Person;
/** A second member of staff. */
let noor: Person;
const started = { userAgent: 'test', address: '203.0.113.9', factor: 'totp' } as const;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  [ines, dana, amara] = await Promise.all([
    personOf(fresh.world, 'patient'),
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  noor = await colleague('noor.haddad@demo.example', 'Noor Haddad', 'staff');
});
afterEach(() => fresh.drop());

const db = () => fresh.world.db;

async function colleague(
  email: string,
  displayName: string,
  role: 'staff' | 'privacyOfficer',
): Promise<Person> {
  const { id } = await db().user.create({
    data: { email, displayName, role, passwordHash: 'none', createdAt: fresh.clock.now() },
    select: { id: true },
  });
  return { kind: 'person', id, name: displayName, role, patientId: null };
}

const asked = (more: Partial<OrderAsked> = {}): OrderAsked => ({
  actor: dana,
  userId: ines.id,
  kind: 'resetFactors',
  identityCheck: 'Passport at the front desk',
  reason: 'Lost phone',
  ...more,
});

async function ask(more: Partial<OrderAsked> = {}): Promise<string> {
  const order = await askOrder(fresh.world, asked(more));
  if (!order.ok) throw new Error(order.refusal);
  return order.id;
}

const events = (type: string) =>
  db().auditEvent.findMany({
    where: { type },
    select: { actorName: true, after: true, reason: true, visibleToPatient: true, patientId: true },
  });
const letters = () =>
  db().notice.findMany({
    where: { kind: { in: ['codeSheetIssued', 'factorRemoved', 'emailChanged'] } },
    select: { kind: true, userId: true, address: true },
    orderBy: [{ kind: 'asc' }, { address: 'asc' }],
  });
const everything = async () =>
  JSON.stringify(
    [
      await db().user.findMany({ orderBy: { id: 'asc' } }),
      await db().session.findMany({ orderBy: { id: 'asc' } }),
      await db().codeSet.findMany({ orderBy: { id: 'asc' } }),
      await db().credentialOrder.findMany({ orderBy: { id: 'asc' } }),
      await db().auditEvent.count(),
      await db().notice.count(),
    ],
    (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
  );

describe('asking', () => {
  it('changes nothing but that somebody else is now asked', async () => {
    await ask();
    expect(await db().codeSet.count()).toBe(0);
    expect(await waitingOrders(db(), fresh.clock.now())).toHaveLength(1);
    expect(await events('credentialOrder.asked')).toMatchObject([
      { actorName: 'Dana Whitlow', reason: 'Lost phone', visibleToPatient: true, patientId: ines.patientId },
    ]);
  });

  it('is refused for oneself, for nobody, for a shut account, and while another order waits', async () => {
    expect(await askOrder(fresh.world, asked({ userId: dana.id }))).toMatchObject({ refusal: 'self' });
    expect(
      await askOrder(fresh.world, asked({ userId: '0198a5c0-0000-7000-8000-000000000000' })),
    ).toMatchObject({ refusal: 'notFound' });
    await ask();
    expect(await askOrder(fresh.world, asked({ actor: noor }))).toMatchObject({ refusal: 'waitingAlready' });
    await disableAccount(fresh.world, castMember({ mrn: 'RB000902' }).email, somebody);
    const zoe = await personOf(fresh.world, { mrn: 'RB000902' });
    expect(await askOrder(fresh.world, asked({ userId: zoe.id }))).toMatchObject({
      refusal: 'subjectDisabled',
    });
  });

  it('by two at one instant makes one order', async () => {
    const outcomes = await Promise.all([
      askOrder(fresh.world, asked()),
      askOrder(fresh.world, asked({ actor: noor })),
    ]);
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await db().credentialOrder.count()).toBe(1);
  });

  it('takes a new address only with a reset, and none that an account has', async () => {
    expect(
      await askOrder(fresh.world, asked({ kind: 'codeSheet', newEmail: 'new@demo.example' })),
    ).toMatchObject({ refusal: 'emailNeedsReset' });
    expect(
      await askOrder(fresh.world, asked({ newEmail: castMember('staff').email.toUpperCase() })),
    ).toMatchObject({ refusal: 'emailTaken' });
    expect(await askOrder(fresh.world, asked({ newEmail: castMember('patient').email }))).toMatchObject({
      refusal: 'sameEmail',
    });
  });
});

describe('the second person', () => {
  it('is never who asked, never whom it is about, and an officer where it is about a colleague', async () => {
    const refusals: [Partial<OrderAsked>, () => Person, string][] = [
      [{}, () => dana, 'asker'],
      [{ actor: noor, userId: dana.id }, () => dana, 'subject'],
      [{ actor: amara, userId: noor.id }, () => dana, 'officerNeeded'],
      [{ actor: dana, userId: amara.id }, () => noor, 'officerNeeded'],
      [{ actor: dana, userId: amara.id }, () => amara, 'subject'],
    ];
    for (const [more, decider, refusal] of refusals) {
      const orderId = await ask(more);
      const before = await everything();
      expect(await carryOutOrder(fresh.world, { actor: decider(), orderId })).toEqual({ ok: false, refusal });
      expect(await refuseOrder(fresh.world, { actor: decider(), orderId, reason: 'no' })).toEqual({
        ok: false,
        refusal,
      });
      expect(await everything()).toBe(before);
      await connected(fresh.databaseUrl, (owner) => owner.query('delete from credential_order'));
    }
  });

  it('has a day; then nothing can be approved or refused', async () => {
    const orderId = await ask();
    fresh.clock.advance(hours(24));
    const before = await everything();
    expect(await carryOutOrder(fresh.world, { actor: amara, orderId })).toMatchObject({
      refusal: 'notWaiting',
    });
    expect(await refuseOrder(fresh.world, { actor: amara, orderId, reason: 'late' })).toMatchObject({
      refusal: 'notWaiting',
    });
    expect(await everything()).toBe(before);
    await ask({ actor: noor });
  });

  it('cannot approve what somebody asked who may not ask any more, but can refuse it', async () => {
    const orderId = await ask();
    await disableAccount(fresh.world, castMember('staff').email, somebody);
    expect(await carryOutOrder(fresh.world, { actor: amara, orderId })).toMatchObject({
      refusal: 'askerGone',
    });
    expect(await refuseOrder(fresh.world, { actor: amara, orderId, reason: 'Left us' })).toEqual({
      ok: true,
    });
    expect(await events('credentialOrder.refused')).toMatchObject([
      { actorName: 'Amara Diallo', reason: 'Left us' },
    ]);
  });

  it('may be staff where it is about a patient', async () => {
    const orderId = await ask({ kind: 'codeSheet' });
    expect(await carryOutOrder(fresh.world, { actor: noor, orderId })).toMatchObject({ ok: true });
  });
});

describe('a reset', () => {
  it('takes every factor and session away, and gives one sheet whose codes work', async () => {
    const cookie = await startSession(db(), ines.id, started, fresh.clock.now());
    const recovery = await newCodes(2);
    await db().$transaction((tx) =>
      issueCodes(tx, {
        owner: { userId: ines.id },
        kind: 'recovery',
        rows: recovery.rows,
        now: fresh.clock.now(),
      }),
    );
    await db().passkey.create({
      data: {
        userId: ines.id,
        credentialId: 'abc',
        publicKey: new Uint8Array(1),
        counter: 0n,
        transports: [],
        backedUp: false,
        name: 'Phone',
        createdAt: fresh.clock.now(),
      },
    });
    await db().knownDevice.create({
      data: {
        secretHash: 'x',
        userId: ines.id,
        createdAt: fresh.clock.now(),
        lastSeenAt: fresh.clock.now(),
      },
    });
    const totp = codeNow(castMember('patient'), fresh.clock);
    const done = await carryOutOrder(fresh.world, { actor: amara, orderId: await ask() });
    if (!done.ok) throw new Error(done.refusal);
    expect(done.codes).toHaveLength(20);
    expect(done.person).toEqual({ displayName: 'Ines Okafor', locale: 'en' });

    expect(await readSession(db(), cookie, fresh.clock.now())).toBeNull();
    expect(await db().passkey.count({ where: { userId: ines.id } })).toBe(0);
    expect(await db().knownDevice.count({ where: { userId: ines.id } })).toBe(0);
    expect(await codesLeft(db(), ines.id)).toEqual({ recovery: null, sheet: 20 });
    expect(await proveFactor(fresh.world, ines, { code: totp }, 'signIn')).toBeNull();
    expect(await spendCode(fresh.world, ines.id, recovery.texts[0] ?? '')).toBeNull();
    expect(await proveFactor(fresh.world, ines, { code: done.codes[3] ?? '' }, 'signIn')).toBe('sheetCode');
    expect(await proveFactor(fresh.world, ines, { code: done.codes[3] ?? '' }, 'signIn')).toBeNull();

    const people = { askedBy: 'Dana Whitlow', approvedBy: 'Amara Diallo' };
    expect(await events('credentialOrder.carriedOut')).toMatchObject([
      {
        actorName: 'Amara Diallo',
        reason: 'Lost phone',
        visibleToPatient: true,
        after: {
          kind: 'resetFactors',
          ...people,
          removed: { app: true, passkeys: 1, codeSets: 1, sessions: 1 },
        },
      },
    ]);
    expect(await events('codeSheet.issued')).toMatchObject([{ after: { codes: 20, ...people } }]);
    expect(await letters()).toEqual([
      { kind: 'codeSheetIssued', userId: ines.id, address: null },
      { kind: 'factorRemoved', userId: ines.id, address: null },
    ]);
    const kept = await everything();
    for (const code of done.codes) expect(kept).not.toContain(code.replaceAll('-', '').slice(3));
  });

  it('with a new address: letters go to the old one and the new one', async () => {
    const orderId = await ask({ newEmail: 'Ines.New@demo.example' });
    expect(await carryOutOrder(fresh.world, { actor: amara, orderId })).toMatchObject({ ok: true });
    expect(await db().user.findUnique({ where: { id: ines.id }, select: { email: true } })).toEqual({
      email: 'ines.new@demo.example',
    });
    const old = castMember('patient').email;
    expect((await letters()).map(({ kind, address }) => `${kind} ${address ?? 'present'}`).sort()).toEqual(
      ['codeSheetIssued', 'emailChanged', 'factorRemoved']
        .flatMap((kind) => [`${kind} ${old}`, `${kind} present`])
        .sort(),
    );
    expect(await events('email.changed')).toHaveLength(1);
  });

  it('opens the doors that strangers had shut: the password and a code of the sheet sign in from a new browser', async () => {
    const { world } = fresh;
    const { email: old, password } = castMember('patient');
    const email = 'ines.new@demo.example';
    for (let turn = 0; turn < 130; turn++) {
      const address = `198.51.100.${turn}`;
      for (const key of [old, email]) await attempt(world, { kind: 'signIn', key, address });
      await attempt(world, { kind: 'recover', key: ines.id, address });
      fresh.clock.advance(hours(24));
    }
    for (let letter = 0; letter < 51; letter++)
      for (const to of [old, email]) await countLetter(world, { kind: 'mailCode', key: `recover:${to}` });
    const from = { address: '203.0.113.80', userAgent: 'New', device: null };
    expect(await checkPassword(world, old, password, from)).toMatchObject({ outcome: 'tooMany' });
    const recovery = { locale: 'en', address: from.address, device: null } as const;
    expect(await beginRecovery(world, { ...recovery, email: old })).toMatchObject({ ok: false });

    const done = await carryOutOrder(world, { actor: amara, orderId: await ask({ newEmail: email }) });
    if (!done.ok) throw new Error(done.refusal);
    expect(await checkPassword(world, old, password, from)).toMatchObject({ outcome: 'refused' });
    const half = await checkPassword(world, email, password, from);
    if (half.outcome !== 'secondFactorOwed') throw new Error(half.outcome);
    const signedIn = await checkCode(world, half.pendingSecret, done.codes[0] ?? '', from);
    expect(signedIn.outcome).toBe('signedIn');
    for (const to of [old, email])
      expect(await beginRecovery(world, { ...recovery, email: to })).toMatchObject({ ok: true });
    const attempted = await attempt(world, { kind: 'recover', key: ines.id, address: from.address });
    expect(attempted).toMatchObject({ wait: 0, refusals: 1 });
  });

  it('is not carried out at all when the new address was taken meanwhile', async () => {
    const orderId = await ask({ newEmail: 'wanted@demo.example' });
    await colleague('wanted@demo.example', 'Somebody Else', 'staff');
    const before = await everything();
    expect(await carryOutOrder(fresh.world, { actor: amara, orderId })).toEqual({
      ok: false,
      refusal: 'emailTaken',
    });
    expect(await everything()).toBe(before);
  });

  it('by two approvers at one instant happens once', async () => {
    const orderId = await ask();
    const outcomes = await Promise.all(
      [amara, noor, amara, noor].map((actor) => carryOutOrder(fresh.world, { actor, orderId })),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    expect(outcomes.filter((one) => !one.ok && one.refusal === 'notWaiting')).toHaveLength(3);
    expect(await db().codeSet.count({ where: { userId: ines.id } })).toBe(1);
    expect(await letters()).toHaveLength(2);
  });

  it('approved and refused at one instant is one of the two', async () => {
    const orderId = await ask();
    const [done, no] = await Promise.all([
      carryOutOrder(fresh.world, { actor: amara, orderId }),
      refuseOrder(fresh.world, { actor: noor, orderId, reason: 'Not sure' }),
    ]);
    expect([done.ok, no.ok].filter(Boolean)).toHaveLength(1);
    expect(await db().codeSet.count({ where: { userId: ines.id } })).toBe(done.ok ? 1 : 0);
  });
});

describe('a code sheet', () => {
  it('is added, or replaces the one before, ends every session, and leaves the other factors', async () => {
    const first = await carryOutOrder(fresh.world, {
      actor: amara,
      orderId: await ask({ kind: 'codeSheet' }),
    });
    // Somebody who had copied the first sheet.
    const cookie = await startSession(db(), ines.id, { ...started, factor: 'sheetCode' }, fresh.clock.now());
    const second = await carryOutOrder(fresh.world, {
      actor: amara,
      orderId: await ask({ kind: 'codeSheet' }),
    });
    if (!first.ok || !second.ok) throw new Error('not carried out');
    expect(await spendCode(fresh.world, ines.id, first.codes[0] ?? '')).toBeNull();
    expect(await spendCode(fresh.world, ines.id, second.codes[0] ?? '')).toBe('sheetCode');
    expect(await readSession(db(), cookie, fresh.clock.now())).toBeNull();
    const totp = codeNow(castMember('patient'), fresh.clock);
    expect(await proveFactor(fresh.world, ines, { code: totp }, 'signIn')).toBe('totp');
    expect((await letters()).map(({ kind }) => kind)).toEqual(['codeSheetIssued', 'codeSheetIssued']);
  });
});
