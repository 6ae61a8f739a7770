import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { disableAccount } from '#app/people/accounts.server.ts';
import { carryOutOrder, refuseOrder } from '#app/people/credential-orders.server.ts';
import { sweepEndedAccess } from '#app/people/ended-access.server.ts';
import { revokeInvitation } from '#app/people/invitations.server.ts';
import {
  askInvitedSheet,
  inviteRepresentativeWithSheet,
  inviteWithSheet,
  lockInvitation,
  sheetsOf,
} from '#app/people/invited-sheets.server.ts';
import { tryProof } from '#app/people/mail-proofs.server.ts';
import { codesInSet, codesLeft, issueCodes, newCodes } from '#app/people/one-time-codes.server.ts';
import { proveFactor } from '#app/people/prove-factor.server.ts';
import { beginSignUp, finishSignUp, keepPassword, signUpSoFar } from '#app/people/sign-up.server.ts';
import { newTotpEnrolment } from '#app/people/totp-enrolment.server.ts';
import { totpCode } from '#app/people/totp.ts';
import { connected } from '#tests/support/database.ts';
import { mailedCode } from '#tests/support/mailed.ts';
import { freshWorld, hours, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

// Somebody without a smartphone, a passkey or an account: an invitation, and with it a sheet of codes that two people gave.

let fresh: FreshWorld;
let dana: Person;
let amara: Person;
let noor: Person;
const address = '203.0.113.40';
const from = { address, userAgent: 'test', device: null };

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  dana = await personOf(fresh.world, 'staff');
  amara = await personOf(fresh.world, 'privacyOfficer');
  const { id } = await fresh.world.db.user.create({
    data: {
      email: 'noor.haddad@demo.example',
      displayName: 'Noor Haddad',
      role: 'staff',
      passwordHash: 'none',
      createdAt: fresh.clock.now(),
    },
    select: { id: true },
  });
  noor = { kind: 'person', id, name: 'Noor Haddad', role: 'staff', patientId: null };
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await fresh.world.db.rateLimit.deleteMany({});
});

let born = 0;
/** A record of its own for each test, as the archive's reports make one. */
async function newRecord(): Promise<string> {
  born += 1;
  const { id } = await fresh.world.db.patient.create({
    data: {
      givenName: 'Walter',
      familyName: `Brandt ${born}`,
      bornOn: new Date('1948-03-02'),
      createdAt: fresh.clock.now(),
    },
    select: { id: true },
  });
  return id;
}

async function invited(patientId: string) {
  const made = await inviteWithSheet(fresh.world, {
    actor: dana,
    patientId,
    delivery: 'desk',
    identityCheck: 'Passport, in person',
  });
  if (!made.ok) throw new Error(made.refusal);
  const { id: orderId } = await fresh.world.db.credentialOrder.findFirstOrThrow({
    where: { invitationId: made.id },
    orderBy: { askedAt: 'desc' },
    select: { id: true },
  });
  return { ...made, orderId };
}

async function withSheet() {
  const patientId = await newRecord();
  const made = await invited(patientId);
  const done = await carryOutOrder(fresh.world, { actor: noor, orderId: made.orderId });
  if (!done.ok) throw new Error(done.refusal);
  return { ...made, patientId, codes: done.codes };
}

/** Up to the second step. @returns the cookie and the address of mail */
async function ready(invitation: string) {
  const email = `${crypto.randomUUID()}@example.org`;
  const begun = await beginSignUp(fresh.world, { email, invitation, locale: 'en', address });
  if (!begun.ok) throw new Error('no invitation');
  const { cookie } = begun;
  const typed = (await mailedCode(fresh.world, email)) ?? '';
  expect(await tryProof(fresh.world, { cookie, purpose: 'signUp', typed, address })).toBe('proved');
  expect(
    await keepPassword(fresh.world, cookie, {
      displayName: 'Walter Brandt',
      password: 'seven green kettles 42',
    }),
  ).toBeNull();
  return { cookie, email };
}

