import { Prisma, type Database } from '#app/db/client.server.ts';
import { pendingMigrations } from '#app/db/migrate.server.ts';

/** A part that Plainview needs. `check` answers what is wrong in words for the operator, or null. */
export interface Part {
  name: string;
  check(): Promise<string | null>;
}

export interface Readiness {
  ready: boolean;
  answer: { ready: boolean; missing: { part: string; why: string }[] };
}

/** Asks every part, at the same time. A part that throws is missing. */
export async function readiness(parts: Part[]): Promise<Readiness> {
  const asked = await Promise.all(
    parts.map(async ({ name, check }) => ({ part: name, why: await check().catch(() => 'does not answer') })),
  );
  const missing = asked.flatMap(({ part, why }) => (why === null ? [] : [{ part, why }]));
  return { ready: missing.length === 0, answer: { ready: missing.length === 0, missing } };
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
