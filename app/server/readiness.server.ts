import { Prisma, type Database } from '#app/db/client.server.ts';
import type { Clock } from '#app/db/world.ts';
import { heartbeats, type Beating } from '#app/facility/heartbeat.server.ts';
import { pendingMigrations } from '#app/db/migrate.server.ts';

/** A part that Plainview needs. `check` answers what is wrong in words for the operator, or null. */
export interface Part {
  name: string;
  check(): Promise<string | null>;
}

interface NotWell {
  part: string;
  why: string;
}

export interface Readiness {
  ready: boolean;
  answer: { ready: boolean; missing: NotWell[]; late: NotWell[] };
}

/**
 * Asks every part, at the same time. A part that throws is missing.
 * @param behind what may be late without the site being taken away from those who use it: it is named, and the answer stays ready
 */
export async function readiness(parts: Part[], behind: Part[] = []): Promise<Readiness> {
  const [missing, late] = await Promise.all([notWell(parts), notWell(behind)]);
  const ready = missing.length === 0;
  return { ready, answer: { ready, missing, late } };
}

async function notWell(parts: Part[]): Promise<NotWell[]> {
  const asked = await Promise.all(
    parts.map(async ({ name, check }) => ({ part: name, why: await check().catch(() => 'does not answer') })),
  );
  return asked.flatMap(({ part, why }) => (why === null ? [] : [{ part, why }]));
}

export function databasePart(database: Database): Part {
  return {
    name: 'database',
    check: async () => {
      await database.db.$queryRaw(Prisma.sql`select 1`);
      return null;
    },
  };
}

export function migrationsPart(databaseUrl: string): Part {
  return {
    name: 'migrations',
    check: async () => {
      const pending = await pendingMigrations(databaseUrl);
      return pending.length === 0 ? null : `not applied: ${pending.join(', ')}`;
    },
  };
}

export function facilityPart(database: Database): Part {
  return {
    name: 'facility',
    check: async () =>
      (await database.db.facility.count()) === 1
        ? null
        : 'is not set up: npm run -s admin -- facility set --help',
  };
}

/** @param runs whether the job runner of this process is alive */
export function workerPart(runs: () => boolean): Part {
  return {
    name: 'worker',
    check: async () => (runs() ? null : 'has stopped: mail is kept until it runs again'),
  };
}

/** What runs by itself, by its own word in the database: whichever process does it. Pages answer without it. */
export function beatParts(database: Database, clock: Clock): Part[] {
  const part = (name: Beating): Part => ({
    name: `heartbeat of ${name}`,
    check: async () => {
      const { lastAt, isStale } = (await heartbeats(database.db, clock()))[name];
      if (!isStale) return null;
      return lastAt ? `last ran at ${lastAt.toISOString()}` : 'has not run yet';
    },
  });
  return [part('worker'), part('remind')];
}