const finish = (cookie: string, code: string) =>
  finishSignUp(fresh.world, { cookie, factor: { kind: 'sheet', code }, locale: 'en', from });
const eventsOf = (subjectId: string) =>
  fresh.world.db.auditEvent.findMany({
    where: { subjectId },
    orderBy: { id: 'asc' },
    select: { type: true, actorName: true, patientId: true, after: true },
  });

it('opens an account whose second factor the sheet is from then on, with both people recorded', async () => {
  const { id, code, codes, orderId, patientId } = await withSheet();
  expect(codes).toHaveLength(20);
  const people = { askedBy: 'Dana Whitlow', approvedBy: 'Noor Haddad' };
  expect(await eventsOf(id)).toMatchObject([
    { type: 'invitation.issued', actorName: 'Dana Whitlow', patientId },
    { type: 'credentialOrder.asked', actorName: 'Dana Whitlow', patientId },
    { type: 'credentialOrder.carriedOut', actorName: 'Noor Haddad', after: { ...people, order: orderId } },
    { type: 'codeSheet.issued', actorName: 'Noor Haddad', after: { ...people, codes: 20 } },
  ]);
  const kept = JSON.stringify(
    await fresh.world.db.oneTimeCode.findMany({ where: { set: { invitationId: id } } }),
  );
  for (const one of codes) expect(kept).not.toContain(one.replaceAll('-', '').slice(3));

  const { cookie, email } = await ready(code);
  expect(await finish(cookie, 'ABCD-EFGH-JKMN-PQRS')).toEqual({ ok: false, refusal: 'wrongSheetCode' });
  const typed = (codes[0] ?? '').toLowerCase().replaceAll('-', ' ');
  // Two forms at one instant make one account, and the loser spends no code.
  const both = await Promise.all([finish(cookie, typed), finish(cookie, codes[1] ?? '')]);
  expect(both.filter(({ ok }) => ok)).toHaveLength(1);

  const user = await fresh.world.db.user.findUniqueOrThrow({
    where: { email },
    select: { id: true, patientId: true, totpSecretSealed: true, sessions: { select: { factor: true } } },
  });
  expect(user).toMatchObject({ patientId, totpSecretSealed: null, sessions: [{ factor: 'sheetCode' }] });
  expect(await codesLeft(fresh.world.db, user.id)).toEqual({ recovery: null, sheet: 19 });
  expect((await eventsOf(user.id)).map(({ type }) => type)).toEqual([
    'user.created',
    'codeSheet.bound',
    'session.started',
  ]);
  expect((await eventsOf(user.id)).find(({ type }) => type === 'codeSheet.bound')?.after).toMatchObject(
    people,
  );
  expect(
    await fresh.world.db.notice.findMany({
      where: { userId: user.id },
      select: { kind: true },
      orderBy: { kind: 'asc' },
    }),
  ).toEqual([{ kind: 'accountOpened' }, { kind: 'codeSheetIssued' }]);
  const again = await proveFactor(fresh.world, user, { code: codes[7] ?? '' }, 'signIn');
  expect(again).toBe('sheetCode');
  expect(await proveFactor(fresh.world, user, { code: codes[7] ?? '' }, 'signIn')).toBeNull();
  await sweepEndedAccess(fresh.world.db, new Date(fresh.clock.now().getTime() + hours(24 * 400)));
  expect(await codesLeft(fresh.world.db, user.id)).toEqual({ recovery: null, sheet: 18 });
});

