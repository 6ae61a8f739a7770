import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { createAccount } from '#app/people/accounts.server.ts';
import type { ClaimedIdentity } from '#app/people/identity-claims.ts';
import { claimIdentity, refuseClaim, verifyClaim } from '#app/people/identity-claims.server.ts';
import { claimForStaff, newestClaimOf, openClaims } from '#app/people/identity-claims-reading.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { newTotpSecret } from '#app/people/totp.ts';
import { freshWorld, hours, personOf, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let dana: Person;
let amara: Person;
let tor: string;
let person: Person;

const torSays: ClaimedIdentity = {
  givenName: 'tor',
  familyName: 'LINDQVIST',
  bornOn: '1984-11-27',
  issuer: 'RIVERBEND',
  value: 'RB000533',
};

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  [dana, amara] = await Promise.all([
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
  tor = await recordOf('RB000533');
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  await fresh.world.db.user.updateMany({ where: { patientId: tor }, data: { patientId: null } });
  person = await newcomer();
});

async function recordOf(mrn: string): Promise<string> {
  const { patientId } = await fresh.world.db.patientIdentifier.findFirstOrThrow({
    where: { issuer: 'RIVERBEND', value: mrn },
  });
  return patientId;
}

/** Somebody with an account and no record. */
async function newcomer(): Promise<Person> {
  const email = `${crypto.randomUUID()}@example.org`;
  const id = await createAccount(
    fresh.world,
    {
      email,
      displayName: 'Tor L',
      role: 'patient',
      locale: 'en',
      password: 'only for a test 1',
      totpSecret: newTotpSecret(),
    },
    somebody,
  );
  return { kind: 'person', id, name: 'Tor L', role: 'patient', patientId: null };
}

async function claimed(change: Partial<ClaimedIdentity> = {}, who = person): Promise<string> {
  const answer = await claimIdentity(fresh.world, { person: who, claim: { ...torSays, ...change } });
  if (!answer.ok) throw new Error(answer.refusal);
  return answer.claimId;
}

const boundTo = async (who: Person): Promise<string | null> =>
  (await fresh.world.db.user.findUniqueOrThrow({ where: { id: who.id } })).patientId;
const events = (type: string, subjectId: string) =>
  fresh.world.db.auditEvent.findMany({ where: { type, subjectId } });

describe('saying who one is', () => {
  it('answers alike whether there is such a record, and tells nothing of one', async () => {
    const other = await newcomer();
    const [right, wrong] = await Promise.all([
      claimIdentity(fresh.world, { person, claim: torSays }),
      claimIdentity(fresh.world, { person: other, claim: { ...torSays, value: 'NOBODY' } }),
    ]);
    expect([right.ok, wrong.ok]).toEqual([true, true]);
    const [mine, theirs] = await Promise.all([
      newestClaimOf(fresh.world.db, person.id),
      newestClaimOf(fresh.world.db, other.id),
    ]);
    expect({ ...mine, id: '' }).toEqual({ ...theirs, id: '' });
    expect(await boundTo(person)).toBeNull();
  });

  it('is one claim when its form comes twenty times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => claimed()));
    expect(new Set(answers).size).toBe(1);
    expect(await fresh.world.db.identityClaim.count({ where: { userId: person.id } })).toBe(1);
  });

  it('is possible three times a day', async () => {
    for (let count = 0; count < 3; count += 1) {
      await refuseClaim(fresh.world, { actor: dana, claimId: await claimed(), reason: 'Please call us.' });
    }
    expect(await claimIdentity(fresh.world, { person, claim: torSays })).toEqual({
      ok: false,
      refusal: 'tooMany',
    });
    fresh.clock.advance(hours(25));
    expect(await claimIdentity(fresh.world, { person, claim: torSays })).toMatchObject({ ok: true });
  });

  it('is not for staff, nor for whoever has a record', async () => {
    expect(await claimIdentity(fresh.world, { person: dana, claim: torSays })).toMatchObject({ ok: false });
    const ines = await personOf(fresh.world, 'patient');
    expect(await claimIdentity(fresh.world, { person: ines, claim: torSays })).toMatchObject({ ok: false });
  });
});

describe('what staff see', () => {
  it('is each record that may be meant, and what agrees', async () => {
    const claimId = await claimed({ familyName: 'Lindqvist-Berg' });
    expect((await openClaims(fresh.world.db)).map(({ id }) => id)).toContain(claimId);
    const seen = await claimForStaff(fresh.world.db, claimId);
    expect(seen?.claim).toMatchObject({ bornOn: '1984-11-27', state: 'pending', user: { id: person.id } });
    expect(seen?.candidates).toMatchObject([
      {
        patientId: tor,
        agreement: { givenName: true, familyName: false, bornOn: true, identifier: true },
        hasAccount: false,
      },
    ]);
  });

  it('never compares a number without its issuer', async () => {
    const seen = await claimForStaff(
      fresh.world.db,
      await claimed({ issuer: 'ELSEWHERE', bornOn: '1984-11-26', familyName: 'Other', givenName: 'Other' }),
    );
    expect(seen?.candidates).toEqual([]);
  });

  it('is the surviving record where the number belongs to one that was merged', async () => {
    const { db } = fresh.world;
    const old = await db.patient.create({
      data: {
        givenName: 'T.',
        familyName: 'Lindqvist',
        bornOn: new Date('1984-11-27'),
        createdAt: fresh.clock.now(),
        mergedIntoId: tor,
        identifiers: { create: { issuer: 'OLD', value: '77', recordedAt: fresh.clock.now() } },
      },
    });
    const claimId = await claimed({ issuer: 'OLD', value: '77' });
    const seen = await claimForStaff(db, claimId);
    expect(seen?.candidates.map(({ patientId, agreement }) => [patientId, agreement.identifier])).toEqual([
      [tor, true],
    ]);
    expect(await verifyClaim(fresh.world, { actor: dana, claimId, patientId: old.id })).toMatchObject({
      refusal: 'mergedAway',
    });
    expect(await verifyClaim(fresh.world, { actor: dana, claimId, patientId: tor })).toEqual({ ok: true });
  });
});

