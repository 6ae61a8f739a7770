import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sealEvents } from '#app/audit/seal.server.ts';
import { readCsvBody } from '#app/disclosures/ingest/csv/read-file.ts';
import { takeIn } from '#app/disclosures/ingest/intake.server.ts';
import { connected } from '#tests/support/database.ts';
import { freshWorld, somebody, worldOn, type FreshWorld } from '#tests/support/world.ts';

// In a new installation PostgreSQL has counted each table while next to nothing was in it, and counts again a minute later at the soonest.

const reports = 3_000;
const aCall = 100;

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
  await connected(fresh.databaseUrl, (client) => client.query('vacuum analyze'));
});
afterAll(() => fresh.drop());

function linesOf(from: number, count: number): Uint8Array {
  const lines = Array.from({ length: count }, (_, at) => {
    const n = from + at;
    const time = new Date(Date.UTC(2026, 0, 1) + n * 60_000).toISOString();
    return `${time},RB000417,RIVERBEND,2.25.91${n},NORTHLIGHT_AI,success\r\n`;
  });
  return Buffer.from(`event_time,patient_id,issuer,study_uid,destination_ae,outcome\r\n${lines.join('')}`);
}

/** Rows that were read by reading whole tables, by table; what a session did is counted when it ends. */
async function readWhole(): Promise<Record<string, number>> {
  return connected(fresh.databaseUrl, async (client) => {
    for (;;) {
      await client.query('select pg_stat_clear_snapshot()');
      const { rows } = await client.query<{ name: string; read: string; added: string }>(
        `select relname as name, seq_tup_read as read, n_tup_ins as added from pg_stat_user_tables
          where relname in ('audit_event', 'audit_record', 'audit_seal', 'disclosure', 'disclosure_evidence')`,
      );
      const isCounted = rows.every(({ added }) => Number(added) >= reports);
      if (isCounted) return Object.fromEntries(rows.map(({ name, read }) => [name, Number(read)]));
    }
  });
}

describe('the first reports of a new installation', () => {
  it('are taken in and sealed without reading all that came before for each', async () => {
    const world = worldOn(fresh.databaseUrl, fresh.clock, { demo: true });
    const carrier = { channel: 'csvHttp' as const, actor: somebody, now: fresh.clock.now() };
    for (let from = 0; from < reports; from += aCall) {
      const body = readCsvBody(linesOf(from, aCall));
      const { results } = await takeIn(world, { ...carrier, items: body.ok ? body.items : [] });
      expect(results.map(({ state }) => state)).toEqual(Array.from({ length: aCall }, () => 'accepted'));
      expect(await sealEvents(world.db, fresh.clock.now())).toBeGreaterThanOrEqual(aCall);
    }
    await world.database.close();

    // A few times the whole at its end is what the start of each part may cost.
    for (const [name, read] of Object.entries(await readWhole()))
      expect(read, name).toBeLessThan(20 * reports);
  });
});