it('is nobody’s to give alone, and ends with its invitation', async () => {
  const patientId = await newRecord();
  const { id, orderId } = await invited(patientId);
  const carry = (actor: Person, order = orderId) => carryOutOrder(fresh.world, { actor, orderId: order });
  expect(await carry(dana)).toEqual({ ok: false, refusal: 'asker' });
  expect(await refuseOrder(fresh.world, { actor: dana, orderId, reason: 'no' })).toMatchObject({
    refusal: 'asker',
  });
  const ask = (more: Partial<Parameters<typeof askInvitedSheet>[1]> = {}) =>
    askInvitedSheet(fresh.world, {
      actor: noor,
      invitationId: id,
      patientId,
      identityCheck: 'ID card',
      ...more,
    });
  expect(await ask()).toEqual({ ok: false, refusal: 'waitingAlready' });
  expect(await ask({ patientId: await newRecord() })).toEqual({ ok: false, refusal: 'notFound' });
  expect(await refuseOrder(fresh.world, { actor: amara, orderId, reason: 'Not the person' })).toEqual({
    ok: true,
  });
  expect(await carry(noor)).toEqual({ ok: false, refusal: 'notWaiting' });
  expect(await fresh.world.db.codeSet.count({ where: { invitationId: id } })).toBe(0);

  const second = await ask();
  if (!second.ok) throw new Error(second.refusal);
  expect((await sheetsOf(fresh.world.db, [id], fresh.clock.now())).get(id)).toMatchObject({ waits: true });
  // Whoever issued the invitation knows its code: with the sheet they would hold both papers.
  expect(await carry(dana, second.id)).toEqual({ ok: false, refusal: 'inviter' });
  expect(await refuseOrder(fresh.world, { actor: dana, orderId: second.id, reason: 'no' })).toEqual({
    ok: false,
    refusal: 'inviter',
  });
  // Two who approve at one instant print one sheet.
  const twice = await Promise.all([carry(amara, second.id), carry(amara, second.id)]);
  expect(twice.filter(({ ok }) => ok)).toHaveLength(1);
  expect(await fresh.world.db.codeSet.count({ where: { invitationId: id } })).toBe(1);

  const third = await ask();
  if (!third.ok) throw new Error(third.refusal);
  await revokeInvitation(fresh.world, { actor: dana, invitationId: id });
  expect(await carry(amara, third.id)).toEqual({ ok: false, refusal: 'invitationOver' });
  expect(await refuseOrder(fresh.world, { actor: amara, orderId: third.id, reason: 'Over' })).toEqual({
    ok: true,
  });
  expect(await ask()).toEqual({ ok: false, refusal: 'notFound' });
});

it('is asked for in vain by somebody who may not ask any more', async () => {
  const { orderId } = await invited(await newRecord());
  const { email } = await fresh.world.db.user.findUniqueOrThrow({
    where: { id: dana.id },
    select: { email: true },
  });
  await disableAccount(fresh.world, email, somebody);
  expect(await carryOutOrder(fresh.world, { actor: noor, orderId })).toEqual({
    ok: false,
    refusal: 'askerGone',
  });
  await fresh.world.db.user.update({ where: { id: dana.id }, data: { disabledAt: null } });
});

it('is refused: a sheet of another invitation, an older sheet, after the invitation, and without one', async () => {
  const one = await withSheet();
  const other = await withSheet();
  const { cookie } = await ready(one.code);
  expect(await finish(cookie, other.codes[0] ?? '')).toEqual({ ok: false, refusal: 'wrongSheetCode' });
  const asked = await askInvitedSheet(fresh.world, {
    actor: dana,
    invitationId: one.id,
    patientId: one.patientId,
    identityCheck: 'Lost the first sheet',
  });
  if (!asked.ok) throw new Error(asked.refusal);
  const newer = await carryOutOrder(fresh.world, { actor: noor, orderId: asked.id });
  if (!newer.ok) throw new Error(newer.refusal);
  expect(await finish(cookie, one.codes[0] ?? '')).toEqual({ ok: false, refusal: 'wrongSheetCode' });
  expect(await finish((await ready('')).cookie, newer.codes[0] ?? '')).toEqual({
    ok: false,
    refusal: 'wrongSheetCode',
  });
  await fresh.world.db.invitation.update({
    where: { id: one.id },
    data: { expiresAt: fresh.clock.now() },
    select: { id: true },
  });
  const late = await finish(cookie, newer.codes[0] ?? '');
  expect(late.ok).toBe(false);
  expect(
    await fresh.world.db.oneTimeCode.count({
      where: { usedAt: { not: null }, set: { invitationId: one.id } },
    }),
  ).toBe(0);
});

