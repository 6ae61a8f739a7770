import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPassword } from '#app/people/passwords.server.ts';
import { compared, expectAlike, mostTurns, tellsApart, wholeSeries } from '#tests/support/alike.ts';
import { asForm, startSite, type Site } from '#tests/support/site.ts';

// Who is a patient here? Doors where an address of mail is typed say the same of one that has an account and of one that has none, and
// take as long. Each question comes from a network of its own and is about an address of its own: the limits count, and shut nobody out.

const proxy = '127.0.0.1';
/** Where no password is hashed for either: what is left is what the database does. */
const halfSeries = wholeSeries / 2;
let site: Site;

beforeAll(async () => {
  site = await startSite({ seeded: true, trustedProxies: [proxy] });
  const { db } = site.world;
  const passwordHash = await hashPassword('three quiet lamps 19');
  const createdAt = site.clock.now();
  const patients = await db.patient.createManyAndReturn({
    data: Array.from({ length: mostTurns }, (_, turn) => ({
      familyName: `Known ${turn}`,
      givenName: 'Patient',
      bornOn: new Date('1970-01-01'),
      createdAt,
    })),
    select: { id: true },
  });
  await db.user.createMany({
    data: patients.map(({ id }, turn) => ({
      email: addressOf('known', turn),
      displayName: `Patient Known ${turn}`,
      role: 'patient',
      patientId: id,
      passwordHash,
      createdAt,
    })),
  });
});
afterAll(() => site.stop());

const addressOf = (name: 'known' | 'other', turn: number) =>
  `${name}.${String(turn).padStart(3, '0')}@mail.example`;

let networks = 0;

describe('an address of mail', () => {
  it.each<[string, number, Record<string, string>, number]>([
    ['/sign-in.data', 400, { password: 'wrong-lantern-otter-42' }, wholeSeries],
    ['/sign-up.data', 202, { invitation: '' }, halfSeries],
    ['/recover.data', 202, {}, halfSeries],
  ])(
    'is answered by %s alike and as fast, whether or not somebody has it',
    async (path, status, fields, length) => {
      const bodies = new Set<string>();
      await expectAlike(length, async (kind, turn) => {
        const email = addressOf(kind ? 'known' : 'other', turn);
        const form = asForm({ ...fields, email });
        networks += 1;
        const from = `198.${18 + (networks >> 16)}.${(networks >> 8) & 255}.${networks & 255}`;
        const answer = await site.ask(path, {
          ...form,
          headers: { ...form.headers, 'X-Forwarded-For': from },
        });
        expect(answer.status).toBe(status);
        const headers = Object.keys(answer.headers).sort().join();
        bodies.add(`${headers}\n${answer.text.replaceAll(email, 'ADDRESS')}`);
      });
      expect(bodies.size).toBe(1);
    },
    300_000,
  );

  it.each([wholeSeries, halfSeries])(
    'is what %i each find out where one of the two takes longer',
    (length) => {
      // Noise as of a busy machine: some of it shared by neighbours, now and then one that takes three times as long.
      let seed = 42;
      const chance = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
      const found = (longer: number) =>
        Array.from({ length: 100 }, () => {
          const times: [number[], number[]] = [[], []];
          for (let turn = 0; turn < length; turn++) {
            const shared = 30 * (1 + chance());
            for (const kind of [0, 1] as const)
              times[kind].push(
                shared * (kind ? longer : 1) * (1 + 0.2 * chance()) * (chance() < 0.05 ? 3 : 1),
              );
          }
          return tellsApart(compared(times));
        }).filter(Boolean).length;
      expect(found(1)).toBeLessThanOrEqual(4);
      expect(found(1.05)).toBeGreaterThan(90);
      expect(found(1 / 1.1)).toBe(100);
    },
  );

  it('is counted by the network that the trusted proxy names, and by no other header', async () => {
    const from = (headers: Record<string, string>) => {
      const form = asForm({ email: addressOf('other', 0) });
      return site.ask('/recover', { ...form, headers: { ...form.headers, ...headers } });
    };
    const counted = () =>
      site.world.db.rateLimit.count({ where: { key: { startsWith: 'address:mailCode:' } } });
    const before = await counted();
    await from({ 'X-Forwarded-For': '203.0.113.5' });
    await from({ 'X-Forwarded-For': '198.51.100.1, 203.0.113.5' });
    await from({ 'X-Forwarded-For': '203.0.113.5', Forwarded: 'for=192.0.2.4', 'X-Real-IP': '192.0.2.4' });
    expect(await counted()).toBe(before + 1);
    await from({ 'X-Forwarded-For': '203.0.113.6' });
    expect(await counted()).toBe(before + 2);
  });
});
