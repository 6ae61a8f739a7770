import type { Actor } from '#app/audit/actor.ts';
import { openDatabase } from '#app/db/client.server.ts';
import type { World } from '#app/db/world.ts';
import { totpCode } from '#app/people/totp.ts';
import type { CastMember } from '#prisma/seed/cast.ts';
import { freshDatabase } from './database.ts';
import { seededAt, testKeys, testOrigin } from './fixed.ts';

export { castMember, patientOf, personOf } from './seeded-people.ts';

/** A clock that stands still until it is told to move. */
export interface TestClock {
  now(): Date;
  /** @param milliseconds forwards */
  advance(milliseconds: number): void;
}

export interface FreshWorld {
  world: World;
  clock: TestClock;
  databaseUrl: string;
  /** Closes the connections and removes the database. */
  drop(): Promise<void>;
}

export interface WorldOptions {
  /** With the demo facility in it. */
  seeded?: boolean;
  now?: Date;
}

/** A World of its own on a cloned database, with a clock of its own. By default an hour after the seed. */
export async function freshWorld({ seeded = false, now }: WorldOptions = {}): Promise<FreshWorld> {
  const { url, drop } = await freshDatabase(
    seeded ? process.env.PLAINVIEW_TEST_SEEDED_TEMPLATE : process.env.PLAINVIEW_TEST_TEMPLATE,
  );
  const clock = testClock(now ?? new Date(seededAt.getTime() + hours(1)));
  const world = worldOn(url, clock, { demo: seeded });
  return {
    world,
    clock,
    databaseUrl: url,
    drop: async () => {
      await world.database.close();
      await drop();
    },
  };
}

/** A World on a database that is there already. */
export function worldOn(url: string, clock: TestClock, { demo }: { demo: boolean }): World {
  const database = openDatabase(url, () => undefined);
  return { database, db: database.db, keys: testKeys, clock: clock.now, appOrigin: testOrigin, demo };
}

export function testClock(from: Date): TestClock {
  let at = from.getTime();
  return { now: () => new Date(at), advance: (milliseconds) => void (at += milliseconds) };
}

export const seconds = (count: number) => count * 1_000;
export const minutes = (count: number) => seconds(count * 60);
export const hours = (count: number) => minutes(count * 60);

export const codeNow = (member: CastMember, clock: TestClock) => totpCode(member.totpSecret, clock.now());

/** Something that acts by itself, where a test needs an actor but not a person. */
export const somebody: Actor = { kind: 'system', name: 'Test' };
