import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import {
  changeRole,
  disablePerson,
  enablePerson,
  endSessionsOfPerson,
  peopleList,
} from '#app/people/people-admin.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { castMember, freshWorld, personOf, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
let dana: Person;
let amara: Person;
const started = { userAgent: 'test', address: '203.0.113.9', factor: 'totp' } as const;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
  [dana, amara] = await Promise.all([
    personOf(fresh.world, 'staff'),
    personOf(fresh.world, 'privacyOfficer'),
  ]);
});
afterEach(() => fresh.drop());

const db = () => fresh.world.db;
const signedIn = (person: Person) => startSession(db(), person.id, started, fresh.clock.now());
const isAlive = async (cookie: string) => (await readSession(db(), cookie, fresh.clock.now())) !== null;
const lettersTo = (userId: string) => db().notice.count({ where: { userId, kind: 'accountChanged' } });
const activeOfficers = () => db().user.count({ where: { role: 'privacyOfficer', disabledAt: null } });

async function officer(name: string): Promise<Person> {
  const { id } = await db().user.create({
    data: {
      email: `${name}@demo.example`,
      displayName: name,
      role: 'privacyOfficer',
      passwordHash: 'none',
      createdAt: fresh.clock.now(),
    },
    select: { id: true },
  });
  return { kind: 'person', id, name, role: 'privacyOfficer', patientId: null };
}

describe('another role', () => {
  it('counts from the next request: sessions end, an event and a letter say so', async () => {
    await db().user.update({ where: { id: dana.id }, data: { role: 'privacyOfficer' } });
    const cookie = await signedIn(dana);
    expect(
      await changeRole(fresh.world, { actor: amara, userId: dana.id, from: 'privacyOfficer', to: 'staff' }),
    ).toEqual({ ok: true });
    expect(await isAlive(cookie)).toBe(false);
    expect(
      await db().auditEvent.findFirst({
        where: { type: 'user.roleChanged', subjectId: dana.id },
        select: { before: true, after: true, actorName: true },
      }),
    ).toEqual({ before: { role: 'privacyOfficer' }, after: { role: 'staff' }, actorName: 'Amara Diallo' });
    expect(await lettersTo(dana.id)).toBe(1);
  });

  it('is not given by one officer where it may do more', async () => {
    const give = (from: 'staff' | 'auditor', to: 'staff' | 'auditor' | 'privacyOfficer') =>
      changeRole(fresh.world, { actor: amara, userId: dana.id, from, to });
    for (const outcome of [
      await give('staff', 'privacyOfficer'),
      await give('staff', 'auditor'),
      await give('auditor', 'staff'),
    ])
      expect(outcome).toEqual({ ok: false, refusal: 'secondOfficer' });
    expect(await db().user.findUnique({ where: { id: dana.id }, select: { role: true } })).toEqual({
      role: 'staff',
    });
  });

  it('is not given to oneself, to a patient, or over another change', async () => {
    const ines = await personOf(fresh.world, 'patient');
    const change = (userId: string, from: 'staff' | 'privacyOfficer' | 'auditor') =>
      changeRole(fresh.world, { actor: amara, userId, from, to: from });
    expect(await change(amara.id, 'privacyOfficer')).toMatchObject({ refusal: 'self' });
    expect(await change(ines.id, 'staff')).toMatchObject({ refusal: 'notFound' });
    expect(await change('0198a5c0-0000-7000-8000-000000000000', 'staff')).toMatchObject({
      refusal: 'notFound',
    });
    expect(await change(dana.id, 'privacyOfficer')).toMatchObject({ refusal: 'changedMeanwhile' });
    expect(await db().user.findUnique({ where: { id: ines.id }, select: { role: true } })).toEqual({
      role: 'patient',
    });
  });
});

