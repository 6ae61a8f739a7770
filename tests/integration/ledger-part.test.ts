import { afterAll, beforeAll, expect, it } from 'vitest';
import { inTransaction, type Tx } from '#app/db/client.server.ts';
import { dicomAuditItem } from '#app/disclosures/ingest/dicom-audit/item.ts';
import { takeIn } from '#app/disclosures/ingest/intake.server.ts';
import { LedgerPart } from '#app/disclosures/ingest/ledger.server.ts';
import { holdRegisters } from '#app/disclosures/matching-queue.server.ts';
import { bytesOf, messageXml, patientXml, studyXml } from '#tests/fixtures/dicom-audit/messages.ts';
import { freshWorld, patientOf, somebody, type FreshWorld } from '#tests/support/world.ts';

let fresh: FreshWorld;
beforeAll(async () => {
  fresh = await freshWorld({ seeded: true });
});
afterAll(() => fresh.drop());

const timeOf = (n: number) => new Date(Date.UTC(2025, 0, 1, n));

it('compares a batch with what it may be the same as, however many other rows there are and whatever PostgreSQL believes of them', async () => {
  const there = 400;
  await takeIn(fresh.world, {
    channel: 'dicomAuditHttp',
    actor: somebody,
    now: fresh.world.clock(),
    items: Array.from({ length: there }, (_, n) =>
      dicomAuditItem(
        bytesOf(
          messageXml({
            dateTime: timeOf(n).toISOString(),
            objects: [patientXml(), studyXml(`2.25.7${n}`)],
          }),
        ),
      ),
    ),
  });
  const { patientId } = await patientOf(fresh.world, 'RB000417');
  // Half of them at an hour of a row that is there, half a day before all rows.
  const asked = Array.from({ length: 40 }, (_, n) => ({
    group: [patientId],
    at: timeOf(n % 2 === 0 ? n : -24 - n),
    sha256: `${n}`.padStart(64, '0'),
    auditSourceId: 'dcm4chee-arc',
  }));
  const [before, after] = await inTransaction(fresh.world.db, async (tx) => {
    await holdRegisters(tx);
    const first = await rowsRead(tx);
    await LedgerPart.open(tx, asked);
    return [first, await rowsRead(tx)];
  });
  const read = after.map(({ table, rows }, at) => ({ table, rows: rows - (before[at]?.rows ?? 0) }));
  expect(read.filter(({ rows }) => rows > asked.length)).toEqual([]);
  // It was by them that anything was found.
  expect(read.find(({ table }) => table === 'disclosure')?.rows).toBeGreaterThanOrEqual(asked.length / 2);
});

/** Of each table the rows that this connection read, by what it has not told the others yet. */
const rowsRead = (tx: Tx) =>
  tx.$queryRaw<{ table: string; rows: number }[]>`
    select one.name as table, coalesce(seq_tup_read + coalesce(idx_tup_fetch, 0), 0)::int as rows
      from unnest(array['audit_record', 'disclosure', 'disclosure_evidence']) as one (name)
      left join pg_stat_xact_user_tables on relname = one.name order by 1`;