it('is refused when a newer sheet is approved while the account is being made: nothing is kept', async () => {
  const { db } = fresh.world;
  const { id, code, codes, patientId } = await withSheet();
  const { cookie, email } = await ready(code);
  const waits = () =>
    connected(fresh.databaseUrl, async (owner) => {
      const { rowCount } = await owner.query(
        `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query ilike 'update %invitation%'`,
      );
      return rowCount;
    });
  const newer = await newCodes(codesInSet.sheet);
  let finished: ReturnType<typeof finish> | undefined;
  await inTransaction(db, async (tx) => {
    await lockInvitation(tx, id);
    finished = finish(cookie, codes[0] ?? '');
    await expect.poll(waits, { timeout: 4_000 }).toBe(1);
    const owner = { invitationId: id };
    await issueCodes(tx, { owner, kind: 'sheet', rows: newer.rows, now: fresh.clock.now() });
  });
  expect(await finished).toEqual({ ok: false, refusal: 'wrongSheetCode' });
  expect(await db.user.count({ where: { email } })).toBe(0);
  expect(await finish(cookie, newer.texts[0] ?? '')).toMatchObject({
    ok: true,
    person: { patientId },
  });
});

it('is for somebody who acts for a patient and has no record here too, by name alone', async () => {
  const made = await inviteRepresentativeWithSheet(fresh.world, {
    actor: dana,
    displayName: 'Walter Brandt',
    delivery: 'desk',
    identityCheck: 'Passport, in person',
  });
  if (!made.ok) throw new Error(made.refusal);
  const order = await fresh.world.db.credentialOrder.findFirstOrThrow({ where: { invitationId: made.id } });
  const sheet = await carryOutOrder(fresh.world, { actor: noor, orderId: order.id });
  if (!sheet.ok) throw new Error(sheet.refusal);
  const { cookie } = await ready(made.code);
  expect(await finish(cookie, sheet.codes[0] ?? '')).toMatchObject({ ok: true, person: { patientId: null } });
  expect((await eventsOf(made.id)).every(({ patientId }) => patientId === null)).toBe(true);
});

it('that nobody used is void with the account, which an event and a letter say', async () => {
  const { code, codes, patientId } = await withSheet();
  const { cookie, email } = await ready(code);
  const so = await signUpSoFar(fresh.world, cookie);
  const app = newTotpEnrolment(fresh.world, { owner: so?.id ?? '', account: email });
  const done = await finishSignUp(fresh.world, {
    cookie,
    factor: {
      kind: 'totp',
      sealed: app.sealed,
      code: totpCode(app.secret.replaceAll(' ', ''), fresh.clock.now()),
    },
    locale: 'en',
    from,
  });
  expect(done).toMatchObject({ ok: true, person: { patientId } });
  const { id } = await fresh.world.db.user.findUniqueOrThrow({ where: { email }, select: { id: true } });
  expect((await eventsOf(id)).map(({ type }) => type)).toContain('codeSheet.voided');
  const letters = await fresh.world.db.notice.findMany({ where: { userId: id }, select: { kind: true } });
  expect(letters.map(({ kind }) => kind).sort()).toEqual(['accountOpened', 'codeSheetVoided']);
  expect(await proveFactor(fresh.world, { id }, { code: codes[0] ?? '' }, 'signIn')).toBeNull();
});

it('tries are counted: after ten wrong ones also the right code waits, and each leaves an event', async () => {
  const { id, code, codes } = await withSheet();
  const { cookie } = await ready(code);
  for (let tries = 0; tries < 10; tries += 1)
    expect(await finish(cookie, 'ABCD-EFGH-JKMN-PQRS')).toEqual({ ok: false, refusal: 'wrongSheetCode' });
  const shut = await finish(cookie, codes[0] ?? '');
  expect(shut).toEqual({ ok: false, wait: expect.any(Number) });
  expect((await eventsOf(id)).filter(({ type }) => type === 'session.refused')).toHaveLength(10);
  fresh.clock.advance(hours(0.5));
  expect(await finish(cookie, codes[0] ?? '')).toMatchObject({ ok: true });
});
