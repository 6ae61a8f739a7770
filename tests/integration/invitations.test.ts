import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { acceptInvitation } from '#app/people/accept-invitation.server.ts';
import { createAccount } from '#app/people/accounts.server.ts';
import {
  invitationByCode,
  inviteToRecord,
  openInvitationsOf,
  revokeInvitation,
} from '#app/people/invitations.server.ts';
import { claimIdentity } from '#app/people/identity-claims.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { newTotpSecret } from '#app/people/totp.ts';
import { inviteColleague } from '#tests/support/colleague-codes.ts';
import { freshWorld, hours, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let dana: Person;
let tor: string;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  dana = await personOf(fresh.world, 'staff');
  const { patientId } = await fresh.world.db.patientIdentifier.findFirstOrThrow({
    where: { value: 'RB000533' },
  });
  tor = patientId;
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await fresh.world.db.user.updateMany({ where: { patientId: tor }, data: { patientId: null } });
  await fresh.world.db.rateLimit.deleteMany({});
});

const from = { userAgent: 'Test', address: '192.0.2.1', factor: 'totp' as const };
const address = '192.0.2.1';

async function invited(): Promise<{ id: string; code: string }> {
  const made = await inviteToRecord(fresh.world, { actor: dana, patientId: tor, delivery: 'desk' });
  if (!made.ok) throw new Error(made.refusal);
  return made;
}

/** Somebody signed in with an account that has no record. */
async function newcomer() {
  const { world, clock } = fresh;
  const id = await createAccount(
    world,
    {
      email: `${crypto.randomUUID()}@example.org`,
      displayName: 'Tor',
      role: 'patient',
      locale: 'en',
      password: 'only for a test 1',
      totpSecret: newTotpSecret(),
    },
    somebody,
  );
  const cookie = await startSession(world.db, id, from, clock.now());
  const signedIn = await readSession(world.db, cookie, clock.now());
  if (!signedIn) throw new Error('no session');
  return { cookie, person: signedIn.person, session: signedIn.session };
}

const boundTo = async (id: string) =>
  (await fresh.world.db.user.findUniqueOrThrow({ where: { id }, select: { patientId: true } })).patientId;
const found = (typed: string) => invitationByCode(fresh.world.db, typed, fresh.clock.now());

describe('an invitation', () => {
  it('is found by its code as people type it, and its code is nowhere in the database', async () => {
    const { id, code } = await invited();
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){4}[0-9A-HJKMNP-TV-Z]{4}$/);
    for (const typed of [code, code.toLowerCase(), code.replaceAll('-', ' '), code.replaceAll('0', 'o')])
      expect(await found(typed)).toMatchObject({ id, role: 'patient', patientId: tor });
    const row = JSON.stringify(await fresh.world.db.invitation.findUniqueOrThrow({ where: { id } }));
    expect(row).not.toContain(code);
    expect(row).not.toContain(code.replaceAll('-', '').slice(6));
    expect(row).toContain('$argon2id$');
  });

  it('ends after fourteen days, when it is revoked, and when a new one is made for the record', async () => {
    const first = await invited();
    const second = await invited();
    expect(await found(first.code)).toBeNull();
    expect(await openInvitationsOf(fresh.world.db, { patientId: tor }, fresh.clock.now())).toMatchObject([
      { id: second.id, invitedBy: { displayName: 'Dana Whitlow' } },
    ]);
    const revoke = { actor: dana, invitationId: second.id };
    expect(await revokeInvitation(fresh.world, { ...revoke, to: 'colleague' })).toBe(false);
    expect(await revokeInvitation(fresh.world, { ...revoke, to: { patientId: tor } })).toBe(true);
    expect(await revokeInvitation(fresh.world, revoke)).toBe(false);
    expect(await found(second.code)).toBeNull();
    const third = await invited();
    fresh.clock.advance(hours(14 * 24));
    expect(await found(third.code)).toBeNull();
    const types = await fresh.world.db.auditEvent.findMany({
      where: { subjectId: { in: [first.id, second.id] } },
      orderBy: { id: 'asc' },
      select: { type: true, patientId: true },
    });
    expect(types).toEqual([
      { type: 'invitation.issued', patientId: tor },
      { type: 'invitation.revoked', patientId: tor },
      { type: 'invitation.issued', patientId: tor },
      { type: 'invitation.revoked', patientId: tor },
    ]);
  });

  it('is not made for a record that has an account, was merged, or is not there', async () => {
    const invite = (patientId: string) =>
      inviteToRecord(fresh.world, { actor: dana, patientId, delivery: 'post' });
    const ines = await personOf(fresh.world, 'patient');
    expect(await invite(ines.patientId ?? '')).toEqual({ ok: false, refusal: 'hasAccount' });
    expect(await invite('0198a5c0-0000-7000-8000-000000000000')).toEqual({ ok: false, refusal: 'notFound' });
    // A record that Ines's was merged into is hers too.
    const survivor = await fresh.world.db.patient.create({
      data: { givenName: 'I', familyName: 'O', bornOn: new Date('1961-03-09'), createdAt: fresh.clock.now() },
    });
    await fresh.world.db.patient.update({
      where: { id: ines.patientId ?? '' },
      data: { mergedIntoId: survivor.id },
    });
    expect(await invite(survivor.id)).toEqual({ ok: false, refusal: 'hasAccount' });
    expect(await invite(ines.patientId ?? '')).toEqual({ ok: false, refusal: 'mergedAway' });
    await fresh.world.db.patient.update({
      where: { id: ines.patientId ?? '' },
      data: { mergedIntoId: null },
    });
  });

  it.each(['', '0', 'ABCD-EFGH', "' or 1=1 --", 'é'.repeat(20), 'A'.repeat(10_000)])(
    'is not found by %j',
    async (typed) => {
      await invited();
      expect(await found(typed)).toBeNull();
    },
  );
});

