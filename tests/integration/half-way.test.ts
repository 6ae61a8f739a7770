import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Person } from '#app/audit/actor.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import type { World } from '#app/db/world.ts';
import { acceptInvitation } from '#app/people/accept-invitation.server.ts';
import { askOrder, carryOutOrder } from '#app/people/credential-orders.server.ts';
import { inviteToRecord } from '#app/people/invitations.server.ts';
import { mergeRecords } from '#app/people/merging.server.ts';
import { finishRecovery } from '#app/people/recovery.server.ts';
import { grantRepresentation } from '#app/people/representation-grants.server.ts';
import { askToRepresent } from '#app/people/representations.server.ts';
import { readSession, startSession } from '#app/people/sessions.server.ts';
import { everyTable } from '#tests/support/rows.ts';
import { freshWorld, hours, patientOf, personOf, type FreshWorld } from '#tests/support/world.ts';

// What is done to people is done whole, or not at all (ASVS 5.0.0 V2.3.3). Each of these is broken off after its first statement, its
// second, and so on (of one each eighth), as a database that goes away does; then nothing of it is there, and the next try does it.

let fresh: FreshWorld;
let client: pg.Client;
let dana: Person;
let amara: Person;
let ines: Person & { patientId: string };
let tor: string;
const recordOf = async (value: string) =>
  (await fresh.world.db.patientIdentifier.findFirstOrThrow({ where: { value } })).patientId;

beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  client = new pg.Client({ connectionString: fresh.databaseUrl });
  await client.connect();
  dana = await personOf(fresh.world, 'staff');
  amara = await personOf(fresh.world, 'privacyOfficer');
  ines = await patientOf(fresh.world, 'RB000417');
  tor = await recordOf('RB000533');
});
afterAll(async () => {
  await client.end();
  await fresh.drop();
});

const broken = new Error('the connection is gone');

/** The same world, whose transactions break off once so many statements of theirs were carried out. */
function breaking(world: World, after: number): World {
  let carriedOut = 0;
  const counted = (of: object): object =>
    new Proxy(of, {
      get(target, name) {
        const found: unknown = Reflect.get(target, name);
        if (typeof found === 'object' && found !== null) return counted(found);
        if (typeof found !== 'function') return found;
        return async (...given: unknown[]) => {
          const result: unknown = await Reflect.apply(found, target, given);
          carriedOut += 1;
          if (carriedOut === after) throw broken;
          return result;
        };
      },
    });
  const { db } = world;
  const $transaction = (work: (tx: never) => Promise<unknown>) =>
    db.$transaction((tx) => work(counted(tx) as never));
  return {
    ...world,
    db: new Proxy(db, {
      get: (target, name) =>
        name === '$transaction' ? $transaction : (Reflect.get(target, name) as unknown),
    }),
  };
}

/** Every row, also of the trail and of the queue. */
async function everything() {
  const { rows } = await client.query<{ events: string; jobs: string }>(
    'select (select count(*) from audit_event) as events, (select count(*) from graphile_worker.jobs) as jobs',
  );
  return { ...(await everyTable(client)), ...rows[0] };
}

const ok = <T extends { ok: boolean }>(outcome: T): T & { ok: true } => {
  expect(outcome).toMatchObject({ ok: true });
  return outcome as T & { ok: true };
};

/** What is done: made ready once, then done in a world, again and again until it is. */
const deeds: [what: string, ready: () => Promise<(world: World) => Promise<unknown>>, step?: number][] = [
  [
    'a representation is granted',
    async () => {
      const zoe = await patientOf(fresh.world, 'RB000902');
      const asking = {
        ...{ givenName: 'Ines', familyName: 'Okafor', bornOn: '1961-03-09', patientNumber: 'RB000417' },
        relationship: 'Niece',
        basis: 'patientsWish',
        scope: 'see',
      } as const;
      const asked = ok(await askToRepresent(fresh.world, { actor: zoe, asking, document: null }));
      const grant = { basis: 'patientsWish', scope: 'see', startsOn: '2026-11-22', endsOn: null } as const;
      return async (world) =>
        ok(
          await grantRepresentation(world, {
            ...{ actor: dana, representationId: asked.id, patientId: ines.patientId, grant },
            words: { reason: null, paperSeen: 'Her word at the desk' },
          }),
        );
    },
  ],
  [
    'an order is carried out',
    async () => {
      const asked = await askOrder(fresh.world, {
        ...{ actor: dana, userId: ines.id, kind: 'resetFactors', identityCheck: 'Passport', reason: 'Lost' },
        newEmail: 'ines.new@demo.example',
      });
      const { id: orderId } = ok(asked);
      return async (world) => ok(await carryOutOrder(world, { actor: amara, orderId }));
    },
    // Each try hashes a sheet of codes.
    8,
  ],
  [
    'somebody gets back in',
    async () => {
      const now = fresh.clock.now();
      await fresh.world.db.mailProof.create({
        data: {
          idHash: sha256Hex('recover.totp.shown'),
          purpose: 'recover',
          email: 'ines.new@demo.example',
          locale: 'en',
          userId: ines.id,
          provedAt: now,
          createdAt: now,
          expiresAt: new Date(now.getTime() + hours(1)),
        },
      });
      return async (world) => {
        const done = await finishRecovery(world, { cookie: 'shown', password: 'nine slow copper lanterns' });
        expect(done).toMatchObject({ device: expect.any(String) as string });
      };
    },
  ],
  [
    'an invitation is used',
    async () => {
      const { world, clock } = fresh;
      const { code } = ok(await inviteToRecord(world, { actor: dana, patientId: tor, delivery: 'desk' }));
      const { id } = await world.db.user.create({
        data: {
          ...{ email: 'tor@example.org', displayName: 'Tor', role: 'patient', passwordHash: 'none' },
          createdAt: clock.now(),
        },
      });
      const from = { userAgent: 'Test', address: '192.0.2.1', factor: 'totp' as const };
      await startSession(world.db, id, from, clock.now());
      const signedIn = await readSession(
        world.db,
        await startSession(world.db, id, from, clock.now()),
        clock.now(),
      );
      if (!signedIn) throw new Error('nobody is signed in');
      return async (other) => {
        await world.db.rateLimit.deleteMany({});
        ok(await acceptInvitation(other, { ...signedIn, typed: code, address: '192.0.2.1' }));
      };
    },
  ],
  [
    'records are joined',
    async () => {
      const [survivorId, mergedId] = [await recordOf('RB000760'), await recordOf('MS-2231')];
      const joining = { actor: dana, survivorId, mergedId, reason: 'Seen at the desk' };
      return async (world) => ok(await mergeRecords(world, joining));
    },
  ],
];

describe('broken off after any of its statements,', () => {
  it.each(deeds)(
    'nothing of it is there, and the next try does it: %s',
    async (_, ready, step = 1) => {
      const deed = await ready();
      const before = await everything();
      let after = 1;
      for (; ; after += step) {
        const outcome = await deed(breaking(fresh.world, after)).catch((error: unknown) => error);
        if (outcome !== broken) {
          // Fewer statements than that: it was done.
          if (outcome instanceof Error) throw outcome;
          break;
        }
        expect(await everything(), `after statement ${after}`).toEqual(before);
      }
      expect(after).toBeGreaterThan(4);
      expect(await everything()).not.toEqual(before);
    },
    120_000,
  );
});