describe('the last privacy officer', () => {
  it('cannot be shut out or given another role', async () => {
    const second = await officer('second');
    expect(await disablePerson(fresh.world, { actor: second, userId: amara.id })).toEqual({ ok: true });
    // `amara` acts with a session from before.
    expect(await disablePerson(fresh.world, { actor: amara, userId: second.id })).toMatchObject({
      refusal: 'lastOfficer',
    });
    expect(
      await changeRole(fresh.world, {
        actor: amara,
        userId: second.id,
        from: 'privacyOfficer',
        to: 'staff',
      }),
    ).toMatchObject({ refusal: 'lastOfficer' });
    expect(await activeOfficers()).toBe(1);
  });

  it('stays also when officers shut each other out at one instant', async () => {
    const officers = [amara, await officer('b'), await officer('c'), await officer('d')];
    const outcomes = await Promise.all(
      officers.map((actor, at) => {
        const target = officers[(at + 1) % officers.length] ?? amara;
        return at % 2 === 0
          ? disablePerson(fresh.world, { actor, userId: target.id })
          : changeRole(fresh.world, { actor, userId: target.id, from: 'privacyOfficer', to: 'staff' });
      }),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(3);
    expect(await activeOfficers()).toBe(1);
  });
});

describe('an account', () => {
  it('is shut with its sessions and opened again, each once', async () => {
    const cookie = await signedIn(dana);
    const act = { actor: amara, userId: dana.id };
    expect(await disablePerson(fresh.world, act)).toEqual({ ok: true });
    expect(await isAlive(cookie)).toBe(false);
    expect(await disablePerson(fresh.world, act)).toMatchObject({ refusal: 'changedMeanwhile' });
    expect(await enablePerson(fresh.world, act)).toEqual({ ok: true });
    expect(await isAlive(cookie)).toBe(false);
    expect(await enablePerson(fresh.world, act)).toMatchObject({ refusal: 'changedMeanwhile' });
    expect(await lettersTo(dana.id)).toBe(2);
    const types = await db().auditEvent.findMany({
      where: { subjectId: dana.id, type: { startsWith: 'user.' } },
      orderBy: { id: 'asc' },
      select: { type: true },
    });
    expect(types.map(({ type }) => type)).toEqual(['user.created', 'user.disabled', 'user.enabled']);
  });

  it('loses its sessions when an officer ends them', async () => {
    const cookies = [await signedIn(dana), await signedIn(dana)];
    expect(await endSessionsOfPerson(fresh.world, { actor: amara, userId: dana.id })).toEqual({ ok: true });
    for (const cookie of cookies) expect(await isAlive(cookie)).toBe(false);
  });

  it('is not touched by its own officer', async () => {
    for (const act of [disablePerson, enablePerson, endSessionsOfPerson])
      expect(await act(fresh.world, { actor: amara, userId: amara.id })).toMatchObject({ refusal: 'self' });
  });
});

describe('the list', () => {
  const list = async (more: Partial<Parameters<typeof peopleList>[1]> = {}) =>
    (
      await peopleList(db(), { search: '', role: null, state: null, page: 1, ...more }, fresh.clock.now())
    ).people.map(({ displayName }) => displayName);

  it('shows colleagues, and patients only to a search', async () => {
    expect(await list()).toEqual(['Amara Diallo', 'Dana Whitlow', 'Per Holm']);
    expect(await list({ role: 'patient' })).toEqual([]);
    expect(await list({ search: 'okafor' })).toEqual(['Ines Okafor']);
    expect(await list({ search: castMember('staff').email.toUpperCase() })).toEqual(['Dana Whitlow']);
    await disablePerson(fresh.world, { actor: amara, userId: dana.id });
    expect(await list({ state: 'disabled' })).toEqual(['Dana Whitlow']);
  });

  it('holds no secret', async () => {
    const text = JSON.stringify(
      await peopleList(db(), { search: 'a', role: null, state: null, page: 1 }, fresh.clock.now()),
    );
    expect(text).not.toMatch(/argon2|v1\.|[Ss]ealed|[Hh]ash/);
  });
});