describe('accepting one while signed in', () => {
  it('binds the record, renews the session, ends the others, settles the claim', async () => {
    const { world, clock } = fresh;
    const { code } = await invited();
    const { cookie, person, session } = await newcomer();
    const elsewhere = await startSession(world.db, person.id, from, clock.now());
    await claimIdentity(world, {
      person,
      claim: { givenName: 'T', familyName: 'L', bornOn: '1984-11-27', issuer: 'RIVERBEND', value: '1' },
    });
    const accepted = await acceptInvitation(world, { person, session, typed: code, address });
    if (!accepted.ok) throw new Error(JSON.stringify(accepted));
    expect(await boundTo(person.id)).toBe(tor);
    expect((await readSession(world.db, accepted.sessionId, clock.now()))?.person.patientId).toBe(tor);
    expect(await readSession(world.db, cookie, clock.now())).toBeNull();
    expect(await readSession(world.db, elsewhere, clock.now())).toBeNull();
    expect(await world.db.identityClaim.count({ where: { userId: person.id, state: 'pending' } })).toBe(0);
    const used = { type: 'invitation.used', actorId: person.id, patientId: tor };
    expect(await world.db.auditEvent.count({ where: used })).toBe(1);
  });

  it.each([
    ['RB000533', 'verified'],
    ['RB000417', 'overtaken'],
  ])('with a claim for the number %s, which is %s', async (value, state) => {
    const { world } = fresh;
    const { code } = await invited();
    const { person, session } = await newcomer();
    const name =
      value === 'RB000533'
        ? { givenName: 'Tor', familyName: 'Lindqvist', bornOn: '1984-11-27' }
        : { givenName: 'Ines', familyName: 'Okafor', bornOn: '1961-03-09' };
    await claimIdentity(world, { person, claim: { ...name, issuer: 'RIVERBEND', value } });
    const accepted = await acceptInvitation(world, { person, session, typed: code, address });
    expect(accepted.ok).toBe(true);
    const claim = await world.db.identityClaim.findFirstOrThrow({ where: { userId: person.id } });
    expect(claim).toMatchObject({ state, patientId: state === 'verified' ? tor : null });
  });

  it('of twenty people with one code gives the record to one', async () => {
    const { code } = await invited();
    const people = await Promise.all(Array.from({ length: 5 }, newcomer));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        const { person, session } = people[at % people.length] ?? people[0]!;
        return acceptInvitation(fresh.world, { person, session, typed: code, address: `192.0.2.${at}` });
      }),
    );
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await fresh.world.db.user.count({ where: { patientId: tor } })).toBe(1);
  });

  it('takes no code of a colleague, none twice, and none that was revoked', async () => {
    const { world } = fresh;
    const colleague = await inviteColleague(world, {
      actor: await personOf(world, 'privacyOfficer'),
      role: 'staff',
      displayName: 'Noor',
    });
    const one = await newcomer();
    const two = await newcomer();
    const refused = { ok: false, refusal: 'invitation' };
    expect(await acceptInvitation(world, { ...one, typed: colleague.code, address })).toEqual(refused);
    const { code } = await invited();
    expect(await acceptInvitation(world, { ...one, typed: code, address })).toMatchObject({ ok: true });
    expect(await acceptInvitation(world, { ...two, typed: code, address })).toEqual(refused);
    expect(await boundTo(two.person.id)).toBeNull();
    const { role } = await world.db.user.findUniqueOrThrow({ where: { id: one.person.id } });
    expect(role).toBe('patient');
  });

  it('stops guessing after ten tries, the right code too, and lets other codes through', async () => {
    const { world } = fresh;
    const { code } = await invited();
    const who = await newcomer();
    const wrong = `${code.slice(0, -1)}${code.endsWith('0') ? '1' : '0'}`;
    for (let at = 0; at < 10; at += 1)
      await acceptInvitation(world, { ...who, typed: wrong, address: `198.51.100.${at}` });
    const shut = await acceptInvitation(world, { ...who, typed: code, address: '203.0.113.9' });
    expect(shut).toMatchObject({ ok: false, wait: expect.any(Number) as number });
    const other = await inviteColleague(world, {
      actor: await personOf(world, 'privacyOfficer'),
      role: 'staff',
      displayName: 'Noor',
    });
    expect(await acceptInvitation(world, { ...who, typed: other.code, address })).toMatchObject({
      refusal: 'invitation',
    });
  });

  it('what is no code shuts the door of nobody else, and each try is in the audit', async () => {
    const { world } = fresh;
    const who = await newcomer();
    const refusals = () => world.db.auditEvent.count({ where: { type: 'session.refused' } });
    const before = await refusals();
    for (let at = 0; at < 12; at += 1)
      expect(
        await acceptInvitation(world, { ...who, typed: `oops${at}`, address: `192.0.2.${at}` }),
      ).toMatchObject({ refusal: 'invitation' });
    expect((await refusals()) - before).toBe(12);
    const last = await acceptInvitation(world, { ...who, typed: 'mistyped', address: '203.0.113.77' });
    expect(last).toMatchObject({ refusal: 'invitation' });
  });
});
