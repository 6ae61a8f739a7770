import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { open } from '#app/crypto/key-ring.server.ts';
import { sha256Hex } from '#app/crypto/tokens.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { prepareAccounting } from '#app/disclosures/accounting.server.ts';
import { answerCheck } from '#app/optouts/checks.server.ts';
import { sample } from '#tests/fixtures/dicom-audit/messages.ts';
import { connected } from '#tests/support/database.ts';
import { fileOptOut } from '#tests/support/filing.ts';
import { freshWorld, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;

beforeEach(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterEach(() => fresh.drop());

const recordOf = (name: string) =>
  fresh.world.db.auditRecord.findFirstOrThrow({ where: { sha256: sha256Hex(sample(name)) } });

describe('what is kept as evidence', () => {
  it('is sealed, opens to the very bytes, and carries their SHA-256', async () => {
    const bytes = sample('12-latin1-declared.xml');
    const record = await recordOf('12-latin1-declared.xml');
    expect(
      Buffer.compare(open(fresh.world.keys, record.rawSealed, `audit_record.raw:${record.id}`), bytes),
    ).toBe(0);
    expect(record.sha256).toBe(sha256Hex(bytes));
    // A sealed message moved to another row does not open.
    const other = await recordOf('01-dcm4chee-cmove-transferred.xml');
    expect(() => open(fresh.world.keys, record.rawSealed, `audit_record.raw:${other.id}`)).toThrow(
      'does not open',
    );
  });

  it('shows no patient in a dump of the table, in no encoding', async () => {
    const dump = await connected(fresh.databaseUrl, async (client) => {
      const { rows } = await client.query<{ row: string }>('select r::text as row from audit_record r');
      return rows.map(({ row }) => row).join('\n');
    });
    expect(dump.length).toBeGreaterThan(10_000);
    const opened = Buffer.concat(
      dump.split(/[\s,()"]+/).flatMap((part) => {
        const body = part.split('.')[2];
        return body ? [Buffer.from(body, 'base64url')] : [];
      }),
    ).toString('latin1');
    for (const canary of [
      'RB000417',
      'RB000902',
      'Okafor',
      'Jiménez',
      'NORTHLIGHT_AI',
      '330051402881447811932157205713401276305',
    ]) {
      expect(dump).not.toContain(canary);
      expect(opened).not.toContain(canary);
      expect(dump).not.toContain(Buffer.from(canary).toString('base64').slice(0, -2));
      expect(dump).not.toContain(Buffer.from(canary).toString('hex'));
    }
  });

  it.each([
    'disclosure',
    'audit_record',
    'disclosure_evidence',
    'audit_event',
    'opt_out',
    'export_check',
    'export_check_item',
    'accounting',
  ])('%s: the database refuses to change, remove or empty it', async (table) => {
    // A row to lose in each table, also where only a row's own change is refused.
    await fileEverything();
    const { rows } = await connected(fresh.databaseUrl, (client) =>
      client.query<{ column: string }>(
        `select column_name as column from information_schema.columns where table_name = $1 order by ordinal_position limit 1`,
        [table],
      ),
    );
    const [first] = rows;
    const count = () =>
      connected(fresh.databaseUrl, (client) => client.query(`select count(*)::int as count from ${table}`));
    const before = (await count()).rows[0] as { count: number };
    expect(before.count).toBeGreaterThan(0);
    for (const sql of [
      `update ${table} set ${first?.column} = ${first?.column}`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
    ]) {
      const refused = await connected(fresh.databaseUrl, (client) => client.query(sql)).catch(
        (error: unknown) => error,
      );
      expect(refused, sql).toMatchObject({ code: '23000', message: expect.stringMatching(/refused$/) });
    }
    expect((await count()).rows[0]).toEqual(before);
  });
});

/** An opt-out, a check that it denied, and a drafted accounting. */
async function fileEverything(): Promise<void> {
  await fileOptOut(fresh.world);
  const client = await fresh.world.db.machineClient.findFirstOrThrow();
  await answerCheck(fresh.world, client, {
    purpose: 'MLTRAINING',
    recipient: 'umbra',
    identifiable: true,
    at: null,
    items: [{ patientId: 'RB000417', issuer: 'RIVERBEND' }],
  });
  const request = await fresh.world.db.privacyRequest.findFirstOrThrow();
  await inTransaction(fresh.world.db, (tx) =>
    prepareAccounting(tx, fresh.world.keys, {
      coverage: null,
      requestId: request.id,
      reference: request.reference,
      patientId: request.patientId,
      window: { from: '2025-11-22', to: '2026-11-22' },
      place: 'states',
      timeZone: 'America/New_York',
      now: fresh.clock.now(),
    }),
  );
}