describe('confirming', () => {
  it('binds the record, ends every session of before, tells the person and the audit', async () => {
    const { world, clock } = fresh;
    const from = { userAgent: 'Test', address: '192.0.2.1', factor: 'totp' as const };
    const cookie = await startSession(world.db, person.id, from, clock.now());
    const claimId = await claimed();
    expect(await verifyClaim(world, { actor: dana, claimId, patientId: tor })).toEqual({ ok: true });
    expect(await boundTo(person)).toBe(tor);
    expect(await readSession(world.db, cookie, clock.now())).toBeNull();
    expect(await events('identity.verified', claimId)).toMatchObject([
      { actorId: dana.id, patientId: tor, visibleToPatient: true },
    ]);
    const owed = await world.db.notice.findMany({ where: { userId: person.id } });
    expect(owed.map(({ kind }) => kind)).toEqual(['identityDecided']);
    // None of what was typed is in the trail.
    const trail = JSON.stringify(
      await world.db.auditEvent.findMany({ where: { subjectId: claimId } }),
      (_, v) => (typeof v === 'bigint' ? String(v) : (v as unknown)),
    );
    for (const typed of ['LINDQVIST', 'RB000533', '1984-11-27']) expect(trail).not.toContain(typed);
  });

  it('happens once when two decide at once', async () => {
    const claimId = await claimed();
    const decided = await Promise.all([
      verifyClaim(fresh.world, { actor: dana, claimId, patientId: tor }),
      refuseClaim(fresh.world, { actor: amara, claimId, reason: 'No.' }),
      verifyClaim(fresh.world, { actor: amara, claimId, patientId: tor }),
    ]);
    expect(decided.filter(({ ok }) => ok)).toHaveLength(1);
    const { state } = await fresh.world.db.identityClaim.findUniqueOrThrow({ where: { id: claimId } });
    expect(await boundTo(person)).toBe(state === 'verified' ? tor : null);
  });

  it('gives one record to one account when two claims are confirmed at once', async () => {
    const other = await newcomer();
    const [first, second] = [await claimed(), await claimed({}, other)];
    const decided = await Promise.all([
      verifyClaim(fresh.world, { actor: dana, claimId: first, patientId: tor }),
      verifyClaim(fresh.world, { actor: amara, claimId: second, patientId: tor }),
    ]);
    expect(decided.filter(({ ok }) => ok)).toHaveLength(1);
    expect(decided.find(({ ok }) => !ok)).toMatchObject({ refusal: 'hasAccount' });
    expect([await boundTo(person), await boundTo(other)].filter(Boolean)).toEqual([tor]);
  });

  const refused: [string, () => Promise<string>, Partial<ClaimedIdentity>, string][] = [
    ['a record that has an account', () => recordOf('RB000417'), {}, 'hasAccount'],
    [
      'a record that nothing agrees with',
      async () => tor,
      { value: 'X', bornOn: '1950-01-01' },
      'notCandidate',
    ],
    ['no record', async () => '0198a5c0-0000-7000-8000-000000000000', {}, 'notFound'],
  ];
  it.each(refused)('is refused for %s, and the claim waits on', async (_, record, change, refusal) => {
    const claimId = await claimed(change);
    expect(await verifyClaim(fresh.world, { actor: dana, claimId, patientId: await record() })).toEqual({
      ok: false,
      refusal,
    });
    expect((await newestClaimOf(fresh.world.db, person.id))?.state).toBe('pending');
    expect(await boundTo(person)).toBeNull();
    expect(await events('identity.verified', claimId)).toEqual([]);
  });
});

describe('refusing', () => {
  it('says why, and lets the person try again', async () => {
    const claimId = await claimed();
    expect(
      await refuseClaim(fresh.world, { actor: dana, claimId, reason: 'The number is not yours.' }),
    ).toEqual({ ok: true });
    expect(await newestClaimOf(fresh.world.db, person.id)).toMatchObject({
      state: 'failed',
      reason: 'The number is not yours.',
    });
    expect(await events('identity.refused', claimId)).toHaveLength(1);
    expect(await refuseClaim(fresh.world, { actor: dana, claimId, reason: 'Again' })).toEqual({
      ok: false,
      refusal: 'decided',
    });
    expect(await claimed()).not.toBe(claimId);
  });
});
